using System.Text.Json;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;

namespace Datacurve.Server.Traces;

/// <summary><c>GET /traces/{trace_id}</c>: the trace document, streamed however large it is.</summary>
internal sealed class GetTrace(Database database, EventReader events)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/traces/{trace_id}",
                (
                    string trace_id,
                    QueryFlag? include_events,
                    QueryFlag? include_qa,
                    HttpResponse response,
                    GetTrace slice,
                    CancellationToken ct
                ) =>
                    slice.HandleAsync(
                        trace_id,
                        include_events?.IsOn ?? true,
                        include_qa?.IsOn ?? true,
                        response,
                        ct
                    )
            )
            .WithName("get_trace")
            .RequireScope(Scope.Read)
            .WithSummary("The trace document")
            .WithDescription(
                "Everything that is kept of the trace: what the client said when it opened it, the events in the "
                    + "order of their `seq`, and what QA found. It is sent as it is read, however large it is."
            )
            .TakesFlag(
                "include_events",
                "Whether the events are given; true where it is absent.",
                absent: true
            )
            .TakesFlag("include_qa", "Whether `qa` is given; true where it is absent.", absent: true)
            .TakesAnyQuery()
            .Produces<JsonElement>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);

    private async Task<IResult> HandleAsync(
        string id,
        bool includeEvents,
        bool includeQa,
        HttpResponse response,
        CancellationToken ct
    )
    {
        if (!TraceId.TryParse(id, out var traceId))
            return Problem.UnknownTrace(id);
        var (trace, qa, withheld) = await database.ReadAsync(async connection =>
        {
            var row = await TraceRow.FindAsync(connection, traceId);
            return row is null
                ? (null, null, null)
                : (
                    row,
                    await QaRow.FindAsync(connection, traceId),
                    await WithheldNames.TotalsAsync(connection, traceId)
                );
        });
        if (trace is null)
            return Problem.UnknownTrace(id);

        var stored = includeEvents ? await events.BeginAsync(traceId, 0, trace.SeqLast, ct) : null;
        response.ContentType = "application/json; charset=utf-8";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, ServerJson.WriterOptions);
        writer.WriteStartObject();
        TraceDocument.WriteHead(writer, trace);
        TraceDocument.WriteWithheld(writer, withheld!);
        writer.WriteStartArray("events");
        if (stored is not null)
            await WriteEventsAsync(writer, response, stored, ct);
        writer.WriteEndArray();
        TraceDocument.WriteStored(writer, "final_state", trace.FinalState);
        if (includeQa)
            qa!.Write(writer);
        else
            writer.WriteNull("qa");
        writer.WriteEndObject();
        await writer.FlushAsync(ct);
        return TypedResults.Empty;
    }

    private static async Task WriteEventsAsync(
        Utf8JsonWriter writer,
        HttpResponse response,
        IAsyncEnumerable<StoredEvent> events,
        CancellationToken ct
    )
    {
        var elements = new RawElements(writer, response);
        await foreach (var stored in events.WithCancellation(ct))
            await elements.AddAsync(stored.Body, ct);
        await elements.EndAsync(ct);
    }

    /// <summary>The QA result that the trace's status stands on, and the QA that is under way.</summary>
    private sealed record QaRow(
        byte[]? Result,
        byte[]? OpenJob,
        string? State,
        long Attempts,
        string? Progress
    )
    {
        public static async Task<QaRow> FindAsync(
            System.Data.Common.DbConnection connection,
            TraceId traceId
        ) =>
            await connection.QuerySingleAsync<QaRow>(
                """
                select done.result, open.qa_job_id as OpenJob, open.state,
                    coalesce(open.attempts, 0) as Attempts,
                    open.progress
                from (select 1) one
                left join qa_runs done on done.qa_job_id = (
                    select qa_job_id from traces where trace_id = @traceId)
                left join qa_runs open on open.trace_id = @traceId and open.state not in ('done', 'failed')
                """,
                new { traceId = traceId.Stored() }
            );

        public void Write(Utf8JsonWriter writer)
        {
            TraceDocument.WriteStored(writer, "qa", Result);
            if (OpenJob is null)
                return;

            writer.WriteStartObject("qa_progress");
            writer.WriteString("qa_job_id", Ids.ToGuid(OpenJob));
            writer.WriteString("step", State);
            writer.WriteNumber("attempts", Attempts);
            writer.WriteString("message", Progress);
            writer.WriteEndObject();
        }
    }
}
