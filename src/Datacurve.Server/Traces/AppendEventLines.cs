using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Json;
using Datacurve.Core.Redaction;
using Datacurve.Server.Originals;
using Datacurve.Server.Privacy;
using Datacurve.Server.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Datacurve.Server.Traces;

/// <summary>
/// <c>POST /traces/{trace_id}/events</c> with <c>application/x-ndjson</c>: any number of events, one a line,
/// applied in batches of 100. The answer, a refusal too, says how far it got; sending all again is safe.
/// </summary>
internal sealed class AppendEventLines(
    EventLog log,
    EventCatalog catalog,
    Cleansers cleansers,
    Consents consents,
    Options options
)
{
    // The names in use for lines of JSON; none of them is registered.
    private static readonly string[] Types =
    [
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonlines",
    ];

    public static bool IsLines(HttpRequest request) =>
        request.ContentType is { } sent
        && Types.Any(type => sent.StartsWith(type, StringComparison.OrdinalIgnoreCase));

    public async Task<IResult> HandleAsync(string id, HttpRequest request, CancellationToken ct)
    {
        if (!TraceId.TryParse(id, out var traceId))
            return Problem.UnknownTrace(id);

        RequestBody.ExpectPace(request, options.Limits);
        var cleanser = await cleansers.OfAsync(Caller.Of(request.HttpContext).Project, ct);
        var done = new Progress(new KeptEvents(cleanser, await consents.OfAsync(traceId, cleanser)));
        try
        {
            return await AppendAllAsync(id, traceId, request, done, ct);
        }
        catch (Exception exception)
            when (exception is BadHttpRequestException or RedactionException or NoRawKeyException
                || Errors.IsUnreadable(exception)
            )
        {
            return Stopped(Errors.ProblemOf(exception), done);
        }
    }

    private async Task<IResult> AppendAllAsync(
        string id,
        TraceId traceId,
        HttpRequest request,
        Progress done,
        CancellationToken ct
    )
    {
        var batch = new List<ReadOnlyMemory<byte>>(EventBatch.EventsMax);
        long batchBytes = 0;
        await foreach (var line in EventLines.ReadAsync(request.Body, options.Limits.BodyBytesMax, ct))
        {
            // A batch has the limit of a body, so that long lines make it shorter.
            if (batch.Count == EventBatch.EventsMax || batchBytes + line.Length > options.Limits.BodyBytesMax)
            {
                if (await AppendAsync(id, traceId, batch, done, ct) is { } refusal)
                    return refusal;
                batchBytes = 0;
            }

            batch.Add(line);
            batchBytes += line.Length;
        }

        return await AppendAsync(id, traceId, batch, done, ct)
            ?? TypedResults.Json(
                new AppendedEvents(done.Accepted, done.SeqHigh, done.Duplicates),
                ServerJson.Readable.AppendedEvents,
                statusCode: StatusCodes.Status202Accepted
            );
    }

    /// <summary>Appends and clears the batch; the answer where it is refused.</summary>
    private async Task<IResult?> AppendAsync(
        string id,
        TraceId traceId,
        List<ReadOnlyMemory<byte>> batch,
        Progress done,
        CancellationToken ct
    )
    {
        if (batch.Count == 0)
            return done.Accepted == 0 ? Problem.Invalid("events", "takes at least one event") : null;

        var checkedLines = batch.ConvertAll(line => ShapeValidator.Validate(line, catalog.EventShape));
        var errors = checkedLines.SelectMany(
            (line, index) => line.Errors.Select(error => Named(error, done.Accepted + index))
        );
        if (errors.Take(ShapeValidator.ErrorsMax).ToList() is { Count: > 0 } wrong)
            return Stopped(Problem.Invalid(wrong), done);

        var rows = EventRows.From(
            traceId,
            [.. checkedLines.Select(line => line.Unions[0])],
            catalog.EventShape,
            done.Keeping
        );
        if (EventRows.Check(rows, done.Accepted) is { Count: > 0 } unordered)
            return Stopped(Problem.Invalid(unordered), done);

        var outcome = await log.AppendAsync(traceId, rows, ct);
        if (outcome is not AppendOutcome.Accepted accepted)
            return Stopped(AppendEvents.Refusal(id, outcome, done.Accepted), done);

        done.Add(accepted);
        batch.Clear();
        return null;
    }

    private static FieldError Named(FieldError error, int index) =>
        error with
        {
            Field = error.Field == "body" ? $"events.{index}" : $"events.{index}.{error.Field}",
        };

    private static JsonHttpResult<Problem> Stopped(JsonHttpResult<Problem> refusal, Progress done) =>
        (
            refusal.Value! with
            {
                Accepted = done.Accepted,
                // Of a stream of which nothing was taken there is none, whatever the trace held before.
                SeqHigh = done.Accepted == 0 ? null : done.SeqHigh,
            }
        ).ToResult();

    private sealed class Progress(KeptEvents keeping)
    {
        public KeptEvents Keeping { get; } = keeping;
        public int Accepted { get; private set; }
        public int Duplicates { get; private set; }
        public long SeqHigh { get; private set; }

        public void Add(AppendOutcome.Accepted batch)
        {
            Accepted += batch.Count;
            Duplicates += batch.Duplicates;
            SeqHigh = batch.SeqHigh;
        }
    }
}
