using System.Text;
using Datacurve.Core;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;

namespace Datacurve.Server.Traces;

/// <summary>
/// <c>GET /traces/{trace_id}/events/stream</c>: the events from a seq on as server-sent events, live. The id
/// of each is its seq, so that a browser that reconnects goes on where it was. Ends with the event <c>end</c>
/// when the trace collects no more, and without it where the service stops or what let the caller in has
/// ended.
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
                "/traces/{traceId}/events/stream",
                (
                    string traceId,
                    long? after_seq,
                    HttpContext context,
                    StreamEvents slice,
                    CancellationToken ct
                ) => slice.HandleAsync(traceId, after_seq, context, ct)
            )
            .WithName("stream_events")
            .RequireScope(Scope.Read)
            .WithSummary("The events after a seq as server-sent events, live")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);

    private async Task<IResult> HandleAsync(
        string id,
        long? afterSeq,
        HttpContext context,
        CancellationToken ct
    )
    {
        if (!TraceId.TryParse(id, out var traceId) || await FindAsync(traceId) is null)
            return Problem.UnknownTrace(id);

        var resumed = long.TryParse(context.Request.Headers["Last-Event-ID"], out var seen)
            ? seen
            : (long?)null;
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
        var lastSent = time.GetTimestamp();
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
            }

            if (trace is not { Status: "collecting" })
            {
                await WriteAsync(response, "event: end\ndata: ", "{}"u8.ToArray(), ct);
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
