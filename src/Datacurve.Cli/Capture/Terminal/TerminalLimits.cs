namespace Datacurve.Cli.Capture.Terminal;

/// <summary>How much of a terminal is kept. Sizes in bytes.</summary>
internal sealed record TerminalLimits
{
    public static TerminalLimits Usual { get; } = new();

    /// <summary>Of what one command prints, so much from the beginning.</summary>
    public int CommandHeadBytes { get; init; } = 4 << 20;

    /// <summary>Of what one command prints, so much before its end.</summary>
    public int CommandTailBytes { get; init; } = 256 << 10;

    /// <summary>Of all commands together; past it, a command's head is a tail's length.</summary>
    public long RecordingBytes { get; init; } = 512L << 20;

    /// <summary>
    /// What may wait for the disk. Where it is not taken away in time, more is dropped, and the next chunk
    /// says so: the developer's terminal never waits.
    /// </summary>
    public int WaitingBytes { get; init; } = 8 << 20;

    /// <summary>A chunk of output is at most this long.</summary>
    public int ChunkBytes { get; init; } = 64 << 10;

    /// <summary>
    /// A chunk that grows no older than this goes to disk; of a command that prints for long, later.
    /// </summary>
    public TimeSpan ChunkAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After so many chunks of one command, chunks may grow five times as old.</summary>
    public int YoungChunks { get; init; } = 60;
}
