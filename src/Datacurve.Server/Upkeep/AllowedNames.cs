using System.Text.Json;
using Datacurve.Core;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;
using Datacurve.Core.Json;
using Datacurve.Core.Traces;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Datacurve.Server.Storage.Sealing;

namespace Datacurve.Server.Upkeep;

/// <summary>
/// What a trace names where its developer lets it be stored. The same bytes may be output in one place and
/// code in another, and stay where one of them is allowed.
/// </summary>
internal sealed class AllowedNames(Database database, EventReader events, EventCatalog catalog)
{
    private const string BaseMember = "base_snapshot_blob_id";

    /// <returns>Null where the trace is gone, or cannot be read now.</returns>
    public async Task<HashSet<BlobId>?> OfAsync(TraceId traceId, CancellationToken ct)
    {
        if (await database.ReadAsync(connection => TraceRow.FindAsync(connection, traceId)) is not { } row)
            return null;
        var trace = JsonSerializer.Deserialize(row.Document, DatacurveJson.Default.NewTrace)!;
        var consent = trace.Developer.ConsentFlags;
        var names = consent.StoreRawCode ? OfDocuments(trace, row.FinalState) : [];
        try
        {
            await foreach (var stored in events.ReadAsync(traceId, 0, row.SeqLast, ct))
            {
                var traceEvent = catalog.Read(stored.Body);
                foreach (var (member, blobId) in catalog.BlobReferences(traceEvent))
                    if (!Withholding.IsRefused(consent, ContractContents.Of($"{traceEvent.Type}.{member}")))
                        names.Add(blobId);
            }
        }
        catch (Exception unreadable) when (unreadable is BlobCorruptException or SealedTraceException)
        {
            return null;
        }

        return names;
    }

    private static HashSet<BlobId> OfDocuments(NewTrace trace, byte[]? finalState)
    {
        var names = new HashSet<BlobId>();
        if (
            trace.Artifacts?.TryGetValue(BaseMember, out var snapshot) == true
            && snapshot.ValueKind == JsonValueKind.String
            && BlobId.TryParse(snapshot.GetString(), out var baseId)
        )
            names.Add(baseId);
        if (
            finalState is not null
            && JsonSerializer.Deserialize(finalState, DatacurveJson.Default.FinalState)?.Pr?.DiffBlobId
                is { } diff
        )
            names.Add(diff);
        return names;
    }
}
