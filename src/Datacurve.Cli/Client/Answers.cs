using System.Text.Json;
using System.Text.Json.Serialization;
using Datacurve.Core.Json;
using Datacurve.Core.Qa;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Client;

internal sealed record TraceOpened
{
    public required string TraceId { get; init; }
    public required long CreatedAtMs { get; init; }
    public required string Status { get; init; }
}

/// <summary>
/// The answer to an append; <see cref="Duplicates"/> of the accepted events were there before.
/// </summary>
internal sealed record EventsAccepted
{
    public required int Accepted { get; init; }
    public required long SeqHigh { get; init; }
    public int Duplicates { get; init; }
}

internal sealed record FinalizeAccepted
{
    public required string TraceId { get; init; }
    public required string Status { get; init; }
    public required string QaJobId { get; init; }
}

internal sealed record BlobUploaded
{
    public required string BlobId { get; init; }
    public required long ByteLength { get; init; }
}

/// <summary>
/// The trace document. Events stay JSON so that one of a type this client does not know can still be shown.
/// </summary>
internal sealed record TraceDocument
{
    public required string TraceId { get; init; }
    public required long CreatedAtMs { get; init; }
    public long? FinalizedAtMs { get; init; }
    public required TraceStatus Status { get; init; }
    public required Repo Repo { get; init; }
    public required BugFixTask Task { get; init; }
    public required Developer Developer { get; init; }
    public required DevelopmentEnvironment Environment { get; init; }

    // Settable, since an absent init member loses its default in generated JSON code.
    public IReadOnlyList<JsonElement> Events { get; set; } = [];
    public JsonElement? Qa { get; init; }

    /// <summary>What QA found so far, or null where it has not said anything.</summary>
    public QaResult? ReadQa() =>
        Qa is { ValueKind: JsonValueKind.Object } qa ? qa.Deserialize(DatacurveJson.Default.QaResult) : null;
}

/// <summary>One page of traces, newest first.</summary>
internal sealed record TraceList
{
    public required IReadOnlyList<TraceListItem> Traces { get; init; }
}

internal sealed record TraceListItem
{
    public required string TraceId { get; init; }
    public required long CreatedAtMs { get; init; }
    public required TraceStatus Status { get; init; }
    public string? RepoId { get; init; }
    public string? Title { get; init; }
    public long? SeqLast { get; init; }
    public double? Overall { get; init; }

    /// <summary>Who gave it; null from a service that does not say, too.</summary>
    public string? Judge { get; init; }
}

internal sealed record Health
{
    public required string Status { get; init; }
}

/// <summary>The error body, RFC 9457; only the members that a person is shown.</summary>
internal sealed record Problem
{
    public string? Title { get; init; }
    public string? Detail { get; init; }
    public IReadOnlyList<ProblemField>? Errors { get; init; }
}

internal sealed record ProblemField
{
    public string? Field { get; init; }
    public string? Message { get; init; }
}

/// <summary>What the service answers; what it is sent goes through Core's own context.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TraceOpened))]
[JsonSerializable(typeof(EventsAccepted))]
[JsonSerializable(typeof(FinalizeAccepted))]
[JsonSerializable(typeof(BlobUploaded))]
[JsonSerializable(typeof(TraceDocument))]
[JsonSerializable(typeof(TraceList))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class AnswerJson : JsonSerializerContext;
