using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Upkeep;

/// <summary>A blob that is named, and the trace that names it.</summary>
internal readonly record struct BlobReference(TraceId TraceId, byte[] Hash);

/// <summary>
/// Reads every name of a blob in the store: in the documents of traces, in their events, and in what QA
/// found. Reads a page at a time; only what the caller keeps grows with the store.
/// </summary>
/// <remarks>
/// Every column of a row is looked at, so that one that is added later is not forgotten: text is searched,
/// and 32 bytes are taken for a hash. A trace's row comes before its events, and events are read in whatever
/// way they are kept.
/// </remarks>
internal sealed class BlobReferences(Database database, EventReader events)
{
    private const int PageLength = 100;
    private const int HashLength = 32;

    public async IAsyncEnumerable<BlobReference> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var row in PagedAsync("select * from traces", "trace_id", ct))
        {
            var traceId = new TraceId(Ids.ToGuid((byte[])row["trace_id"]));
            foreach (var hash in row.Values.SelectMany(Hashes))
                yield return new BlobReference(traceId, hash);
            await foreach (var stored in events.ReadAsync(traceId, 0, long.MaxValue, ct))
            foreach (var hash in BlobMentions.In(stored.Body))
                yield return new BlobReference(traceId, hash);
        }

        await foreach (var row in PagedAsync("select * from qa_runs", "qa_job_id", ct))
        foreach (var hash in row.Values.SelectMany(Hashes))
            yield return new BlobReference(new TraceId(Ids.ToGuid((byte[])row["trace_id"])), hash);
    }

    private static List<byte[]> Hashes(object? value) =>
        value switch
        {
            byte[] { Length: HashLength } hash => [hash],
            byte[] document => BlobMentions.In(document),
            string text => BlobMentions.In(Encoding.UTF8.GetBytes(text)),
            _ => [],
        };

    private async IAsyncEnumerable<IDictionary<string, object>> PagedAsync(
        string select,
        string key,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var after = Array.Empty<byte>();
        while (true)
        {
            var page = await database.ReadAsync(connection => PageAsync(connection, select, key, after));
            foreach (var row in page)
            {
                ct.ThrowIfCancellationRequested();
                yield return row;
            }

            if (page.Count < PageLength)
                yield break;
            after = (byte[])page[^1][key];
        }
    }

    private static async Task<List<IDictionary<string, object>>> PageAsync(
        DbConnection connection,
        string select,
        string key,
        byte[] after
    ) =>
        [
            .. (
                await connection.QueryAsync(
                    $"{select} where {key} > @after order by {key} limit @limit",
                    new { after, limit = PageLength }
                )
            ).Cast<IDictionary<string, object>>(),
        ];
}
