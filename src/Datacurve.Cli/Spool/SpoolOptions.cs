using System.Globalization;

namespace Datacurve.Cli.Spool;

/// <summary>Every limit of what a recording may hold on the developer's disk and in memory.</summary>
internal sealed record SpoolOptions
{
    public const string BytesMaxVariable = "DATACURVE_SPOOL_BYTES_MAX";

    /// <summary>
    /// <c>DATACURVE_SPOOL_BYTES_MAX</c>: events and blobs of one recording together. What does not fit is
    /// counted and said in the trace.
    /// </summary>
    public long BytesMax { get; init; } = 4L << 30;

    /// <summary>A segment is followed by the next once it has grown beyond this.</summary>
    public int SegmentBytes { get; init; } = 1 << 20;

    /// <summary>One event as JSON, well under what the service takes as one body.</summary>
    public int EventBytesMax { get; init; } = 1 << 20;

    /// <summary>One blob; the service's own limit.</summary>
    public long BlobBytesMax { get; init; } = 2L << 30;

    /// <summary>Events that wait in memory for the next flush; more than this flushes at once.</summary>
    public int PendingBytesMax { get; init; } = 1 << 20;

    /// <summary>How long an event may wait in memory, which is what a crash can lose.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <exception cref="RecordingException">The variable is set to something else than bytes.</exception>
    public static SpoolOptions FromEnvironment()
    {
        var text = Environment.GetEnvironmentVariable(BytesMaxVariable);
        if (string.IsNullOrEmpty(text))
            return new SpoolOptions();
        return
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0
            ? new SpoolOptions { BytesMax = bytes }
            : throw new RecordingException($"{BytesMaxVariable} takes a number of bytes, not '{text}'.");
    }
}
