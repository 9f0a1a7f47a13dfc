using System.Text;
using System.Text.Json;
using Dapper;
using Datacurve.Core;
using Datacurve.Core.Consent;
using Datacurve.Core.Json;
using Datacurve.Core.Redaction;
using Datacurve.Server.Originals;
using Datacurve.Server.Privacy;
using Datacurve.Server.Qa.Queues;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;

namespace Datacurve.Server.Qa;

/// <summary>The answer to a finalize.</summary>
internal sealed record FinalizedTrace(string TraceId, string Status, string QaJobId);

/// <summary>
/// <c>POST /traces/{trace_id}/finalize</c>: ends the collecting and starts QA. The state and the job are
/// committed together before the queue hears of it, so that no job runs before its commit.
/// </summary>
internal sealed class FinalizeTrace(
    Database database,
    QaRuns runs,
    QaQueue queue,
    TraceSignals signals,
    Cleansers cleansers,
    TraceOriginals originals,
    Consents consents,
    Options options,
    TimeProvider time
)
{
    private static readonly Shape Body = Shape.Of(DatacurveJson.Default.FinalizeTrace);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/traces/{trace_id}/finalize",
                (string trace_id, HttpRequest request, FinalizeTrace slice, CancellationToken ct) =>
                    slice.HandleAsync(trace_id, request, ct)
            )
            .WithName("finalize_trace")
            .RequireScope(Scope.Ingest)
            .WithSummary("End the collecting and start QA")
            .WithDescription(
                "Ends the collecting, says what the fix is, and queues QA. A trace is finalized once; follow its "
                    + "`status` until it is `complete` or `failed`."
            )
            .TakesAnyQuery()
            .Produces<FinalizedTrace>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);

    private async Task<IResult> HandleAsync(string id, HttpRequest request, CancellationToken ct)
    {
        if (!TraceId.TryParse(id, out var traceId))
            return Problem.UnknownTrace(id);
        var body = await RequestBody.ReadJsonAsync(request, Body, options.Limits, fillNulls: true, ct);
        if (body.Errors.Count > 0)
            return Problem.Invalid(body.Errors);

        var project = Caller.Of(request.HttpContext).Project;
        var cleanser = await cleansers.OfAsync(project, ct);
        var report = cleanser.NewReport();
        var withholding = await consents.OfAsync(traceId, cleanser);
        var kept = Kept(cleanser.Cleanse(body.Json, report), withholding);
        var original =
            report.Total > 0
                ? await originals.SealAsync(
                    project,
                    traceId,
                    TraceOriginals.Ended,
                    FinalState(Kept(body.Json, withholding))
                )
                : null;
        var (qaJobId, status) = await FinalizeAsync(
            traceId,
            FinalState(kept),
            original,
            report,
            kept.Blobs,
            ct
        );
        if (status is null)
            return Problem.UnknownTrace(id);
        if (qaJobId is not { } job)
            return Problem.Of(
                StatusCodes.Status409Conflict,
                $"The trace is {status}; only one that is collecting can be finalized."
            );

        queue.Enqueue(job, QaStep.RunTests);
        signals.Raise(traceId);
        return TypedResults.Json(
            new FinalizedTrace(traceId.ToString(), "finalizing", job.ToString()),
            ServerJson.Readable.FinalizedTrace
        );
    }

    private static WithheldDocument Kept(ReadOnlyMemory<byte> body, Withholding? withholding) =>
        withholding?.Finalize(body) ?? new WithheldDocument(body, []);

    private static byte[] FinalState(WithheldDocument kept)
    {
        using var document = JsonDocument.Parse(kept.Json);
        return Encoding.UTF8.GetBytes(document.RootElement.GetProperty("final_state").GetRawText());
    }

    private Task<(Guid? QaJobId, string? Status)> FinalizeAsync(
        TraceId traceId,
        byte[] finalState,
        byte[]? original,
        RedactionReport report,
        IReadOnlyCollection<BlobId> withheld,
        CancellationToken ct
    ) =>
        database.WriteAsync(
            async connection =>
            {
                var changed = await connection.ExecuteAsync(
                    """
                    update traces set status = 'finalizing', finalized_at_ms = @now, final_state = @finalState
                    where trace_id = @traceId and status = 'collecting'
                    """,
                    new
                    {
                        now = time.GetUtcNow().ToUnixTimeMilliseconds(),
                        finalState,
                        traceId = traceId.Stored(),
                    }
                );
                if (changed == 1)
                {
                    if (report.Total > 0)
                        await RedactionCounts.AddAsync(connection, traceId, report);
                    await TraceOriginals.AddAsync(connection, traceId, TraceOriginals.Ended, original);
                    await WithheldNames.NoteAsync(connection, traceId, withheld);
                    return (await runs.AddAsync(connection, traceId), "finalizing");
                }

                var status = await connection.ExecuteScalarAsync<string?>(
                    "select status from traces where trace_id = @traceId and project_id <> @erased",
                    new { traceId = traceId.Stored(), erased = ProjectId.Erased.Value.Stored() }
                );
                return ((Guid?)null, status);
            },
            ct
        );
}
