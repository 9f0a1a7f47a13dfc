using System.Runtime.CompilerServices;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Datacurve.Server.Storage.Sealing;

namespace Datacurve.Server.Upkeep;

/// <summary>
/// Whether sealed traces hold: no rows are left, and the blob's events give the chain's head that the trace
/// remembers.
/// </summary>
internal sealed class SealedTraces(Database database, EventReader events)
{
    private const int PageLength = 500;

    public async IAsyncEnumerable<Finding> FindAsync([EnumeratorCancellation] CancellationToken ct)
    {
        byte[] after = [];
        List<SealedTrace> page;
        do
        {
            page = await PageAsync(after);
            foreach (var trace in page)
            {
                after = trace.StoredId;
                if (trace.Rows > 0)
                    yield return Wrong(trace, $"and has {Quantity.Of(trace.Rows, "row")}");
                if (await WrongAsync(trace, ct) is { } wrong)
                    yield return Wrong(trace, $"in {trace.BlobId}, {wrong}");
            }
        } while (page.Count == PageLength);
    }

    private static Finding Wrong(SealedTrace trace, string how) =>
        new("sealed_trace", trace.TraceId.ToString(), $"trace {trace.TraceId} is sealed {how}");

    private async Task<string?> WrongAsync(SealedTrace trace, CancellationToken ct)
    {
        try
        {
            await using var reader = await events.OpenAsync(trace.BlobId, ct);
            using var chain = new EventChain(trace.TraceId);
            var last = 0L;
            await foreach (var stored in reader.ReadAsync(0, long.MaxValue, ct))
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
