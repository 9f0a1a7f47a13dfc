using System.Buffers;
using System.Text.Json;
using Datacurve.Core;
using Datacurve.Server.Storage;
using Datacurve.Server.Traces;
using Datacurve.Server.Web;

namespace Datacurve.Server.Originals;

/// <summary>
/// <c>GET /traces/{trace_id}/raw</c>: the trace document without events and QA.
/// <c>GET /traces/{trace_id}/events/raw</c>: the events, one a line. Both as they were sent, where the
/// project keeps that, and else as they are kept.
/// </summary>
internal sealed class GetTraceRaw(Database database, EventReader events, TraceOriginals originals)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/traces/{trace_id}/raw",
                (string trace_id, HttpResponse response, GetTraceRaw slice, CancellationToken ct) =>
                    slice.GetAsync(trace_id, response, ct)
            )
            .WithName("get_trace_raw")
            .RequireScope(Scope.ReadRaw)
            .WithSummary("The trace document as it was sent, without events and QA")
            .WithDescription(
                "The document before redaction, where the project's mode was raw when it was sent, and else as it "
                    + "is kept."
            )
            .Produces<JsonElement>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        routes
            .MapGet(
                "/traces/{trace_id}/events/raw",
                (
                    string trace_id,
                    long? after_seq,
                    HttpResponse response,
                    GetTraceRaw slice,
                    CancellationToken ct
                ) => slice.ListAsync(trace_id, after_seq ?? 0, response, ct)
            )
            .WithName("list_events_raw")
            .RequireScope(Scope.ReadRaw)
            .WithSummary("The events after a seq as they were sent, as application/x-ndjson")
            .WithDescription(
                "All events that follow, one a line, before redaction where the project's mode was raw when they "
                    + "were sent, and else as they are kept."
            )
            .Takes("after_seq", "Only events whose `seq` is above this; 0, which is all, where it is absent.")
            .Produces<JsonElement>(StatusCodes.Status200OK, "application/x-ndjson")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<IResult> GetAsync(string id, HttpResponse response, CancellationToken ct)
    {
        if (
            !TraceId.TryParse(id, out var traceId)
            || await database.ReadAsync(connection => TraceRow.FindAsync(connection, traceId))
                is not { } trace
        )
            return Problem.UnknownTrace(id);

        var opened = await originals.DocumentAsync(traceId, TraceOriginals.Opened, ct);
        var ended = await originals.DocumentAsync(traceId, TraceOriginals.Ended, ct);
        if (opened is not null)
        {
            using var body = JsonDocument.Parse(opened);
            trace = trace with
            {
                Document = TraceDocument.ClientMembers(body.RootElement),
                Ingestion = TraceDocument.IngestionMembers(body.RootElement, traceId),
            };
        }

        response.ContentType = "application/json; charset=utf-8";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, ServerJson.WriterOptions);
        writer.WriteStartObject();
        TraceDocument.WriteHead(writer, trace);
        TraceDocument.WriteStored(writer, "final_state", ended ?? trace.FinalState);
        writer.WriteEndObject();
        await writer.FlushAsync(ct);
        return TypedResults.Empty;
    }

    private async Task<IResult> ListAsync(
        string id,
        long afterSeq,
        HttpResponse response,
        CancellationToken ct
    )
    {
        if (afterSeq < 0)
            return Problem.Invalid("after_seq", "must be at least 0", afterSeq.ToString());
        if (
            !TraceId.TryParse(id, out var traceId)
            || await database.ReadAsync(connection => TraceRow.FindAsync(connection, traceId))
                is not { } trace
        )
            return Problem.UnknownTrace(id);

        await originals.RequireKeysAsync(traceId);
        var kept = await events.BeginAsync(traceId, afterSeq, trace.SeqLast, ct);
        response.ContentType = "application/x-ndjson";
        await using var sent = originals
            .EventsAsync(traceId, afterSeq, trace.SeqLast, ct)
            .GetAsyncEnumerator(ct);
        var isSent = await sent.MoveNextAsync();
        await foreach (var stored in kept.WithCancellation(ct))
        {
            while (isSent && sent.Current.Seq < stored.Seq)
                isSent = await sent.MoveNextAsync();
            var line = isSent && sent.Current.Seq == stored.Seq ? sent.Current.Line() : stored.Line();
            response.BodyWriter.Write(line);
            response.BodyWriter.Write("\n"u8);
            await StreamedJson.SendAsync(response, ct);
        }

        return TypedResults.Empty;
    }
}
