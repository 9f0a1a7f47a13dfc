using System.Text.Json.Serialization;

namespace Datacurve.Core.Events;

/// <summary>The whole content of one file at one moment, in a blob.</summary>
public sealed record FileSnapshot : EventPayload
{
    public required string FilePath { get; init; }
    public required BlobId ContentBlobId { get; init; }
    public required SnapshotReason SnapshotReason { get; init; }

    /// <inheritdoc cref="FileEdit.Origin"/>
    public EditOrigin? Origin { get; init; }

    /// <inheritdoc cref="FileEdit.Provenance"/>
    public EditProvenance? Provenance { get; init; }

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

    /// <summary>The save of a binary file, which no text diff can carry: the snapshot is the edit.</summary>
    [JsonStringEnumMemberName("save")]
    Save,
}
