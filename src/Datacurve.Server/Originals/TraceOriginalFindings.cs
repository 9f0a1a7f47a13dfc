using System.Runtime.CompilerServices;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;
using Datacurve.Server.Upkeep;

namespace Datacurve.Server.Originals;

/// <summary>Whether the originals of events and documents open; of each trace one fault is told.</summary>
internal sealed class TraceOriginalFindings(Database database, RawKeys keys)
{
    private const int PageLength = 50;

    private const string Events = """
        select trace_id as TraceId, seq as Seq, '' as Kind, original as Original from event_originals
        where (trace_id, seq) > (@TraceId, @Seq) order by trace_id, seq limit @limit
        """;

    private const string Documents = """
        select trace_id as TraceId, 0 as Seq, kind as Kind, original as Original from document_originals
        where (trace_id, kind) > (@TraceId, @Kind) order by trace_id, kind limit @limit
        """;

    public async IAsyncEnumerable<Finding> FindAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var sql in (string[])[Events, Documents])
        {
            Finding? told = null;
            var after = new OriginalRow();
            List<OriginalRow> page;
            do
            {
                page = await PageAsync(sql, after);
                foreach (var row in page)
                    if (await WrongAsync(row, ct) is { } found && found != told)
                        yield return told = found;
                after = page.Count > 0 ? page[^1] : after;
            } while (page.Count == PageLength);
        }
    }

    private async Task<Finding?> WrongAsync(OriginalRow row, CancellationToken ct)
    {
        var traceId = new TraceId(Ids.ToGuid(row.TraceId));
        try
        {
            _ = await OriginalStream.ReadAsync(row.Original, keys, row.Context(traceId), ct);
            return null;
        }
        catch (OriginalKeyException unknown)
        {
            return Wrong("original_without_key", traceId, unknown);
        }
        catch (OriginalDamagedException damaged)
        {
            return Wrong("original_damaged", traceId, damaged);
        }
    }

    private static Finding Wrong(string kind, TraceId traceId, Exception why) =>
        new(kind, traceId.ToString(), $"an original of the trace {traceId} cannot be opened: {why.Message}");

    private Task<List<OriginalRow>> PageAsync(string sql, OriginalRow after) =>
        database.ReadAsync(async connection =>
            (
                await connection.QueryAsync<OriginalRow>(
                    sql,
                    new
                    {
                        after.TraceId,
                        after.Seq,
                        after.Kind,
                        limit = PageLength,
                    }
                )
            ).AsList()
        );

    private sealed record OriginalRow
    {
        public byte[] TraceId { get; init; } = [];
        public long Seq { get; init; }
        public string Kind { get; init; } = "";
        public byte[] Original { get; init; } = [];

        public byte[] Context(TraceId traceId) =>
            Kind.Length == 0
                ? OriginalFormat.OfEvent(traceId, Seq)
                : OriginalFormat.OfDocument(traceId, Kind);
    }
}
