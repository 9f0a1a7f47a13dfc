using System.Text.Json.Serialization;

namespace Datacurve.Core.Traces;

/// <summary>The body of a finalize.</summary>
public sealed record FinalizeTrace
{
    public required FinalState FinalState { get; init; }
}

/// <summary>
/// The fix: a pull request whose diff is in a blob, or nothing, and then the replayed edits are it.
/// </summary>
public sealed record FinalState
{
    public string? CommitHead { get; init; }
    public PullRequest? Pr { get; init; }
}

public sealed record PullRequest
{
    public string? Title { get; init; }
    public string? Description { get; init; }
    public BlobId? DiffBlobId { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<TraceStatus>))]
public enum TraceStatus
{
    [JsonStringEnumMemberName("collecting")]
    Collecting,

    [JsonStringEnumMemberName("finalizing")]
    Finalizing,

    [JsonStringEnumMemberName("complete")]
    Complete,

    [JsonStringEnumMemberName("failed")]
    Failed,
}
