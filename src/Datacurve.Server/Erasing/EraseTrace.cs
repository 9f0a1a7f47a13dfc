using Datacurve.Core;
using Datacurve.Server.Auth;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Microsoft.AspNetCore.Mvc;

namespace Datacurve.Server.Erasing;

/// <summary>
/// A tombstone as it is listed. <c>State</c> is <c>erasing</c> until nothing is left, then <c>erased</c>;
/// <c>BlobsLeft</c> are those of which it is not decided yet whether they go.
/// </summary>
internal sealed record ErasedTrace(
    string TraceId,
    string State,
    long ErasedAtMs,
    string Reason,
    string ErasedBy,
    long BlobsLeft,
    long? DoneAtMs
)
{
    public static ErasedTrace Of(Erasure erasure) =>
        new(
            erasure.TraceId.ToString(),
            erasure.State == Erasure.Done ? "erased" : "erasing",
            erasure.ErasedAtMs,
            erasure.Reason,
            erasure.ErasedBy,
            erasure.BlobsLeft,
            erasure.State == Erasure.Done ? erasure.DoneAtMs : null
        );
}

/// <summary>
/// <c>DELETE /traces/{trace_id}</c>: erases a trace for good. When it is answered the trace is read by nobody
/// and takes nothing any more; what it held goes in the background. A second time is answered alike.
/// </summary>
internal sealed class EraseTrace(
    Erasures erasures,
    ProjectGuard guard,
    TraceSignals signals,
    ErasureLoop loop
)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapDelete(
                "/traces/{trace_id}",
                (
                    string trace_id,
                    [FromQuery(Name = "reason")] string? reason,
                    [FromQuery(Name = "now")] QueryFlag? now,
                    HttpContext context,
                    EraseTrace slice,
                    CancellationToken ct
                ) => slice.HandleAsync(trace_id, reason, now?.IsOn ?? false, context, ct)
            )
            .WithName("erase_trace")
            .WithSummary("Erase a trace and everything that is its own, for good")
            .WithDescription(
                "When it is answered, nobody reads the trace any more; what it held goes in the background, and "
                    + "`state` says how far that is. A second time is answered alike."
            )
            .Takes("reason", $"Why; {Erasure.Reasons[0]} where it is absent.", Erasure.Reasons)
            .TakesFlag(
                "now",
                "Whether its blobs go without waiting for those who sent the same bytes lately; false where it is absent.",
                absent: false
            )
            .Produces<ErasedTrace>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithMetadata(new TakesErasedTraces())
            .RequireScope(Scope.Admin);

    private async Task<IResult> HandleAsync(
        string id,
        string? reason,
        bool now,
        HttpContext context,
        CancellationToken ct
    )
    {
        if (!TraceId.TryParse(id, out var traceId))
            return Problem.UnknownTrace(id);
        if (ReasonProblem(reason) is { } refusal)
            return refusal;

        var caller = Caller.Of(context);
        var order = Order(caller, reason, now, context);
        if (!await erasures.BeginAsync(traceId, order, ct))
            return Problem.UnknownTrace(id);
        guard.Forget(traceId);
        signals.Raise(traceId);
        loop.Wake();
        return TypedResults.Json(
            ErasedTrace.Of((await erasures.FindAsync(traceId, caller.Project))!),
            ServerJson.Readable.ErasedTrace,
            statusCode: StatusCodes.Status202Accepted
        );
    }

    /// <summary>Null where the reason is one, or is left out.</summary>
    public static IResult? ReasonProblem(string? reason) =>
        reason is null || Erasure.Reasons.Contains(reason, StringComparer.Ordinal)
            ? null
            : Problem.Invalid(
                "reason",
                $"must be one of {string.Join(", ", Erasure.Reasons)}",
                Problem.Cut(reason)
            );

    public static ErasureOrder Order(Caller caller, string? reason, bool now, HttpContext context) =>
        new(caller.Project, caller.Name, reason ?? Erasure.Reasons[0], now, context.TraceIdentifier);
}
