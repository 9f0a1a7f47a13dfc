using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Json;
using Datacurve.Core.Redaction;
using Datacurve.Server.Privacy;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Datacurve.Server.Traces;

/// <summary>
/// The answer to an append: how many events the trace now holds of those sent, and the last seq.
/// </summary>
internal sealed record AppendedEvents(int Accepted, long SeqHigh, int Duplicates);

/// <summary><c>POST /traces/{trace_id}/events</c>: appends 1 to 100 events, whole or not at all.</summary>
internal sealed class AppendEvents(
    EventLog log,
    EventCatalog catalog,
    Cleansers cleansers,
    Consents consents,
    Options options
)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/traces/{trace_id}/events",
                (
                    string trace_id,
                    HttpRequest request,
                    AppendEvents slice,
                    AppendEventLines lines,
                    CancellationToken ct
                ) =>
                    AppendEventLines.IsLines(request)
                        ? lines.HandleAsync(trace_id, request, ct)
                        : slice.HandleAsync(trace_id, request, ct)
            )
            .WithName("append_events")
            .RequireScope(Scope.Ingest)
            // A stream of lines as a whole has no limit; every line, and a body of JSON, has.
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .WithSummary("Append events; as application/x-ndjson, any number of them")
            .WithDescription(
                "Stores 1 to 100 events whole or not at all; 202 means that they are on disk. Their `seq` rises above "
                    + "what the trace holds. What it holds already may be sent again, and is counted in `duplicates`."
            )
            .TakesAnyQuery()
            .Produces<AppendedEvents>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private async Task<IResult> HandleAsync(string id, HttpRequest request, CancellationToken ct)
    {
        if (!TraceId.TryParse(id, out var traceId))
            return Problem.UnknownTrace(id);

        var body = await RequestBody.ReadJsonAsync(
            request,
            catalog.BatchShape,
            options.Limits,
            fillNulls: false,
            ct
        );
        if (body.Errors.Count > 0)
            return Problem.Invalid(body.Errors);

        var cleanser = await cleansers.OfAsync(Caller.Of(request.HttpContext).Project, ct);
        var keeping = new KeptEvents(cleanser, await consents.OfAsync(traceId, cleanser));
        var rows = EventRows.From(traceId, body.Unions, catalog.EventShape, keeping);
        if (EventRows.Check(rows, firstIndex: 0) is { Count: > 0 } errors)
            return Problem.Invalid(errors);

        var outcome = await log.AppendAsync(traceId, rows, ct);
        return outcome is AppendOutcome.Accepted accepted
            ? TypedResults.Json(
                new AppendedEvents(accepted.Count, accepted.SeqHigh, accepted.Duplicates),
                ServerJson.Readable.AppendedEvents,
                statusCode: StatusCodes.Status202Accepted
            )
            : Refusal(id, outcome, firstIndex: 0);
    }

    /// <summary>The problem for an append that stored nothing.</summary>
    public static JsonHttpResult<Problem> Refusal(string id, AppendOutcome outcome, int firstIndex) =>
        outcome switch
        {
            AppendOutcome.UnknownTrace => Problem.UnknownTrace(id),
            AppendOutcome.NotCollecting notCollecting => Problem.Of(
                StatusCodes.Status409Conflict,
                $"The trace is {notCollecting.Status}; events are taken only while it is collecting."
            ),
            AppendOutcome.DuplicateIds duplicates => Problem.Of(
                StatusCodes.Status409Conflict,
                $"Duplicate event_id(s): {string.Join(", ", duplicates.EventIds)}"
            ),
            AppendOutcome.StaleSeqs stale => Problem.Invalid([
                .. stale.Events.Select(found => new FieldError(
                    $"events.{firstIndex + found.Index}.seq",
                    $"must be above {stale.SeqLast}, the last that the trace holds",
                    found.Seq.ToString()
                )),
            ]),
            _ => throw new InvalidOperationException($"{outcome.GetType().Name} is no refusal"),
        };
}

/// <summary>Validated events made ready for the log.</summary>
internal static class EventRows
{
    /// <param name="traceId">The trace they are for.</param>
    /// <param name="events">The events of a valid document.</param>
    /// <param name="shape">The shape whose members' order the spans have.</param>
    /// <param name="keeping">Takes out what may not be stored.</param>
    /// <exception cref="RedactionException">An event cannot be looked into; all must be refused.</exception>
    public static List<EventRow> From(
        TraceId traceId,
        IReadOnlyList<UnionSpan> events,
        Shape shape,
        KeptEvents keeping
    )
    {
        var eventId = IndexOf(shape, "event_id");
        var seq = IndexOf(shape, "seq");
        return
        [
            .. events.Select(sent =>
                Row(traceId, sent.Json, sent.Values[eventId], sent.Values[seq]!.Value, keeping)
            ),
        ];
    }

    /// <summary>
    /// What is wrong between the events of one batch: seqs that do not rise, an id used twice.
    /// </summary>
    public static List<FieldError> Check(List<EventRow> rows, int firstIndex)
    {
        var errors = new List<FieldError>();
        var eventIds = new HashSet<Guid>();
        for (var i = 0; i < rows.Count; i++)
        {
            if (i > 0 && rows[i].Seq <= rows[i - 1].Seq)
                errors.Add(
                    new(
                        $"events.{firstIndex + i}.seq",
                        "must be above the one before",
                        rows[i].Seq.ToString()
                    )
                );
            if (!eventIds.Add(rows[i].EventId))
                errors.Add(
                    new(
                        $"events.{firstIndex + i}.event_id",
                        "appears twice in the batch",
                        rows[i].EventId.ToString()
                    )
                );
        }

        return errors;
    }

    private static EventRow Row(
        TraceId traceId,
        ReadOnlyMemory<byte> sent,
        ReadOnlyMemory<byte>? eventId,
        ReadOnlyMemory<byte> seqJson,
        KeptEvents keeping
    )
    {
        var seq = long.Parse(seqJson.Span);
        var kept = keeping.Keep(sent);
        Guid id;
        if (eventId is { } json && json.Span[0] == '"')
        {
            id = JsonSerializer.Deserialize(json.Span, DatacurveJson.Default.Guid);
        }
        else
        {
            // From what is kept: an id of the rest would say what was taken out to whoever can guess it.
            id = MakeId(traceId, seq, kept.Body.Span);
            var named = WithId(sent, eventId, id);
            kept = kept.IsAsSent ? kept with { Body = named } : keeping.Keep(named);
        }
        return new EventRow(seq, id, kept.Body)
        {
            Redaction = kept.Redaction,
            Sent = kept.Unredacted,
            Withheld = kept.Withheld,
        };
    }

    /// <summary>
    /// An id for an event that came without: a UUIDv8 from the trace, the seq and the content, so that the
    /// same event sent again gets the same id and is recognized.
    /// </summary>
    private static Guid MakeId(TraceId traceId, long seq, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(traceId.Stored());
        hash.AppendData(BitConverter.GetBytes(seq));
        hash.AppendData(content);
        var bytes = hash.GetHashAndReset().AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static byte[] WithId(ReadOnlyMemory<byte> json, ReadOnlyMemory<byte>? explicitNull, Guid eventId)
    {
        if (explicitNull is not { } sentNull)
            return [.. "{"u8, .. Encoding.UTF8.GetBytes($"\"event_id\":\"{eventId}\","), .. json.Span[1..]];

        json.Span.Overlaps(sentNull.Span, out var at);
        return
        [
            .. json.Span[..at],
            .. Encoding.UTF8.GetBytes($"\"{eventId}\""),
            .. json.Span[(at + sentNull.Length)..],
        ];
    }

    private static int IndexOf(Shape shape, string name) =>
        shape.Members.Index().First(member => member.Item.Name == name).Index;
}
