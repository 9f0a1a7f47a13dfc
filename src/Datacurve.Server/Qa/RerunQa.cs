using System.Text.Json;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Qa.Queues;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;

namespace Datacurve.Server.Qa;

/// <summary>The answer to a new QA of a trace: the job, and which QA of this trace it is.</summary>
internal sealed record StartedQa(string TraceId, string Status, string QaJobId);

/// <summary>
/// <c>POST /traces/{trace_id}/qa</c> runs QA again on a trace that is complete or failed; <c>GET</c> lists
/// every QA it had, the newest first. The document shows the last that ended, and of a complete trace the
/// last that was complete.
/// </summary>
internal sealed class RerunQa(Database database, QaRuns runs, QaQueue queue)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(
                "/traces/{trace_id}/qa",
                (string trace_id, RerunQa slice, CancellationToken ct) => slice.StartAsync(trace_id, ct)
            )
            .WithName("rerun_qa")
            .RequireScope(Scope.Review)
            .WithSummary("Run QA again; earlier results are kept")
            .WithDescription(
                "Queues QA of a trace that is complete or failed. The document shows the last that ended, and of a "
                    + "complete trace the last that was complete."
            )
            .Produces<StartedQa>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        routes
            .MapGet(
                "/traces/{trace_id}/qa",
                (string trace_id, HttpResponse response, RerunQa slice, CancellationToken ct) =>
                    slice.ListAsync(trace_id, response, ct)
            )
            .WithName("list_qa")
            .RequireScope(Scope.Read)
            .WithSummary("Every QA of a trace, newest first")
            .WithDescription(
                "Each QA that the trace had, with what it found so far. Times are in Unix milliseconds."
            )
            .Produces<JsonElement>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private async Task<IResult> StartAsync(string id, CancellationToken ct)
    {
        if (!TraceId.TryParse(id, out var traceId))
            return Problem.UnknownTrace(id);

        var (qaJobId, status) = await database.WriteAsync(
            async connection =>
            {
                // Of two requests at once the second waits here, and finds the run of the first.
                await connection.ExecuteAsync(
                    "update traces set status = status where trace_id = @traceId",
                    new { traceId = traceId.Stored() }
                );
                // Another process may have begun to erase it since this one looked whose it is.
                var found = await connection.QuerySingleOrDefaultAsync<TraceState?>(
                    """
                    select status, (select count(*) from qa_runs q where q.trace_id = t.trace_id
                        and q.state not in ('done', 'failed')) as OpenRuns
                    from traces t where trace_id = @traceId and project_id <> @erased
                    """,
                    new { traceId = traceId.Stored(), erased = ProjectId.Erased.Value.Stored() }
                );
                return found is { Status: "complete" or "failed", OpenRuns: 0 }
                    ? (await runs.AddAsync(connection, traceId), found.Status)
                    : ((Guid?)null, found?.Status);
            },
            ct
        );
        if (status is null)
            return Problem.UnknownTrace(id);
        if (qaJobId is not { } job)
            return Problem.Of(
                StatusCodes.Status409Conflict,
                status == "collecting"
                    ? "The trace is still collecting; finalize it first."
                    : "QA of this trace is under way."
            );

        queue.Enqueue(job, QaStep.RunTests);
        return TypedResults.Json(
            new StartedQa(traceId.ToString(), status, job.ToString()),
            ServerJson.Readable.StartedQa,
            statusCode: StatusCodes.Status202Accepted
        );
    }

    private async Task<IResult> ListAsync(string id, HttpResponse response, CancellationToken ct)
    {
        if (!TraceId.TryParse(id, out var traceId))
            return Problem.UnknownTrace(id);

        var (known, rows) = await database.ReadAsync(async connection =>
            (
                await connection.ExecuteScalarAsync<long>(
                    "select count(*) from traces where trace_id = @traceId and project_id <> @erased",
                    new { traceId = traceId.Stored(), erased = ProjectId.Erased.Value.Stored() }
                ) == 1,
                await connection.QueryAsync<ListedRun>(
                    """
                    select qa_job_id as QaJobId, number, state, created_at_ms as CreatedAtMs,
                        finished_at_ms as FinishedAtMs, result
                    from qa_runs where trace_id = @traceId order by number desc
                    """,
                    new { traceId = traceId.Stored() }
                )
            )
        );
        if (!known)
            return Problem.UnknownTrace(id);

        response.ContentType = "application/json; charset=utf-8";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, ServerJson.WriterOptions);
        writer.WriteStartObject();
        writer.WriteStartArray("qa_runs");
        foreach (var row in rows)
            Write(writer, row);
        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(ct);
        return TypedResults.Empty;
    }

    private static void Write(Utf8JsonWriter writer, ListedRun row)
    {
        writer.WriteStartObject();
        writer.WriteString("qa_job_id", Ids.ToGuid(row.QaJobId));
        writer.WriteNumber("number", row.Number);
        writer.WriteString("state", row.State);
        writer.WriteNumber("created_at_ms", row.CreatedAtMs);
        writer.WritePropertyName("finished_at_ms");
        if (row.FinishedAtMs is { } finished)
            writer.WriteNumberValue(finished);
        else
            writer.WriteNullValue();
        writer.WritePropertyName("qa");
        writer.WriteRawValue(row.Result, skipInputValidation: true);
        writer.WriteEndObject();
    }

    private sealed record TraceState(string Status, long OpenRuns);

    private sealed record ListedRun
    {
        public required byte[] QaJobId { get; init; }
        public required long Number { get; init; }
        public required string State { get; init; }
        public required long CreatedAtMs { get; init; }
        public long? FinishedAtMs { get; init; }
        public required byte[] Result { get; init; }
    }
}
