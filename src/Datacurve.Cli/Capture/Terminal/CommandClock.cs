namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// One command of the recorded shell. <see cref="EventId"/> is the id of its <c>terminal_command</c>, and
/// the <c>correlation_id</c> of everything that came of it. Times are Unix milliseconds.
/// </summary>
internal sealed record ShellCommand
{
    public required Guid EventId { get; init; }

    /// <summary>As the shell took it; several lines where several were typed.</summary>
    public required string CommandLine { get; init; }

    /// <summary>The folder in which it started.</summary>
    public required string Cwd { get; init; }
    public required long StartMs { get; init; }

    /// <summary>Null while it runs.</summary>
    public long? EndMs { get; init; }

    /// <summary>Null while it runs. By a clock that nobody sets, unlike the times.</summary>
    public long? DurationMs { get; init; }

    /// <summary>Null while it runs, and where the shell itself ended with it.</summary>
    public int? ExitCode { get; init; }
}

/// <summary>
/// Which command of the recorded shell runs now, and which ran lately: what the other sources of a recording
/// ask to tie an edit or a test run to its command. Thread-safe.
/// </summary>
internal sealed class CommandClock
{
    /// <summary>So many commands that have ended are remembered.</summary>
    public const int EndedMax = 256;

    private readonly Lock _lock = new();
    private readonly Queue<ShellCommand> _ended = new();
    private ShellCommand? _running;

    /// <summary>The command that runs now, or null at a prompt.</summary>
    public ShellCommand? Running
    {
        get
        {
            lock (_lock)
                return _running;
        }
    }

    /// <summary>
    /// The command that ran at a time; where none did, the nearest that began at most
    /// <paramref name="earlyMs"/> after it or ended at most <paramref name="lateMs"/> before it. Null where
    /// there is none. Of two as near, the earlier.
    /// </summary>
    public ShellCommand? At(long tsMs, long earlyMs = 0, long lateMs = 0)
    {
        lock (_lock)
        {
            var (nearest, away) = ((ShellCommand?)null, long.MaxValue);
            foreach (var command in _running is null ? _ended : _ended.Append(_running))
            {
                var early = command.StartMs - tsMs;
                var late = tsMs - (command.EndMs ?? tsMs);
                var distance = Math.Max(0, Math.Max(early, late));
                if (early <= earlyMs && late <= lateMs && distance < away)
                    (nearest, away) = (command, distance);
            }
            return nearest;
        }
    }

    public void Start(ShellCommand command)
    {
        lock (_lock)
        {
            // Where the clock was set back, what comes now would be taken for what those did.
            if (_ended.Any(ended => ended.EndMs > command.StartMs))
                _ended.Clear();
            _running = command;
        }
    }

    /// <summary>Ends the command that runs; nothing happens where none does.</summary>
    public void End(long endMs, int? exitCode)
    {
        lock (_lock)
        {
            if (_running is null)
                return;
            _ended.Enqueue(_running with { EndMs = Math.Max(endMs, _running.StartMs), ExitCode = exitCode });
            _running = null;
            if (_ended.Count > EndedMax)
                _ended.Dequeue();
        }
    }
}
