using Dapper;
using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Datacurve.Server.Upkeep;

namespace Datacurve.Server.Erasing;

/// <summary>
/// Removes the blobs that erased traces named and that no other trace names. One that was sent or asked for
/// lately may be about to be named, and waits until it is not: unless its project says so, by the order to
/// take all at once, or it was promised to a trace alone that named it in vain. Another project's upload is
/// never overtaken.
/// </summary>
/// <remarks>
/// The row of a blob is looked at before the scan of all names, and a removal begins over the row that was
/// looked at: an upload in between raises its generation, and the blob stays.
/// </remarks>
internal sealed class ErasedBlobs(
    Database database,
    BlobStore store,
    BlobNamers namers,
    Options options,
    TimeProvider time
)
{
    private const int PageLength = 20_000;

    // What is read between two looks at the clock.
    private TimeSpan Settled => TimeSpan.FromHours(options.Blobs.GraceHours) + BlobRows.AskedAgainAfter;

    /// <returns>How many blobs went, and of how many it was found that somebody else names them.</returns>
    public async Task<(int Removed, int Shared)> RemoveAsync(CancellationToken ct)
    {
        var due = await DueAsync();
        if (due.Count == 0)
            return (0, 0);

        var named = await namers.FindAsync([.. due.Select(one => BlobId.FromHash(one.Hash))], ct);
        var (removed, shared) = (0, 0);
        foreach (var blob in due.GroupBy(one => BlobId.FromHash(one.Hash)))
        {
            ct.ThrowIfCancellationRequested();
            List<DueBlob> ofTraces = [.. blob];
            if (named.TryGetValue(blob.Key, out var projects))
            {
                shared++;
                await KeepAsync(ofTraces, projects, ct);
            }
            else if (await RemoveAsync(blob.Key, ofTraces[0], ct))
            {
                removed += ofTraces[0].Generation is null ? 0 : 1;
                await ForgetAsync(ofTraces, ct);
            }
        }

        return (removed, shared);
    }

    /// <summary>When the last of a project's erased blobs that wait may go; null where none waits.</summary>
    public Task<long?> LastDueAsync(ProjectId project) =>
        database.ReadAsync(async connection =>
            await connection.ExecuteScalarAsync<long?>(
                """
                select max(b.touched_at_ms) from erased_blobs e
                join erasures r on r.trace_id = e.trace_id join blobs b on b.hash = e.hash
                where r.project_id = @project
                """,
                new { project = project.Value.Stored() }
            )
                is { } touched
                ? touched + (long)Settled.TotalMilliseconds
                : (long?)null
        );

    private Task<List<DueBlob>> DueAsync() =>
        database.ReadAsync(async connection =>
            (
                await connection.QueryAsync<DueBlob>(
                    """
                    select e.trace_id as TraceId, e.hash as Hash, r.project_id as Project,
                        b.byte_length as ByteLength, b.generation as Generation,
                        b.touched_at_ms as TouchedAtMs, b.marked_at_ms as MarkedAtMs,
                        b.removing_at_ms as RemovingAtMs
                    from erased_blobs e
                    join erasures r on r.trace_id = e.trace_id
                    left join blobs b on b.hash = e.hash
                    where r.state in ('purged', 'done') and (
                        b.hash is null
                        or b.touched_at_ms <= @settled
                        or ((e.at_once = 1 or (e.at_once = 2 and b.generation = 0)) and not exists (
                            select 1 from project_blobs p
                            where p.stored_hash = e.hash and p.project_id <> r.project_id)))
                    order by e.hash limit @limit
                    """,
                    new
                    {
                        settled = (time.GetUtcNow() - Settled).ToUnixTimeMilliseconds(),
                        limit = PageLength,
                    }
                )
            ).AsList()
        );

    private async Task<bool> RemoveAsync(BlobId blobId, DueBlob seen, CancellationToken ct)
    {
        var gone = seen.Row is { } row
            ? await store.RemoveAsync(row, ct)
            : await store.RemoveUnheldAsync(blobId, ct);
        if (gone)
            await store.RemoveSetAsideAsync(blobId, ct);
        return gone;
    }

    /// <summary>
    /// The bytes stay for who names them, and a project of which no trace does may read them no longer.
    /// </summary>
    private async Task KeepAsync(List<DueBlob> ofTraces, HashSet<ProjectId> namers, CancellationToken ct)
    {
        foreach (var one in ofTraces)
            if (!namers.Contains(new ProjectId(Ids.ToGuid(one.Project))))
                await store.Rows.WithdrawAsync(one.Hash, one.Generation ?? 0, one.Project, ct);
        await ForgetAsync(ofTraces, ct);
    }

    private Task<int> ForgetAsync(List<DueBlob> decided, CancellationToken ct) =>
        database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    "delete from erased_blobs where trace_id = @TraceId and hash = @Hash",
                    decided.Select(one => new { one.TraceId, one.Hash })
                ),
            ct
        );

    /// <summary>A blob that an erased trace named; its row is as it was before the scan.</summary>
    private sealed record DueBlob
    {
        public required byte[] TraceId { get; init; }
        public required byte[] Hash { get; init; }
        public required byte[] Project { get; init; }
        public long? ByteLength { get; init; }
        public long? Generation { get; init; }
        public long? TouchedAtMs { get; init; }
        public long? MarkedAtMs { get; init; }
        public long? RemovingAtMs { get; init; }

        public BlobRow? Row =>
            Generation is not { } generation
                ? null
                : new BlobRow
                {
                    Hash = Hash,
                    ByteLength = ByteLength!.Value,
                    Generation = generation,
                    TouchedAtMs = TouchedAtMs!.Value,
                    MarkedAtMs = MarkedAtMs,
                    RemovingAtMs = RemovingAtMs,
                };
    }
}
