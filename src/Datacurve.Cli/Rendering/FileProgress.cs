namespace Datacurve.Cli.Rendering;

/// <summary>How far the reading of many files is, where it takes long enough to wonder.</summary>
internal sealed class FileProgress(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly ProgressLine _line = new();
    private long _shownAt = time.GetTimestamp();

    public void Show(int read, int all)
    {
        if (time.GetElapsedTime(_shownAt) < Pause)
            return;
        _shownAt = time.GetTimestamp();
        _line.Show($"Reading the repository as it is: {read:N0} of {all:N0}");
    }

    public void Dispose() => _line.Dispose();
}
