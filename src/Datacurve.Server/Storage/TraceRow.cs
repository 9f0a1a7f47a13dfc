using System.Data.Common;
using Dapper;
using Datacurve.Core;

namespace Datacurve.Server.Storage;

/// <summary>One row of <c>traces</c>, with what QA found last and what it is doing now.</summary>
internal sealed record TraceRow
{
    public required byte[] StoredId { get; init; }
    public required byte[] StoredProject { get; init; }
    public required long CreatedAtMs { get; init; }
    public long? FinalizedAtMs { get; init; }
    public required string Status { get; init; }
    public required long SeqLast { get; init; }
    public required byte[] Document { get; init; }
    public required byte[] Ingestion { get; init; }
    public byte[]? FinalState { get; init; }
    public byte[]? Redaction { get; init; }

    public TraceId TraceId => new(Ids.ToGuid(StoredId));

    public ProjectId Project => new(Ids.ToGuid(StoredProject));

    /// <summary>
    /// The row, or null where there is no such trace, or it was erased: another process may have begun that
    /// since this one looked whose the trace is.
    /// </summary>
    public static Task<TraceRow?> FindAsync(DbConnection connection, TraceId traceId) =>
        connection.QuerySingleOrDefaultAsync<TraceRow?>(
            """
            select trace_id as StoredId, project_id as StoredProject, created_at_ms as CreatedAtMs,
                finalized_at_ms as FinalizedAtMs, status,
                seq_last as SeqLast, document, ingestion, final_state as FinalState, redaction
            from traces where trace_id = @traceId and project_id <> @erased
            """,
            new { traceId = traceId.Stored(), erased = ProjectId.Erased.Value.Stored() }
        );
}
