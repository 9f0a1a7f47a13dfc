using Dapper;
using Datacurve.Core;
using Datacurve.Core.Consent;
using Datacurve.Core.Replay;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Upkeep;

/// <summary>
/// Removes the blobs that traces name whose developers do not let them be stored, and that no other trace
/// names. Their size stays, and the lines that a diff adds and removes.
/// </summary>
/// <remarks>
/// A blob comes before anybody says of which trace it is, and another trace may be about to name it. One that
/// was sent once, and that nobody was told of since, was promised to the trace that names it alone: it goes
/// when the trace is finalized. Any other waits as long after the last upload as it would without a name. As
/// with erasures, its row is looked at before the scan of all names, and the removal begins over the row that
/// was looked at.
/// </remarks>
internal sealed class WithheldBlobs(
    Database database,
    BlobStore store,
    BlobNamers namers,
    AllowedNames allowed,
    Options options,
    TimeProvider time
)
{
    private const int PageLength = 20_000;

    // Originals are decided about together with what they are originals of.
    private const string IsDue = """
        from withheld_blobs w
        join traces t on t.trace_id = w.trace_id
        join project_blobs p on p.project_id = t.project_id and p.hash = w.hash
        join blobs b on b.hash = p.stored_hash
        where (b.touched_at_ms <= @settled or (b.generation = 0 and t.status <> 'collecting'))
            and w.kept_generation is distinct from b.generation
            and not exists (
                select 1 from blob_originals l join blobs lb on lb.hash = l.original_hash
                where l.project_id = p.project_id and l.hash = w.hash and lb.touched_at_ms > @settled
                    and (lb.generation > 0 or t.status = 'collecting'))
        """;

    // An upload that was asked for again within the hour does not say so.
    private long SettledBefore =>
        (
            time.GetUtcNow() - TimeSpan.FromHours(options.Blobs.GraceHours) - BlobRows.AskedAgainAfter
        ).ToUnixTimeMilliseconds();

    /// <returns>How many blobs went.</returns>
    public async Task<int> RemoveAsync(CancellationToken ct)
    {
        var due = await WithoutAllowedAsync(await DueAsync(), ct);
        if (due.Count == 0)
            return 0;

        var originals = await OriginalsAsync(due);
        var wanted = due.Select(one => one.Stored).Concat(originals.Select(one => one.Hash));
        var named = await namers.FindAsync([.. wanted.Select(hash => BlobId.FromHash(hash))], ct);
        foreach (var original in originals.Where(one => !named.ContainsKey(BlobId.FromHash(one.Hash))))
            if (await store.RemoveAsync(original, ct))
                await store.RemoveSetAsideAsync(BlobId.FromHash(original.Hash), ct);
        var removed = 0;
        foreach (var blob in due.GroupBy(one => BlobId.FromHash(one.Stored)))
        {
            ct.ThrowIfCancellationRequested();
            if (named.TryGetValue(blob.Key, out var projects))
                await KeepAsync([.. blob], projects, ct);
            else if (await RemoveAsync(blob.Key, [.. blob], ct))
                removed++;
        }

        return removed;
    }

    private Task<List<DueBlob>> DueAsync() =>
        database.ReadAsync(async connection =>
            (
                await connection.QueryAsync<DueBlob>(
                    $"""
                    select w.trace_id as TraceId, w.hash as Name, p.project_id as Project,
                        b.hash as Stored, b.byte_length as ByteLength, b.generation as Generation,
                        b.touched_at_ms as TouchedAtMs, b.marked_at_ms as MarkedAtMs,
                        b.removing_at_ms as RemovingAtMs
                    {IsDue}
                    order by b.hash limit @limit
                    """,
                    new { settled = SettledBefore, limit = PageLength }
                )
            ).AsList()
        );

    /// <summary>
    /// The originals of what was found due and may not be kept, so far as they still are: what became due
    /// since has not been looked at.
    /// </summary>
    private Task<List<BlobRow>> OriginalsAsync(List<DueBlob> due) =>
        database.ReadAsync(async connection =>
        {
            var originals = new List<BlobRow>();
            foreach (var one in due)
                originals.AddRange(
                    await connection.QueryAsync<BlobRow>(
                        $"""
                        select x.hash, x.byte_length as ByteLength, x.generation,
                            x.touched_at_ms as TouchedAtMs, x.marked_at_ms as MarkedAtMs,
                            x.removing_at_ms as RemovingAtMs
                        from blob_originals o join blobs x on x.hash = o.original_hash
                        where o.project_id = @Project and o.hash = @Name and exists (
                            select 1 {IsDue} and w.trace_id = @TraceId and w.hash = @Name)
                        """,
                        new
                        {
                            one.Project,
                            one.Name,
                            one.TraceId,
                            settled = SettledBefore,
                        }
                    )
                );
            return originals.DistinctBy(row => BlobId.FromHash(row.Hash)).ToList();
        });

    /// <summary>What the trace itself may keep in another place is named by it as by any other.</summary>
    private async Task<List<DueBlob>> WithoutAllowedAsync(List<DueBlob> due, CancellationToken ct)
    {
        var refused = new List<DueBlob>();
        foreach (var ofTrace in due.GroupBy(one => new TraceId(Ids.ToGuid(one.TraceId))))
        {
            if (await allowed.OfAsync(ofTrace.Key, ct) is not { } names)
                continue;
            var kept = ofTrace.Where(one => names.Contains(BlobId.FromHash(one.Name))).ToList();
            refused.AddRange(ofTrace.Except(kept));
            if (kept.Count > 0)
                await database.WriteAsync(
                    connection =>
                        connection.ExecuteAsync(
                            "delete from withheld_blobs where trace_id = @TraceId and hash = @Name",
                            kept.Select(one => new { one.TraceId, one.Name })
                        ),
                    ct
                );
        }

        return refused;
    }

    private async Task<bool> RemoveAsync(BlobId blobId, List<DueBlob> names, CancellationToken ct)
    {
        // Noted first, since nothing is left to be measured after; a blob that stays loses nothing by it.
        var size = await SizeAsync(blobId, names[0].ByteLength, ct);
        await database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    update withheld_blobs
                    set byte_length = @ByteLength, lines_added = @added, lines_removed = @removed
                    where trace_id = @TraceId and hash = @Name
                    """,
                    names.Select(one => new
                    {
                        one.TraceId,
                        one.Name,
                        one.ByteLength,
                        added = size?.LinesAdded,
                        removed = size?.LinesRemoved,
                    })
                ),
            ct
        );
        if (!await store.RemoveAsync(names[0].Row, ct))
            return false;
        await store.RemoveSetAsideAsync(blobId, ct);
        return true;
    }

    private async Task<DiffSize?> SizeAsync(BlobId blobId, long byteLength, CancellationToken ct)
    {
        if (byteLength > PatchLimits.PatchBytesMax)
            return null;
        try
        {
            return await store.ReadAsync(blobId, PatchLimits.PatchBytesMax, ct) is { } content
                ? DiffSize.Of(content)
                : null;
        }
        catch (BlobCorruptException)
        {
            return null;
        }
    }

    /// <summary>
    /// The bytes stay for who names them, and a project of which no trace does may read them no longer.
    /// </summary>
    private async Task KeepAsync(List<DueBlob> names, HashSet<ProjectId> namers, CancellationToken ct)
    {
        foreach (var one in names)
            if (!namers.Contains(new ProjectId(Ids.ToGuid(one.Project))))
                await store.Rows.WithdrawAsync(one.Stored, one.Generation, one.Project, ct);
        await database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    update withheld_blobs set kept_generation = @Generation
                    where trace_id = @TraceId and hash = @Name
                    """,
                    names.Select(one => new
                    {
                        one.TraceId,
                        one.Name,
                        one.Generation,
                    })
                ),
            ct
        );
    }

    /// <summary>A name that keeps nothing, and the row of its blob as it was before the scan.</summary>
    private sealed record DueBlob
    {
        public required byte[] TraceId { get; init; }
        public required byte[] Name { get; init; }
        public required byte[] Project { get; init; }
        public required byte[] Stored { get; init; }
        public required long ByteLength { get; init; }
        public required long Generation { get; init; }
        public required long TouchedAtMs { get; init; }
        public long? MarkedAtMs { get; init; }
        public long? RemovingAtMs { get; init; }

        public BlobRow Row =>
            new()
            {
                Hash = Stored,
                ByteLength = ByteLength,
                Generation = Generation,
                TouchedAtMs = TouchedAtMs,
                MarkedAtMs = MarkedAtMs,
                RemovingAtMs = RemovingAtMs,
            };
    }
}
