namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>
/// Two bounds in a row: the sandbox has to stand within one that is about the machine, and from there the
/// command has to end within its own. Time is that of the command alone.
/// </summary>
internal sealed class SandboxDeadline : IDisposable
{
    // Room for the engine under load, and for a disk that unpacks 8 MiB a second.
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);
    private const long StartBytesPerSecond = 8 << 20;

    private readonly TimeProvider time;
    private readonly TimeSpan timeout;
    private readonly CancellationTokenSource timer;
    private readonly CancellationTokenSource either;
    private readonly CancellationToken caller;
    private long startedAt;

    public SandboxDeadline(TimeProvider time, TimeSpan timeout, long bytesIn, CancellationToken caller)
    {
        this.time = time;
        this.timeout = timeout;
        this.caller = caller;
        var start = StartMax + TimeSpan.FromSeconds(bytesIn / StartBytesPerSecond);
        timer = new CancellationTokenSource(start, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, caller);
    }

    public CancellationToken Token => either.Token;
    public bool Begun { get; private set; }

    /// <summary>True where the time, and not the caller, ended the wait.</summary>
    public bool Passed => timer.IsCancellationRequested && !caller.IsCancellationRequested;
    public TimeSpan Elapsed => Begun ? time.GetElapsedTime(startedAt) : TimeSpan.Zero;

    public void Begin()
    {
        Begun = true;
        startedAt = time.GetTimestamp();
        timer.CancelAfter(timeout);
    }

    public void Dispose()
    {
        either.Dispose();
        timer.Dispose();
    }
}

/// <summary>How a sandbox ended. Without a trailer it was killed: by the clock or for its memory.</summary>
internal sealed record SandboxEnd
{
    public SandboxTrailer? Trailer { get; init; }
    public required TimeSpan Duration { get; init; }
    public bool TimedOut { get; init; }
    public bool OutOfMemory { get; init; }
}
