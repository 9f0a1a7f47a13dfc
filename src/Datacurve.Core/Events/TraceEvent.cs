using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Datacurve.Core.Json;

namespace Datacurve.Core.Events;

/// <summary>
/// One event of a trace: where it stands (<see cref="Seq"/>, rising within the trace), when it happened
/// (<see cref="TsMs"/>, Unix milliseconds) and what it says.
/// </summary>
public sealed record TraceEvent
{
    public Guid? EventId { get; init; }

    [Range(1L, long.MaxValue)]
    public required long Seq { get; init; }

    [Range(0L, long.MaxValue)]
    public required long TsMs { get; init; }
    public required string Type { get; init; }
    public required Actor Actor { get; init; }
    public EventContext? Context { get; init; }

    /// <summary>A record derived from this class, chosen by <see cref="Type"/>.</summary>
    public required EventPayload Payload { get; init; }
}

public sealed record Actor
{
    public required ActorKind Kind { get; init; }
    public string? Id { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<ActorKind>))]
public enum ActorKind
{
    [JsonStringEnumMemberName("human")]
    Human,

    [JsonStringEnumMemberName("tool")]
    Tool,

    [JsonStringEnumMemberName("ide")]
    Ide,
}

public sealed record EventContext
{
    public string? WorkspaceRoot { get; init; }
    public string? Branch { get; init; }
    public string? CommitHead { get; init; }
    public string? CorrelationId { get; init; }
    public string? ParentEventId { get; init; }
}

/// <summary>The body of an append: 1 to 100 events, seq strictly rising.</summary>
public sealed record EventBatch
{
    public const int EventsMax = 100;

    [Items(1, EventsMax)]
    public required IReadOnlyList<TraceEvent> Events { get; init; }
}
