using Dapper;
using Datacurve.Core;
using Datacurve.Server.Blobs;

namespace Datacurve.Server.Storage.Sealing;

/// <summary>
/// What must hold of every trace's events, for <c>fsck</c>: rows up to the last seq, or, where it is sealed,
/// no rows, and a blob whose events give the chain's head that the trace remembers.
/// </summary>
internal sealed class TraceChecks(Database database, EventReader events)
{
    private const int PageLength = 500;

    /// <returns>The findings, one sentence each.</returns>
    public async IAsyncEnumerable<string> FindAsync()
    {
        foreach (var traceId in await UnevenAsync())
            yield return $"trace {traceId} holds other events than its last seq says";

        byte[] after = [];
        List<SealedTrace> page;
        do
        {
            page = await PageAsync(after);
            foreach (var trace in page)
            {
                after = trace.StoredId;
                if (trace.Rows > 0)
                    yield return $"trace {trace.TraceId} is sealed and has {trace.Rows} rows";
                if (await WrongAsync(trace) is { } wrong)
                    yield return $"trace {trace.TraceId} is sealed in {trace.BlobId}, {wrong}";
            }
        } while (page.Count == PageLength);
    }

    private async Task<string?> WrongAsync(SealedTrace trace)
    {
        try
        {
            await using var reader = await events.OpenAsync(trace.BlobId, CancellationToken.None);
            using var chain = new EventChain(trace.TraceId);
            var last = 0L;
            await foreach (var stored in reader.ReadAsync(0, long.MaxValue, CancellationToken.None))
            {
                if (stored.Seq <= last)
                    return "whose seqs do not rise";
                chain.Add(stored.Body);
                last = stored.Seq;
            }

            if (!chain.Head.AsSpan().SequenceEqual(trace.ChainHead))
                return "whose events do not give the chain's head";
            return last == trace.SeqLast ? null : $"which ends at {last} and not at {trace.SeqLast}";
        }
        catch (SealedTraceException exception)
        {
            return $"which cannot be read: {exception.Message}";
        }
        catch (BlobCorruptException)
        {
            return "whose bytes are damaged";
        }
    }

    private Task<List<TraceId>> UnevenAsync() => database.ReadAsync(async connection => (
                await connection.QueryAsync<byte[]>(
                    """
                    select t.trace_id from traces t
                    where t.sealed_hash is null and t.seq_last <> coalesce(
                        (select max(seq) from events e where e.trace_id = t.trace_id), 0)
                    """
                )
            ).Select(id => new TraceId(Ids.ToGuid(id))).ToList());

    private Task<List<SealedTrace>> PageAsync(byte[] after) =>
        database.ReadAsync(async connection =>
            (
                await connection.QueryAsync<SealedTrace>(
                    """
                    select t.trace_id as StoredId, t.seq_last as SeqLast, t.sealed_hash as SealedHash,
                        t.chain_head as ChainHead,
                        (select count(*) from events e where e.trace_id = t.trace_id) as Rows
                    from traces t where t.sealed_hash is not null and t.trace_id > @after
                    order by t.trace_id limit @limit
                    """,
                    new { after, limit = PageLength }
                )
            ).ToList()
        );

    private sealed record SealedTrace
    {
        public required byte[] StoredId { get; init; }
        public required long SeqLast { get; init; }
        public required byte[] SealedHash { get; init; }
        public required byte[] ChainHead { get; init; }
        public required long Rows { get; init; }

        public TraceId TraceId => new(Ids.ToGuid(StoredId));

        public BlobId BlobId => BlobId.FromHash(SealedHash);
    }
}
