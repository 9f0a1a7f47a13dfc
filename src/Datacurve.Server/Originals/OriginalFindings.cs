using System.Runtime.CompilerServices;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Datacurve.Server.Upkeep;

namespace Datacurve.Server.Originals;

/// <summary>Whether what was kept as an original can still be had: it is there, and a key opens it.</summary>
internal sealed class OriginalFindings(BlobStore store, Database database, RawKeys keys)
{
    private const int PageLength = 200;

    public async IAsyncEnumerable<Finding> FindAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var after = new KeptOriginal();
        List<KeptOriginal> page;
        do
        {
            page = await PageAsync(after);
            foreach (var kept in page)
                if (await WrongAsync(kept, ct) is var (kind, how))
                    yield return new Finding(
                        kind,
                        kept.Sent.ToString(),
                        $"the original of {kept.Sent} {how}"
                    );
            after = page.Count > 0 ? page[^1] : after;
        } while (page.Count == PageLength);

        await foreach (var finding in new TraceOriginalFindings(database, keys).FindAsync(ct))
            yield return finding;
    }

    private async Task<(string Kind, string How)?> WrongAsync(KeptOriginal kept, CancellationToken ct)
    {
        // What lies there otherwise is told of every blob: no bytes, or damaged ones.
        if (await store.OpenUnverifiedAsync(kept.Original, ct) is not { } stored)
            return null;
        try
        {
            await using var original = await OriginalStream.OpenAsync(
                stored,
                keys,
                OriginalFormat.OfBlob(new ProjectId(Ids.ToGuid(kept.Project))),
                ct
            );
            await original.VerifyAsync(kept.Sent, ct);
            return null;
        }
        catch (OriginalKeyException unknown)
        {
            return ("original_without_key", $"cannot be opened: {unknown.Message}");
        }
        catch (OriginalDamagedException damaged)
        {
            return ("original_damaged", $"cannot be opened: {damaged.Message}");
        }
    }

    private Task<List<KeptOriginal>> PageAsync(KeptOriginal after) =>
        database.ReadAsync(async connection =>
            (
                await connection.QueryAsync<KeptOriginal>(
                    """
                    select o.project_id as Project, o.hash as SentHash, o.original_hash as OriginalHash
                    from blob_originals o join blobs b on b.hash = o.original_hash
                    where b.removing_at_ms is null
                        and (o.project_id, o.hash, o.original_hash) > (@Project, @SentHash, @OriginalHash)
                    order by o.project_id, o.hash, o.original_hash limit @limit
                    """,
                    new
                    {
                        after.Project,
                        after.SentHash,
                        after.OriginalHash,
                        limit = PageLength,
                    }
                )
            ).AsList()
        );

    private sealed record KeptOriginal
    {
        public byte[] Project { get; init; } = [];
        public byte[] SentHash { get; init; } = [];
        public byte[] OriginalHash { get; init; } = [];

        public BlobId Sent => BlobId.FromHash(SentHash);

        public BlobId Original => BlobId.FromHash(OriginalHash);
    }
}
