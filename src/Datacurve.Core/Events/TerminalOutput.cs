using System.Text.Json.Serialization;

namespace Datacurve.Core.Events;

/// <summary>A chunk of what a command printed, in a blob.</summary>
public sealed record TerminalOutput : EventPayload
{
    public required OutputStream Stream { get; init; }
    public required BlobId ChunkBlobId { get; init; }
    public bool IsTruncated { get; init; }

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
