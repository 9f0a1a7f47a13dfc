using Datacurve.Core;
using Datacurve.Core.Consent;
using Datacurve.Core.Redaction;
using Datacurve.Server.Privacy;

namespace Datacurve.Server.Traces;

/// <summary>
/// Makes of each event of a trace what may be stored of it: without secrets, and then without what its
/// developer withholds.
/// </summary>
/// <param name="cleanser">Redacts for the trace's project.</param>
/// <param name="withholding">Null where the developer lets everything be stored.</param>
internal sealed class KeptEvents(Cleanser cleanser, Withholding? withholding)
{
    /// <param name="sent">One event that has passed validation.</param>
    /// <exception cref="RedactionException">It cannot be looked into and must be refused.</exception>
    public KeptEvent Keep(ReadOnlyMemory<byte> sent)
    {
        var report = cleanser.NewReport();
        var redacted = cleanser.Cleanse(sent, report);
        var redaction = report.Total == 0 ? null : report;
        if (withholding?.Event(redacted) is not { } withheld)
            return new KeptEvent(redacted, redaction, [])
            {
                IsAsSent = redaction is null,
                // A bare null beside memory would become memory that is empty.
                Unredacted = redaction is null ? default(ReadOnlyMemory<byte>?) : sent,
            };
        return new KeptEvent(withheld.Json, redaction, withheld.Blobs)
        {
            Unredacted = redaction is null ? default(ReadOnlyMemory<byte>?) : withholding.Event(sent).Json,
        };
    }
}

/// <summary>What is stored of an event.</summary>
/// <param name="Body">Its JSON.</param>
/// <param name="Redaction">What was replaced; null where nothing was.</param>
/// <param name="Withheld">The blobs it names that may not be stored.</param>
internal readonly record struct KeptEvent(
    ReadOnlyMemory<byte> Body,
    RedactionReport? Redaction,
    IReadOnlyCollection<BlobId> Withheld
)
{
    /// <summary>Whether all of it is stored as it came.</summary>
    public bool IsAsSent { get; init; }

    /// <summary>
    /// What it would be without redaction, for a project that keeps originals: what its developer withholds
    /// is not in it. Null where nothing was replaced.
    /// </summary>
    public ReadOnlyMemory<byte>? Unredacted { get; init; }
}
