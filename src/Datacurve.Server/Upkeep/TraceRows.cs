using System.Runtime.CompilerServices;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Upkeep;

/// <summary>Whether the rows of traces agree with each other, and with what was sealed.</summary>
internal sealed class TraceRows(Database database, EventReader events)
{
    public Task<long> CountAsync() =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<long>("select count(*) from traces"));

    public async IAsyncEnumerable<Finding> FindAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var traceId in await IdsAsync(UnevenTraces))
            yield return new Finding(
                "uneven_trace",
                traceId,
                $"trace {traceId} holds other events than its last seq says"
            );
        await foreach (var finding in new SealedTraces(database, events).FindAsync(ct))
            yield return finding;
        foreach (var (table, sql) in Orphans)
        foreach (var traceId in await IdsAsync(sql))
        {
            ct.ThrowIfCancellationRequested();
            yield return new Finding(
                "orphan_rows",
                traceId,
                $"{table} has rows of the trace {traceId}, which does not exist"
            );
        }

        foreach (var traceId in await IdsAsync(ErasedWithRows))
            yield return new Finding(
                "erased_trace",
                traceId,
                $"trace {traceId} was erased and has rows: a restored backup brings them, erase it again"
            );
        foreach (var traceId in await IdsAsync("select trace_id from erasures where state <> 'done'"))
            yield return new Finding(
                "erasure_open",
                traceId,
                $"the erasure of {traceId} is not done: the service, or datacurve erase, goes on with it"
            )
            {
                Informative = true,
            };
    }

    private const string UnevenTraces = """
        select t.trace_id from traces t
        where t.sealed_hash is null and t.seq_last <> coalesce(
            (select max(seq) from events e where e.trace_id = t.trace_id), 0)
        """;

    // Of one that has only begun the rows are still there.
    private const string ErasedWithRows = """
        select e.trace_id from erasures e
        where e.state <> 'begun' and exists (select 1 from traces t where t.trace_id = e.trace_id)
        """;

    private static readonly (string Table, string Sql)[] Orphans =
    [
        ("events", OrphansIn("events")),
        ("event_originals", OrphansIn("event_originals")),
        ("document_originals", OrphansIn("document_originals")),
        ("qa_runs", OrphansIn("qa_runs")),
        ("trace_labels", OrphansIn("trace_labels")),
        ("made_blobs", OrphansIn("made_blobs")),
    ];

    private static string OrphansIn(string table) =>
        $"""
            select distinct o.trace_id from {table} o
            where not exists (select 1 from traces t where t.trace_id = o.trace_id)
            """;

    private Task<List<string>> IdsAsync(string sql) =>
        database.ReadAsync(async connection =>
            (await connection.QueryAsync<byte[]>(sql))
                .Select(id => new TraceId(Ids.ToGuid(id)).ToString())
                .ToList()
        );
}
