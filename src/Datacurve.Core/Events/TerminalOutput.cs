using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datacurve.Core.Events;

/// <summary>
/// A chunk of what a command printed, in a blob. <see cref="IsTruncated"/> says that output is missing: where
/// the chunk has an offset, what was printed just before it.
/// </summary>
public sealed record TerminalOutput : EventPayload
{
    public required OutputStream Stream { get; init; }
    public required BlobId ChunkBlobId { get; init; }
    public bool IsTruncated { get; init; }

    /// <summary>
    /// Where the chunk begins in everything that the command printed, in bytes before redaction.
    /// </summary>
    [Range(0L, long.MaxValue)]
    public long? OffsetBytes { get; init; }

    /// <summary>
    /// When the parts of the chunk were printed: pairs of a place in the chunk, in bytes before redaction,
    /// and the milliseconds since the event's <c>ts_ms</c>. Both rise.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<long>>? Timing { get; init; }

    protected override string Summarize() => Stream == OutputStream.Stderr ? "stderr" : "stdout";
}

[JsonConverter(typeof(JsonStringEnumConverter<OutputStream>))]
public enum OutputStream
{
    [JsonStringEnumMemberName("stdout")]
    Stdout,

    [JsonStringEnumMemberName("stderr")]
    Stderr,
}
