using System.Text.Json;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Spool;

/// <summary>An event that a recording is to hold; what is absent the recording decides.</summary>
internal sealed record NewEvent(ActorKind Actor, EventPayload Payload)
{
    public EventContext? Context { get; init; }

    /// <summary>When it happened, in Unix milliseconds; now where absent.</summary>
    public long? TsMs { get; init; }
    public Guid? EventId { get; init; }

    /// <summary>Who acted, where more than the kind is known.</summary>
    public string? ActorId { get; init; }

    /// <summary>The payload as it came, where it may have members that this version does not know.</summary>
    public JsonElement? PayloadJson { get; init; }
}
