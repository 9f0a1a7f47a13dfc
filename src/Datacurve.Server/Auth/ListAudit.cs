using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Microsoft.AspNetCore.Mvc;

namespace Datacurve.Server.Auth;

internal sealed record AuditedAct(
    long AuditId,
    long TsMs,
    string ProjectId,
    string Caller,
    string Action,
    string? TraceId,
    string? Subject,
    int Status,
    string RequestId
);

internal sealed record AuditedActs(IReadOnlyList<AuditedAct> Acts, long? NextAfterId);

/// <summary><c>GET /admin/audit</c>: who did what, oldest first, a page at a time.</summary>
internal sealed class ListAudit(Database database)
{
    private const int LimitDefault = 100;
    private const int LimitMax = 1000;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/admin/audit",
                (
                    [FromQuery(Name = "trace_id")] string? traceId,
                    [FromQuery(Name = "after_id")] long? afterId,
                    [FromQuery(Name = "limit")] int? limit,
                    ListAudit slice
                ) => slice.HandleAsync(traceId, afterId ?? 0, limit ?? LimitDefault)
            )
            .WithName("list_audit")
            .WithSummary("Who did what to which trace, oldest first")
            .WithDescription(
                "A page of the audit log. Where `next_after_id` is not null, send it as `after_id` for the page after."
            )
            .Takes("trace_id", "Only acts upon this trace, by its UUID.")
            .Takes(
                "after_id",
                "Only acts whose `audit_id` is above this; 0, which is all, where it is absent."
            )
            .TakesLimit(LimitDefault, LimitMax, "How many acts a page has at most.")
            .Produces<AuditedActs>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .RequireScope(Scope.Admin);

    private async Task<IResult> HandleAsync(string? trace, long afterId, int limit)
    {
        var traceId = default(TraceId);
        if (trace is not null && !TraceId.TryParse(trace, out traceId))
            return Problem.Invalid("trace_id", "must be a UUID", Problem.Cut(trace));
        if (limit is < 1 or > LimitMax)
            return Problem.Invalid("limit", $"must be 1 to {LimitMax}", limit.ToString());

        var acts = await database.ReadAsync(async connection =>
        {
            var last = await connection.ExecuteScalarAsync<long?>("select max(audit_id) from audit_log");
            await database.SettleAsync(connection, "audit_log");
            return await connection.QueryAsync<Row>(
                $"""
                select audit_id as AuditId, ts_ms as TsMs, project_id as ProjectId, caller, action,
                    trace_id as TraceId, subject, status, request_id as RequestId
                from audit_log
                where audit_id > @afterId and audit_id <= @last
                    {(trace is null ? "" : "and trace_id = @traceId")}
                order by audit_id limit @limit
                """,
                new
                {
                    afterId,
                    last = last ?? 0,
                    traceId = traceId.Stored(),
                    limit = limit + 1,
                }
            );
        });
        var rows = acts.AsList();
        var more = rows.Count > limit;
        var page = rows.Take(limit).Select(row => row.ToAct()).ToList();
        return TypedResults.Json(
            new AuditedActs(page, more ? page[^1].AuditId : null),
            ServerJson.Readable.AuditedActs
        );
    }

    private sealed record Row
    {
        public required long AuditId { get; init; }
        public required long TsMs { get; init; }
        public required byte[] ProjectId { get; init; }
        public required string Caller { get; init; }
        public required string Action { get; init; }
        public byte[]? TraceId { get; init; }
        public string? Subject { get; init; }
        public required int Status { get; init; }
        public required string RequestId { get; init; }

        public AuditedAct ToAct() =>
            new(
                AuditId,
                TsMs,
                Ids.ToGuid(ProjectId).ToString(),
                Caller,
                Action,
                TraceId is { } stored ? Ids.ToGuid(stored).ToString() : null,
                Subject,
                Status,
                RequestId
            );
    }
}
