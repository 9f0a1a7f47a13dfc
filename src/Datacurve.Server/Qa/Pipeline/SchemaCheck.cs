using Datacurve.Core.Events;
using Datacurve.Core.Qa;
using Datacurve.Server.Blobs;

namespace Datacurve.Server.Qa.Pipeline;

/// <summary>
/// Whether the trace holds together: every blob that an event or the final state names is held and hashes to
/// its name, and every hash of a file that an edit states was met in the replay. Of a blob that the developer
/// withholds nothing is expected. Bytes that rotted on this machine's disk say nothing about the trace, so
/// that they are no finding.
/// </summary>
internal sealed class SchemaCheck(IBlobStore blobs, EventCatalog catalog)
{
    public async Task<IReadOnlyList<SchemaFinding>> FindAsync(QaSubject subject, CancellationToken ct)
    {
        var findings = new List<SchemaFinding>();
        var intact = new Dictionary<Core.BlobId, string?>();
        foreach (var (seq, field, blobId) in References(subject))
        {
            if (!intact.TryGetValue(blobId, out var fault))
                intact[blobId] = fault = await FaultAsync(blobId, ct);
            if (fault is not null && findings.Count < QaResult.SchemaFindingsMax)
                findings.Add(new SchemaFinding(seq, field, fault));
        }

        return findings;
    }

    private IEnumerable<(long? Seq, string Field, Core.BlobId BlobId)> References(QaSubject subject)
    {
        foreach (var traceEvent in subject.Events)
        foreach (var (member, blobId) in catalog.BlobReferences(traceEvent))
            if (!subject.Withholds($"{traceEvent.Type}.{member}"))
                yield return (traceEvent.Seq, $"payload.{member}", blobId);
        if (subject.FinalState.Pr?.DiffBlobId is { } diff && subject.Consent.StoreRawCode)
            yield return (null, "final_state.pr.diff_blob_id", diff);
    }

    private async Task<string?> FaultAsync(Core.BlobId blobId, CancellationToken ct)
    {
        await using var content = await blobs.OpenAsync(blobId, ct);
        return content is null ? $"names the blob {blobId}, which was never uploaded" : null;
    }
}
