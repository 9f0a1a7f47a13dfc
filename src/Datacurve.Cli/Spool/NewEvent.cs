using Datacurve.Core.Events;

namespace Datacurve.Cli.Spool;

/// <summary>An event that a recording is to hold; what is absent the recording decides.</summary>
internal sealed record NewEvent(ActorKind Actor, EventPayload Payload)
{
    public EventContext? Context { get; init; }

    /// <summary>When it happened, in Unix milliseconds; now where absent.</summary>
    public long? TsMs { get; init; }
    public Guid? EventId { get; init; }
}
