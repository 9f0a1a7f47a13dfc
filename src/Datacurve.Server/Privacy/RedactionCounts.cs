using System.Data.Common;
using Dapper;
using Datacurve.Core;
using Datacurve.Core.Redaction;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Privacy;

/// <summary>What was replaced in a trace, told with every part of it that is stored.</summary>
internal static class RedactionCounts
{
    /// <summary>Adds to what the trace says, inside the write that has its row locked.</summary>
    public static async Task AddAsync(
        DbConnection connection,
        TraceId traceId,
        params IEnumerable<RedactionReport> reports
    )
    {
        var stored = await connection.QuerySingleAsync<byte[]?>(
            "select redaction from traces where trace_id = @traceId",
            new { traceId = traceId.Stored() }
        );
        // Counts of a trace that was begun before there was redaction are counts of what came since.
        var applied = AppliedRedaction.Read(stored) ?? new AppliedRedaction();
        foreach (var report in reports)
            applied = applied.With(AppliedRedaction.Of(report));
        await connection.ExecuteAsync(
            "update traces set redaction = @redaction where trace_id = @traceId",
            new { redaction = applied.Stored(), traceId = traceId.Stored() }
        );
    }
}
