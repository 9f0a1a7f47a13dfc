using System.Buffers;
using System.Text.Json;
using Datacurve.Core;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;

namespace Datacurve.Server.Traces;

/// <summary>
/// <c>GET /traces/{trace_id}/events</c>: a page of events as JSON, or all that follow, one a line, where the
/// client accepts <c>application/x-ndjson</c>.
/// </summary>
internal sealed class ListEvents(Database database, EventReader events)
{
    private const int LimitDefault = 1000;
    private const int LimitMax = 10_000;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/traces/{trace_id}/events",
                (
                    string trace_id,
                    long? after_seq,
                    int? limit,
                    HttpContext context,
                    ListEvents slice,
                    CancellationToken ct
                ) => slice.HandleAsync(trace_id, after_seq ?? 0, limit, context, ct)
            )
            .WithName("list_events")
            .RequireScope(Scope.Read)
            .WithSummary("The events after a seq, as JSON or as application/x-ndjson")
            .WithDescription(
                "A page of events in the order of their `seq`. Where `next_after_seq` is not null, send it as "
                    + "`after_seq` for the page after. With `Accept: application/x-ndjson`, all that follow, one a line."
            )
            .Takes("after_seq", "Only events whose `seq` is above this; 0, which is all, where it is absent.")
            .Takes(
                "limit",
                $"How many events at most: of a page 1 to {LimitMax}, and {LimitDefault} where it is absent; "
                    + "of lines any number, and all where it is absent."
            )
            .Produces<JsonElement>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);

    private async Task<IResult> HandleAsync(
        string id,
        long afterSeq,
        int? limit,
        HttpContext context,
        CancellationToken ct
    )
    {
        if (!TraceId.TryParse(id, out var traceId))
            return Problem.UnknownTrace(id);
        if (afterSeq < 0)
            return Problem.Invalid("after_seq", "must be at least 0", afterSeq.ToString());

        var lines = context
            .Request.Headers.Accept.ToString()
            .Contains("application/x-ndjson", StringComparison.OrdinalIgnoreCase);
        if (limit < 1 || (!lines && limit > LimitMax))
            return Problem.Invalid("limit", $"must be 1 to {LimitMax}", limit.ToString());
        if (await database.ReadAsync(connection => TraceRow.FindAsync(connection, traceId)) is not { } trace)
            return Problem.UnknownTrace(id);

        return lines
            ? await WriteLinesAsync(context.Response, trace, afterSeq, limit ?? int.MaxValue, ct)
            : await WritePageAsync(context.Response, trace, afterSeq, limit ?? LimitDefault, ct);
    }

    private async Task<IResult> WriteLinesAsync(
        HttpResponse response,
        TraceRow trace,
        long afterSeq,
        int limit,
        CancellationToken ct
    )
    {
        var read = await events.BeginAsync(trace.TraceId, afterSeq, trace.SeqLast, ct);
        response.ContentType = "application/x-ndjson";
        await foreach (var stored in read.WithCancellation(ct))
        {
            if (limit-- == 0)
                break;
            response.BodyWriter.Write(stored.Line());
            response.BodyWriter.Write("\n"u8);
            await StreamedJson.SendAsync(response, ct);
        }

        return TypedResults.Empty;
    }

    private async Task<IResult> WritePageAsync(
        HttpResponse response,
        TraceRow trace,
        long afterSeq,
        int limit,
        CancellationToken ct
    )
    {
        var read = await events.BeginAsync(trace.TraceId, afterSeq, trace.SeqLast, ct);
        response.ContentType = "application/json; charset=utf-8";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, ServerJson.WriterOptions);
        writer.WriteStartObject();
        writer.WriteStartArray("events");
        var elements = new RawElements(writer, response);
        var last = afterSeq;
        await foreach (var stored in read.WithCancellation(ct))
        {
            if (limit-- == 0)
                break;
            await elements.AddAsync(stored.Body, ct);
            last = stored.Seq;
        }

        await elements.EndAsync(ct);
        writer.WriteEndArray();
        writer.WriteNumber("seq_last", trace.SeqLast);
        if (last < trace.SeqLast && last > afterSeq)
            writer.WriteNumber("next_after_seq", last);
        else
            writer.WriteNull("next_after_seq");
        writer.WriteEndObject();
        await writer.FlushAsync(ct);
        return TypedResults.Empty;
    }
}
