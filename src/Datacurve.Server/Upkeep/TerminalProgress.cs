namespace Datacurve.Server.Upkeep;

/// <summary>
/// One line on a terminal that says how far a long command has come; nothing where no terminal is.
/// </summary>
internal sealed class TerminalProgress(TextWriter? terminal, string unit, TimeProvider time) : IProgress<long>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private long _told = time.GetTimestamp();
    private bool _shown;

    /// <summary>Writes to standard error where that is a terminal.</summary>
    public static TerminalProgress OnErrors(string unit) =>
        new(Console.IsErrorRedirected ? null : Console.Error, unit, TimeProvider.System);

    public void Report(long value)
    {
        if (terminal is null || time.GetElapsedTime(_told) < Interval)
            return;
        _told = time.GetTimestamp();
        _shown = true;
        terminal.Write($"\r{value:#,##0} {unit}\e[K");
    }

    /// <summary>Takes the line away, for what is printed next.</summary>
    public void Clear()
    {
        if (_shown)
            terminal!.Write("\r\e[K");
        _shown = false;
    }
}
