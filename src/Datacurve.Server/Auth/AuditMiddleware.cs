using Datacurve.Core;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;

namespace Datacurve.Server.Auth;

/// <summary>
/// Audits every endpoint that asks for a scope, under the endpoint's own name, so that a new one is audited
/// without being told.
/// </summary>
internal sealed class AuditMiddleware(RequestDelegate next, AuditLog audit, TimeProvider time)
{
    // Reads and the append path; whatever is not named here is written before it is answered.
    private static readonly HashSet<string> Repeated = new(StringComparer.Ordinal)
    {
        "append_events",
        "get_trace",
        "list_traces",
        "list_events",
        "stream_events",
        "get_state",
        "list_qa",
        "get_blob",
        "head_blob",
        "upload_blob",
        "put_blob",
        "who_am_i",
    };

    public Task InvokeAsync(HttpContext context)
    {
        if (
            context.GetEndpoint()?.Metadata is { } metadata
            && metadata.GetMetadata<RequiredScope>() is not null
            && metadata.GetMetadata<IEndpointNameMetadata>() is { } name
            && context.Features.Get<Caller>() is { } caller
        )
            context.Response.OnStarting(() => AuditAsync(context, caller, name.EndpointName));
        return next(context);
    }

    private async Task AuditAsync(HttpContext context, Caller caller, string action)
    {
        var entry = new AuditEntry(
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            caller,
            action,
            TraceOf(context),
            context.Features.Get<AuditSubject>()?.Subject ?? KeyOf(context),
            context.Response.StatusCode,
            context.TraceIdentifier
        );
        // What the store was away for was not done, and cannot be recorded there either.
        if (
            Repeated.Contains(action)
            || context.Response.StatusCode >= StatusCodes.Status500InternalServerError
        )
            audit.Note(entry);
        else
            await WriteAsync(entry);
    }

    /// <summary>
    /// An act whose store went away before its record is done all the same, and its answer says so; an error
    /// here would break the connection in place of the answer. The record is tried once more.
    /// </summary>
    private async Task WriteAsync(AuditEntry entry)
    {
        try
        {
            await audit.WriteAsync(entry, CancellationToken.None);
        }
        catch (Exception exception) when (StoreFaults.IsAway(exception) || StoreFaults.IsFull(exception))
        {
            audit.Note(entry);
        }
    }

    // Whatever a client takes for a key's id comes here, and what is on record stays for good.
    private static string? KeyOf(HttpContext context) =>
        context.GetRouteValue("key_id") is string named ? Problem.Cut(named) : null;

    private static TraceId? TraceOf(HttpContext context) =>
        context.Features.Get<AuditSubject>()?.TraceId is { } made ? made
        : TraceId.TryParse(context.GetRouteValue("trace_id") as string, out var named) ? named
        : null;
}
