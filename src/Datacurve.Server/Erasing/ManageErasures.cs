using Datacurve.Core;
using Datacurve.Server.Auth;
using Datacurve.Server.Privacy;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Microsoft.AspNetCore.Mvc;

namespace Datacurve.Server.Erasing;

/// <summary>Whose data is to be erased, and why.</summary>
internal sealed record NewErasure
{
    public required string DeveloperId { get; init; }
    public string? Reason { get; init; }
    public bool? Now { get; init; }
}

/// <summary>The traces whose erasure has begun.</summary>
internal sealed record BegunErasures(IReadOnlyList<string> TraceIds);

internal sealed record ListedErasures(IReadOnlyList<ErasedTrace> Erasures, string? NextAfterId);

/// <summary>
/// <c>/admin/erasures</c>: erase everything of a developer in the caller's project, and see what was erased.
/// The developer is named in the body, since addresses are logged on their way.
/// </summary>
internal sealed class ManageErasures(
    Erasures erasures,
    KeptNames names,
    ProjectGuard guard,
    TraceSignals signals,
    ErasureLoop loop,
    Options options
)
{
    private const int LimitDefault = 100;
    private const int LimitMax = 1000;
    private static readonly JsonBody<NewErasure> Body = new(ServerJson.Readable.NewErasure);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(
                "/admin/erasures",
                (HttpContext context, ManageErasures slice, CancellationToken ct) =>
                    slice.EraseAsync(context, ct)
            )
            .WithName("erase_developer")
            .WithSummary("Erase every trace of a developer, for good")
            .WithDescription(
                "Begins the erasure of every trace in the project of the key whose `developer_id` is the one in "
                    + "the body, and says which they are. Those that are opened later are not touched."
            )
            .Produces<BegunErasures>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .RequireScope(Scope.Admin);
        routes
            .MapGet(
                "/admin/erasures",
                (
                    [FromQuery(Name = "after_id")] string? afterId,
                    [FromQuery(Name = "limit")] int? limit,
                    Caller caller,
                    ManageErasures slice
                ) => slice.ListAsync(afterId, limit ?? LimitDefault, caller.Project)
            )
            .WithName("list_erasures")
            .WithSummary("What was erased: tombstones, in the order of their traces' ids")
            .WithDescription(
                "A page of what was erased, and how far it is. Where `next_after_id` is not null, send it as "
                    + "`after_id` for the page after."
            )
            .Takes("after_id", "The `next_after_id` of the page before; the first page where it is absent.")
            .TakesLimit(LimitDefault, LimitMax, "How many erasures a page has at most.")
            .Produces<ListedErasures>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .RequireScope(Scope.Admin);
    }

    private async Task<IResult> EraseAsync(HttpContext context, CancellationToken ct)
    {
        var body = await Body.ReadAsync(context.Request, options.Limits, ct);
        if (!body.IsTaken)
            return body.Refusal;
        var asked = body.Sent;
        if (EraseTrace.ReasonProblem(asked.Reason) is { } refusal)
            return refusal;

        var order = EraseTrace.Order(Caller.Of(context), asked.Reason, asked.Now ?? false, context);
        var kept = await names.OfDeveloperAsync(order.Project, asked.DeveloperId, ct);
        var begun = await erasures.BeginDeveloperAsync([asked.DeveloperId, kept], order, ct);
        foreach (var traceId in begun)
        {
            guard.Forget(traceId);
            signals.Raise(traceId);
        }

        loop.Wake();
        // Whose traces they were is what nobody shall find here any more.
        context.Features.Set(new AuditSubject(Subject: Quantity.Of(begun.Count, "trace")));
        return TypedResults.Json(
            new BegunErasures([.. begun.Select(traceId => traceId.ToString())]),
            ServerJson.Readable.BegunErasures,
            statusCode: StatusCodes.Status202Accepted
        );
    }

    private async Task<IResult> ListAsync(string? after, int limit, ProjectId project)
    {
        var afterId = default(TraceId);
        if (after is not null && !TraceId.TryParse(after, out afterId))
            return Problem.Invalid("after_id", "must be a UUID", Problem.Cut(after));
        if (limit is < 1 or > LimitMax)
            return Problem.Invalid("limit", $"must be 1 to {LimitMax}", limit.ToString());

        var rows = await erasures.ListAsync(project, after is null ? null : afterId, limit + 1);
        var page = rows.Take(limit).Select(ErasedTrace.Of).ToList();
        return TypedResults.Json(
            new ListedErasures(page, rows.Count > limit ? page[^1].TraceId : null),
            ServerJson.Readable.ListedErasures
        );
    }
}
