using System.Data.Common;
using System.Runtime.ExceptionServices;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Datacurve.Server.Storage.Sealing;

namespace Datacurve.Server.Erasing;

/// <summary>What one look at the open erasures did.</summary>
/// <param name="Deleted">Traces whose rows went.</param>
/// <param name="BlobsRemoved">Blobs that went.</param>
/// <param name="BlobsShared">Blobs that stay, since somebody else names them.</param>
internal sealed record Erased(int Deleted, int BlobsRemoved, int BlobsShared);

/// <summary>
/// Carries erasures through that have begun: notes the blobs that the trace names, deletes its rows, makes
/// the store's own files forget them, and removes the blobs that nobody else names.
/// </summary>
/// <remarks>
/// Each step is durable before the next begins and may be done twice, by any process: what a killed one left
/// is resumed where it was. Several may run at the same time.
/// </remarks>
internal sealed class TraceEraser(
    Database database,
    EventReader events,
    ErasedBlobs blobs,
    TimeProvider time,
    ILogger<TraceEraser> log
)
{
    private const int NamesPerWrite = 500;

    /// <summary>One look at every erasure: a part that fails holds up no other.</summary>
    /// <exception cref="AggregateException">Parts failed, when all had been tried; that of a single one is
    /// thrown as it is.</exception>
    public async Task<Erased> RunAsync(CancellationToken ct)
    {
        var failures = new List<Exception>();
        var deleted = 0;
        foreach (var storedId in await InStateAsync(Erasure.Begun))
            await TryAsync(async () =>
            {
                if (await DeleteAsync(storedId, ct))
                    deleted++;
            });
        await TryAsync(() => PurgeAsync(ct));
        var (removed, shared) = (0, 0);
        await TryAsync(async () => (removed, shared) = await blobs.RemoveAsync(ct));
        if (failures.Count == 1)
            ExceptionDispatchInfo.Throw(failures[0]);
        return failures.Count == 0
            ? new Erased(deleted, removed, shared)
            : throw new AggregateException(failures);

        async Task TryAsync(Func<Task> part)
        {
            try
            {
                await part();
            }
            catch (Exception exception) when (!ct.IsCancellationRequested)
            {
                failures.Add(exception);
            }
        }
    }

    /// <summary>
    /// Ends the erasures of which nothing is left in the store: called when this machine's own leftovers have
    /// been looked through.
    /// </summary>
    /// <returns>How many have ended.</returns>
    public Task<int> EndAsync(CancellationToken ct) =>
        database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    update erasures set state = 'done', done_at_ms = coalesce(done_at_ms, @now)
                    where state = 'purged' and not exists (
                        select 1 from erased_blobs b where b.trace_id = erasures.trace_id)
                    """,
                    new { now = time.GetUtcNow().ToUnixTimeMilliseconds() }
                ),
            ct
        );

    private Task<List<byte[]>> InStateAsync(string state) =>
        database.ReadAsync(async connection =>
            (
                await connection.QueryAsync<byte[]>(
                    "select trace_id from erasures where state = @state order by trace_id",
                    new { state }
                )
            ).AsList()
        );

    private async Task<bool> DeleteAsync(byte[] storedId, CancellationToken ct)
    {
        await NoteEventsAsync(storedId, ct);
        return await database.WriteAsync(connection => DeleteAsync(connection, storedId), ct);
    }

    /// <summary>
    /// Notes what the events name, which may be a great deal: before the transaction, and safely so, since an
    /// erased trace takes no more events.
    /// </summary>
    private async Task NoteEventsAsync(byte[] storedId, CancellationToken ct)
    {
        var traceId = new TraceId(Ids.ToGuid(storedId));
        var names = new HashSet<BlobId>();
        try
        {
            await foreach (var stored in events.ReadAsync(traceId, 0, long.MaxValue, ct))
                names.UnionWith(BlobMentions.In(stored.Body).Select(hash => BlobId.FromHash(hash)));
        }
        catch (Exception exception) when (exception is BlobCorruptException or SealedTraceException)
        {
            // What it named cannot be known any more. Garbage collection finds it, as nothing names it then.
            log.ErasedUnread(traceId.ToString(), exception);
        }

        foreach (var page in names.Chunk(NamesPerWrite))
            await database.WriteAsync(
                async connection =>
                {
                    await TracePieces.NoteAsync(connection, storedId, page.Select(name => name.Stored()));
                    return page.Length;
                },
                ct
            );
    }

    private static async Task<bool> DeleteAsync(DbConnection connection, byte[] storedId)
    {
        // Locked first: whoever makes a blob of the trace comes before this and is seen, or finds it gone.
        await connection.ExecuteAsync(
            "update traces set status = status where trace_id = @storedId",
            new { storedId }
        );
        await TracePieces.StopQaAsync(connection, storedId);
        if (await RowAsync(connection, storedId) is { } row)
            await TracePieces.NoteAsync(
                connection,
                storedId,
                BlobMentions
                    .In(row.Document)
                    .Concat(BlobMentions.In(row.Ingestion))
                    .Concat(BlobMentions.In(row.FinalState ?? []))
            );
        await TracePieces.NoteAsync(
            connection,
            storedId,
            (await WithheldNames.OfAsync(connection, new TraceId(Ids.ToGuid(storedId)))).Select(name =>
                name.Stored()
            )
        );
        await NoteRefusedAsync(connection, storedId);
        // A sealed trace holds its own id, so that no two have equal bytes.
        await connection.ExecuteAsync(
            """
            insert into erased_blobs (trace_id, hash, at_once)
            select trace_id, sealed_hash, 1 from traces
            where trace_id = @storedId and sealed_hash is not null
            on conflict (trace_id, hash) do update set at_once = 1;
            insert into erased_blobs (trace_id, hash, at_once)
            select m.trace_id, m.hash, e.at_once
            from made_blobs m join erasures e on e.trace_id = m.trace_id
            where m.trace_id = @storedId
            on conflict (trace_id, hash) do nothing;
            """,
            new { storedId }
        );
        await TracePieces.DeleteAsync(connection, storedId);
        return await connection.ExecuteAsync(
                "update erasures set state = 'deleted' where trace_id = @storedId and state = 'begun'",
                new { storedId }
            ) == 1;
    }

    /// <summary>
    /// What the trace named in vain and nobody else was promised waits for nobody, and is given to nobody
    /// until it goes: as long as no other has sent it or asked for it since.
    /// </summary>
    private static Task<int> NoteRefusedAsync(DbConnection connection, byte[] storedId) =>
        connection.ExecuteAsync(
            """
            with refused as (
                select e.trace_id, e.project_id, w.hash, b.hash as stored_hash,
                    case when e.at_once = 1 then 1 else 2 end as at_once
                from withheld_blobs w join erasures e on e.trace_id = w.trace_id
                join project_blobs p on p.project_id = e.project_id and p.hash = w.hash
                join blobs b on b.hash = p.stored_hash
                where w.trace_id = @storedId and w.kept_generation is null and b.generation = 0)
            insert into erased_blobs (trace_id, hash, at_once)
            select trace_id, stored_hash, at_once from refused
            union
            select r.trace_id, l.original_hash, r.at_once
            from refused r join blob_originals l on l.project_id = r.project_id and l.hash = r.hash
            where true
            on conflict (trace_id, hash) do update set at_once = excluded.at_once
            """,
            new { storedId }
        );

    private static Task<Documents?> RowAsync(DbConnection connection, byte[] storedId) =>
        connection.QuerySingleOrDefaultAsync<Documents?>(
            """
            select document, ingestion, final_state as FinalState from traces where trace_id = @storedId
            """,
            new { storedId }
        );

    /// <summary>One purge for all whose rows are gone by now.</summary>
    private async Task PurgeAsync(CancellationToken ct)
    {
        var deleted = await InStateAsync(Erasure.Deleted);
        if (deleted.Count == 0)
            return;
        await database.PurgeAsync(ct);
        await database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    "update erasures set state = 'purged' where trace_id = @storedId and state = 'deleted'",
                    deleted.Select(storedId => new { storedId })
                ),
            ct
        );
    }

    private sealed record Documents
    {
        public required byte[] Document { get; init; }
        public required byte[] Ingestion { get; init; }
        public byte[]? FinalState { get; init; }
    }
}
