using System.Text;
using Datacurve.Core;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;

namespace Datacurve.Server.Traces;

/// <summary>
/// <c>GET /traces/{trace_id}/events/stream</c>: the events from a seq on as server-sent events, live. The id
/// of each is its seq, so that a browser that reconnects goes on where it was. Ends with the event <c>end</c>
/// when the trace collects no more, and without it where the service stops or what let the caller in has
/// ended. Who comes back after the end, as browsers do by themselves, is told by 204 to stay away.
/// </summary>
internal sealed class StreamEvents(
    Database database,
    EventReader events,
    TraceSignals signals,
    IHostApplicationLifetime server,
    StillLetIn stillLetIn,
    TimeProvider time
)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/traces/{trace_id}/events/stream",
                (
                    string trace_id,
                    long? after_seq,
                    HttpContext context,
                    StreamEvents slice,
                    CancellationToken ct
                ) => slice.HandleAsync(trace_id, after_seq, context, ct)
            )
            .WithName("stream_events")
            .RequireScope(Scope.Read)
            .WithSummary("The events after a seq as server-sent events, live")
            .WithDescription(
                "The id of each is its seq. The event `end` says that the trace collects no more: close the "
                    + "stream then. Who comes back with `Last-Event-ID` and has all of an ended trace gets 204."
            )
            .Takes("after_seq", "Only events whose `seq` is above this; 0, which is all, where it is absent.")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);

    private async Task<IResult> HandleAsync(
        string id,
        long? afterSeq,
        HttpContext context,
        CancellationToken ct
    )
    {
        if (!TraceId.TryParse(id, out var traceId) || await FindAsync(traceId) is not { } trace)
            return Problem.UnknownTrace(id);
        if (afterSeq < 0)
            return Problem.Invalid("after_seq", "must be at least 0", afterSeq.ToString());

        var resumed = long.TryParse(context.Request.Headers["Last-Event-ID"], out var seen)
            ? seen
            : (long?)null;
        if (trace.Status != "collecting" && resumed >= trace.SeqLast)
            return TypedResults.NoContent();

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        await context.Response.Body.FlushAsync(ct);
        // A service that stops ends its streams, or it would wait for them; their readers come back.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct, server.ApplicationStopping);
        try
        {
            await FollowAsync(traceId, resumed ?? afterSeq ?? 0, context, ending.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Not the trace's end, so that no end is told.
        }

        return TypedResults.Empty;
    }

    private async Task FollowAsync(TraceId traceId, long afterSeq, HttpContext context, CancellationToken ct)
    {
        var (response, caller) = (context.Response, Caller.Of(context));
        var (lastSent, lastAsked) = (time.GetTimestamp(), time.GetTimestamp());
        using var following = signals.Follow(traceId);
        while (!ct.IsCancellationRequested && await stillLetIn(caller))
        {
            var changed = following.NextAsync();
            // The status is read before the events, so that a trace that has ended has all of them.
            var trace = await FindAsync(traceId);
            // Of one that was erased nothing more is read, though its rows may be there still.
            var through = trace is null ? afterSeq : long.MaxValue;
            await foreach (var stored in events.ReadAsync(traceId, afterSeq, through, ct))
            {
                await WriteAsync(response, $"id: {stored.Seq}\ndata: ", stored.Line(), ct);
                afterSeq = stored.Seq;
                lastSent = time.GetTimestamp();
                if (time.GetElapsedTime(lastAsked) < PollInterval)
                    continue;
                // Who reads slowly may be at what is there already for hours.
                lastAsked = lastSent;
                if (!await stillLetIn(caller))
                    return;
                trace = await FindAsync(traceId);
                if (trace is null)
                    break;
            }

            if (trace is not { Status: "collecting" })
            {
                // With an id even where no event came before, so that who comes back says what was seen.
                await WriteAsync(response, $"event: end\nid: {afterSeq}\ndata: ", "{}"u8.ToArray(), ct);
                return;
            }

            if (time.GetElapsedTime(lastSent) > HeartbeatInterval)
            {
                await WriteAsync(response, ": ", "still here"u8.ToArray(), ct);
                lastSent = time.GetTimestamp();
            }

            await response.Body.FlushAsync(ct);
            await Task.WhenAny(changed, Task.Delay(PollInterval, time, ct));
        }
    }

    private static async Task WriteAsync(
        HttpResponse response,
        string head,
        byte[] line,
        CancellationToken ct
    )
    {
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(head), ct);
        await response.Body.WriteAsync(line, ct);
        await response.Body.WriteAsync("\n\n"u8.ToArray(), ct);
    }

    private Task<TraceRow?> FindAsync(TraceId traceId) =>
        database.ReadAsync(connection => TraceRow.FindAsync(connection, traceId));
}
