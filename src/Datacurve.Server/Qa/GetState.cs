using System.Runtime.CompilerServices;
using System.Text.Json;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Json;
using Datacurve.Server.Privacy;
using Datacurve.Server.Qa.Workspaces;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Server.Qa;

/// <summary>
/// <c>GET /traces/{trace_id}/state?seq=N</c>: the files as they stood after the event N, by the code that QA
/// replays with: a list, one file's bytes (<c>path=</c>), or a tar (<c>Accept: application/x-tar</c>).
/// </summary>
internal sealed class GetState(
    Database database,
    EventReader events,
    EventCatalog catalog,
    StateReader states,
    Cleansers cleansers
)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/traces/{trace_id}/state",
                (
                    string trace_id,
                    long? seq,
                    string? path,
                    HttpContext context,
                    GetState slice,
                    CancellationToken ct
                ) => slice.HandleAsync(trace_id, seq ?? long.MaxValue, path, context, ct)
            )
            .WithName("get_state")
            .RequireScope(Scope.Read)
            .WithSummary("The files as they stood at a seq: a list, one file, or a tar by Accept")
            .WithDescription(
                "The files after the event at `seq`, rebuilt by the code that QA replays with: a list as JSON, with "
                    + "`path` the bytes of one file, and with `Accept: application/x-tar` all of them as a tar."
            )
            .Takes("seq", "The last event that counts; the last of the trace where it is absent.")
            .Takes("path", "One file from the root of the repository; a list of all where it is absent.")
            .Produces<JsonElement>()
            .Produces<byte[]>(StatusCodes.Status200OK, "application/x-tar", "application/octet-stream")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private async Task<IResult> HandleAsync(
        string id,
        long seq,
        string? path,
        HttpContext context,
        CancellationToken ct
    )
    {
        if (!TraceId.TryParse(id, out var traceId))
            return Problem.UnknownTrace(id);
        if (seq < 0)
            return Problem.Invalid("seq", "must be at least 0", seq.ToString());
        if (await database.ReadAsync(connection => TraceRow.FindAsync(connection, traceId)) is not { } trace)
            return Problem.UnknownTrace(id);

        try
        {
            var document = JsonSerializer.Deserialize(trace.Document, DatacurveJson.Default.NewTrace)!;
            if (!document.Developer.ConsentFlags.StoreRawCode)
                return Problem.Of(
                    StatusCodes.Status422UnprocessableEntity,
                    "The developer does not let code be stored, so that there are no files to show."
                );
            var cleanser = trace.Redaction is null ? null : await cleansers.OfAsync(trace.Project, ct);
            using var state = await states.OpenAsync(document, EditsAsync(traceId, seq, ct), cleanser, ct);
            return await WriteAsync(state, path, context, ct);
        }
        catch (NotReproducibleException refused)
        {
            return Problem.Of(
                StatusCodes.Status422UnprocessableEntity,
                $"The trace's base cannot be rebuilt: {refused.Message}"
            );
        }
        catch (InfrastructureException failed)
        {
            context.Response.Headers.RetryAfter = "10";
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, failed.Message);
        }
    }

    private static async Task<IResult> WriteAsync(
        TraceState state,
        string? path,
        HttpContext context,
        CancellationToken ct
    )
    {
        var response = context.Response;
        if (path is not null)
        {
            if (state.Find(path) is not { } file)
                return Problem.Of(
                    StatusCodes.Status404NotFound,
                    $"There is no file {Problem.Cut(path)} at this moment."
                );
            await using var content = file.Content;
            response.ContentType = "application/octet-stream";
            await content.CopyToAsync(response.Body, ct);
        }
        else if (
            context
                .Request.Headers.Accept.ToString()
                .Contains("application/x-tar", StringComparison.OrdinalIgnoreCase)
        )
        {
            response.ContentType = "application/x-tar";
            await state.WriteTarAsync(response.Body, ct);
        }
        else
        {
            await WriteListAsync(state, response, ct);
        }

        return TypedResults.Empty;
    }

    private static async Task WriteListAsync(TraceState state, HttpResponse response, CancellationToken ct)
    {
        var files = await state.ListAsync(ct);
        var changed = state.Changes.Select(change => change.Path).ToHashSet(StringComparer.Ordinal);
        response.ContentType = "application/json; charset=utf-8";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, ServerJson.WriterOptions);
        writer.WriteStartObject();
        writer.WriteStartArray("files");
        foreach (var file in files)
        {
            writer.WriteStartObject();
            writer.WriteString("path", file.Path);
            writer.WriteNumber("byte_length", file.ByteLength);
            writer.WriteString("sha256", file.Sha256);
            writer.WriteString("mode", ModeName(file.Mode));
            writer.WriteBoolean("changed", changed.Contains(file.Path));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (state.Replay.BrokenAtSeq is { } broken)
            writer.WriteNumber("broken_at_seq", broken);
        else
            writer.WriteNull("broken_at_seq");
        writer.WriteString("reason", state.Replay.Reason);
        writer.WriteEndObject();
        await writer.FlushAsync(ct);
    }

    private static string ModeName(FileMode mode) =>
        mode switch
        {
            FileMode.Executable => "executable",
            FileMode.SymbolicLink => "symbolic_link",
            _ => "regular",
        };

    private async IAsyncEnumerable<TraceEvent> EditsAsync(
        TraceId traceId,
        long throughSeq,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await foreach (var stored in events.ReadAsync(traceId, 0, throughSeq, ct))
            yield return catalog.Read(stored.Body);
    }
}
