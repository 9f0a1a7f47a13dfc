using Datacurve.Cli.Spool;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// Whether what the capture has read may be of a pause. One may begin and end while the capture is at work
/// and asks nobody, so they are counted as they begin.
/// </summary>
internal sealed class Pauses : IDisposable
{
    private readonly Recording _recording;
    private int _begun;
    private int _passed;

    public Pauses(Recording recording)
    {
        _recording = recording;
        recording.PauseChanged += Count;
    }

    public bool IsPaused => _recording.IsPaused;

    /// <summary>How many have begun.</summary>
    public int Begun => Volatile.Read(ref _begun);

    /// <summary>Whether it is paused, or was since <see cref="Pass"/>.</summary>
    public bool IsOrWasPaused => IsPaused || Begun != _passed;

    /// <summary>What is read from here on is of none of so many.</summary>
    public void Pass(int begun) => _passed = begun;

    public void Dispose() => _recording.PauseChanged -= Count;

    private void Count(object? sender, PauseChange change)
    {
        if (change.IsPaused)
            Interlocked.Increment(ref _begun);
    }
}
