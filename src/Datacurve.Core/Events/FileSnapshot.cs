using System.Text.Json.Serialization;

namespace Datacurve.Core.Events;

/// <summary>The whole content of one file at one moment, in a blob.</summary>
public sealed record FileSnapshot : EventPayload
{
    public required string FilePath { get; init; }
    public required BlobId ContentBlobId { get; init; }
    public required SnapshotReason SnapshotReason { get; init; }

    protected override string Summarize() => $"snapshot of {FilePath}";
}

[JsonConverter(typeof(JsonStringEnumConverter<SnapshotReason>))]
public enum SnapshotReason
{
    [JsonStringEnumMemberName("pre_test")]
    PreTest,

    [JsonStringEnumMemberName("post_test")]
    PostTest,

    [JsonStringEnumMemberName("manual_checkpoint")]
    ManualCheckpoint,
}
