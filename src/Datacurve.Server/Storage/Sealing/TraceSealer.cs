using System.Data.Common;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Blobs;

namespace Datacurve.Server.Storage.Sealing;

/// <summary>
/// Seals finished traces: their events become one compressed, immutable blob, and their rows go. The blob is
/// durable and has been read back whole before one transaction names it and deletes the rows, so that a crash
/// at any moment loses nothing: until that commit the rows are the trace, and after it the blob is.
/// </summary>
/// <remarks>
/// The same events give the same blob: who seals a trace that another is sealing, or that a killed process
/// sealed by half, stores nothing twice.
/// </remarks>
internal sealed class TraceSealer(
    Database database,
    EventReader events,
    IBlobStore blobs,
    Options options,
    TimeProvider time
)
{
    /// <summary>
    /// Finished traces that nothing has happened to for a while, the longest finished first.
    /// </summary>
    /// <param name="after">The last that is not wanted; the default for the first page.</param>
    /// <param name="limit">How many at most.</param>
    public Task<List<DueTrace>> DueAsync(DueTrace after, int limit) =>
        database.ReadAsync(async connection =>
        {
            var due = await connection.QueryAsync<DueTrace>(
                """
                select trace_id as StoredId, finalized_at_ms as FinalizedAtMs from traces t
                where sealed_hash is null and status in ('complete', 'failed') and seq_last > 0
                    and finalized_at_ms <= @before
                    and (finalized_at_ms > @FinalizedAtMs
                        or (finalized_at_ms = @FinalizedAtMs and trace_id > @StoredId))
                    and not exists (
                        select 1 from qa_runs q where q.trace_id = t.trace_id
                            and (q.finished_at_ms is null or q.finished_at_ms > @before))
                order by finalized_at_ms, trace_id limit @limit
                """,
                new
                {
                    before = NowMs - (options.Keeping.SealAfterSeconds * 1000L),
                    after.FinalizedAtMs,
                    after.StoredId,
                    limit,
                }
            );
            return due.ToList();
        });

    /// <summary>
    /// Seals a trace. False where it is not finished, holds nothing, or is sealed already.
    /// </summary>
    /// <exception cref="SealedTraceException">What was stored is not what was sealed; the rows
    /// stay.</exception>
    public async Task<bool> SealAsync(TraceId traceId, CancellationToken ct)
    {
        var found = await database.ReadAsync(connection =>
            connection.QuerySingleOrDefaultAsync<Sealable?>(
                """
                select seq_last as SeqLast from traces
                where trace_id = @traceId and sealed_hash is null and status in ('complete', 'failed')
                """,
                new { traceId = traceId.Stored() }
            )
        );
        if (found is not { SeqLast: > 0 })
            return false;

        if (await StoreAsync(traceId, found.SeqLast, ct) is not var (blobId, index))
            return false;
        await ProveAsync(traceId, blobId, index, ct);
        return await database.WriteAsync(
            connection => ReplaceAsync(connection, traceId, found.SeqLast, blobId, index),
            ct
        );
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Null where the trace was removed meanwhile.</summary>
    private async Task<(BlobId, SealedIndex)?> StoreAsync(TraceId traceId, long seqLast, CancellationToken ct)
    {
        var folder = Path.Combine(options.WorkPath, "sealing");
        OwnFolder.Make(folder);
        await using var file = new FileStream(
            Path.Combine(folder, Guid.NewGuid().ToString("N")),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            bufferSize: 0,
            FileOptions.Asynchronous | FileOptions.DeleteOnClose
        );
        using var writer = new SealedWriter(file, traceId);
        var last = 0L;
        await foreach (var stored in events.ReadAsync(traceId, 0, seqLast, ct))
        {
            await writer.AddAsync(stored, ct);
            last = stored.Seq;
        }

        if (last != seqLast && !await StandsAsync(traceId))
            return null;
        if (last != seqLast)
            throw new SealedTraceException($"trace {traceId} ends at {last} and says {seqLast}");
        var index = await writer.FinishAsync(ct);
        file.Position = 0;
        var blob = await blobs.PutAsync(file, madeOf: traceId, ct);
        return (blob.BlobId, index);
    }

    private Task<bool> StandsAsync(TraceId traceId) =>
        database.ReadAsync(async connection =>
            await connection.ExecuteScalarAsync<long>(
                "select count(*) from traces where trace_id = @traceId",
                new { traceId = traceId.Stored() }
            ) == 1
        );

    /// <summary>Reads back what was stored, as every later reader will: nothing goes on trust.</summary>
    private async Task ProveAsync(TraceId traceId, BlobId blobId, SealedIndex index, CancellationToken ct)
    {
        await using var reader = await events.OpenAsync(blobId, ct);
        using var chain = new EventChain(traceId);
        await foreach (var stored in reader.ReadAsync(0, long.MaxValue, ct))
            chain.Add(stored.Body);
        if (chain.Count != index.Events || Convert.ToHexStringLower(chain.Head) != index.ChainHead)
            throw new SealedTraceException($"{blobId} does not hold what trace {traceId} does");
    }

    private async Task<bool> ReplaceAsync(
        DbConnection connection,
        TraceId traceId,
        long seqLast,
        BlobId blobId,
        SealedIndex index
    )
    {
        var parameters = new
        {
            traceId = traceId.Stored(),
            seqLast,
            hash = blobId.Stored(),
            head = Convert.FromHexString(index.ChainHead),
            now = NowMs,
        };
        // Whoever found the blob unused meanwhile looked at an older generation of it.
        var held = await connection.ExecuteAsync(
            """
            update blobs set generation = generation + 1, touched_at_ms = @now, marked_at_ms = null
            where hash = @hash and removing_at_ms is null
            """,
            parameters
        );
        if (held == 0)
            return false;

        var named = await connection.ExecuteAsync(
            """
            update traces set sealed_hash = @hash, sealed_at_ms = @now, chain_head = @head
            where trace_id = @traceId and sealed_hash is null and seq_last = @seqLast
                and status in ('complete', 'failed')
            """,
            parameters
        );
        if (named == 0)
            return false;

        var deleted = await connection.ExecuteAsync(
            "delete from events where trace_id = @traceId",
            parameters
        );
        return deleted == index.Events
            ? true
            : throw new SealedTraceException($"trace {traceId} has {deleted} rows, not {index.Events}");
    }

    private sealed record Sealable(long SeqLast);
}

/// <summary>A trace that is due to be sealed, and its place in the order of those.</summary>
internal sealed record DueTrace(byte[] StoredId, long FinalizedAtMs)
{
    public static readonly DueTrace Start = new([], long.MinValue);

    public TraceId TraceId => new(Ids.ToGuid(StoredId));
}
