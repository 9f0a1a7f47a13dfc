using Datacurve.Core;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;
using Datacurve.Core.Redaction;
using Datacurve.Core.Traces;

namespace Datacurve.Server.Qa;

/// <summary>What QA works on: one finalized trace, read whole. Events are in seq order.</summary>
internal sealed record QaSubject
{
    public required TraceId TraceId { get; init; }
    public required Guid QaJobId { get; init; }
    public required NewTrace Trace { get; init; }
    public required FinalState FinalState { get; init; }
    public required IReadOnlyList<TraceEvent> Events { get; init; }

    /// <summary>What the developer lets be stored.</summary>
    public ConsentFlags Consent => Trace.Developer.ConsentFlags;

    /// <summary>Whether the developer does not let be stored what stands at a path of the contract.</summary>
    public bool Withholds(string path) => Withholding.IsRefused(Consent, ContractContents.Of(path));

    /// <summary>What redacted the trace as it came in; null where it was stored as sent.</summary>
    public Cleanser? Cleanser { get; init; }
}

/// <summary>
/// The trace cannot be rebuilt: no base, a patch that does not apply, an archive that is refused. A finding
/// about the trace, never a fault of this machine.
/// </summary>
/// <param name="reason">Why, in a sentence.</param>
/// <param name="printed">The end of what a program printed about it; for whoever may keep that.</param>
internal sealed class NotReproducibleException(string reason, string? printed = null)
    : Exception(printed is null ? reason : $"{reason}: {printed}")
{
    /// <summary>The reason without anything that was printed.</summary>
    public string Reason { get; } = reason;
}

/// <summary>
/// The trace has more events than this server reads at once. Another try would find the same.
/// </summary>
internal sealed class TraceTooLargeException(long bytesMax)
    : Exception($"its events take over {bytesMax} bytes, more than QA_EVENT_BYTES_MAX lets QA read");

/// <summary>
/// The machine could not do its part: no engine, no image, no room. Says nothing about the trace; the step is
/// tried again.
/// </summary>
internal sealed class InfrastructureException(string reason, Exception? inner = null)
    : Exception(reason, inner);
