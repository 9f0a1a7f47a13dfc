using System.Data.Common;
using Dapper;
using Datacurve.Core;

namespace Datacurve.Server.Storage;

/// <summary>
/// Begins the erasure of the traces that are older than their project keeps them, so that nothing of them is
/// left, as where somebody asks for it; each is in the audit log, as the caller <c>retention</c>.
/// </summary>
/// <remarks>
/// What the table <c>retention</c> says of a project goes before <c>RETENTION_DAYS</c>, and 0 days is for
/// ever. A trace's age counts from its finalize, or from its beginning where it was never finalized.
/// </remarks>
internal sealed class ExpiredTraces(
    Database database,
    Erasures erasures,
    Options options,
    TimeProvider time,
    ILogger<ExpiredTraces> log
)
{
    private const long DayMs = 24L * 60 * 60 * 1000;
    private const int PageLength = 200;

    private const string IsExpired = """
        coalesce(r.keep_days, @keepDays) > 0
        and coalesce(t.finalized_at_ms, t.created_at_ms)
            < @now - coalesce(r.keep_days, @keepDays) * @day
        and not exists (select 1 from qa_runs q where q.trace_id = t.trace_id
            and q.state not in ('done', 'failed'))
        and t.project_id <> @erased
        """;

    /// <summary>One look at every trace: one that cannot be removed holds up no other.</summary>
    /// <returns>How many traces are nobody's from now on.</returns>
    public async Task<int> RemoveAsync(CancellationToken ct)
    {
        var removed = 0;
        var after = OldTrace.Start;
        List<OldTrace> page;
        do
        {
            page = await PageAsync(after);
            foreach (var old in page)
            {
                after = old;
                try
                {
                    if (await RemoveAsync(old.StoredId, ct))
                        removed++;
                }
                catch (Exception exception) when (!ct.IsCancellationRequested)
                {
                    log.ExpireFailed(old.TraceId.ToString(), exception);
                }
            }
        } while (page.Count == PageLength && !ct.IsCancellationRequested);

        return removed;
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private Task<List<OldTrace>> PageAsync(OldTrace after) =>
        database.ReadAsync(async connection =>
        {
            var shortest = await connection.ExecuteScalarAsync<long?>(
                "select min(keep_days) from retention where keep_days > 0"
            );
            var keepDays = (long)options.Keeping.RetentionDays;
            if (keepDays > 0)
                shortest = Math.Min(shortest ?? keepDays, keepDays);
            if (shortest is null)
                return [];

            // Nothing younger than the shortest of all can have expired: the index by time bounds the look.
            var expired = await connection.QueryAsync<OldTrace>(
                $"""
                select t.trace_id as StoredId, t.created_at_ms as CreatedAtMs
                from traces t left join retention r on r.project_id = t.project_id
                where t.created_at_ms < @now - @shortest * @day and {IsExpired}
                    and (t.created_at_ms > @CreatedAtMs
                        or (t.created_at_ms = @CreatedAtMs and t.trace_id > @StoredId))
                order by t.created_at_ms, t.trace_id limit @limit
                """,
                new
                {
                    now = NowMs,
                    day = DayMs,
                    keepDays,
                    erased = ProjectId.Erased.Value.Stored(),
                    shortest = shortest.Value,
                    after.CreatedAtMs,
                    after.StoredId,
                    limit = PageLength,
                }
            );
            return expired.ToList();
        });

    private Task<bool> RemoveAsync(byte[] storedId, CancellationToken ct) =>
        database.WriteAsync(connection => RemoveAsync(connection, storedId), ct);

    private async Task<bool> RemoveAsync(DbConnection connection, byte[] storedId)
    {
        var parameters = new
        {
            storedId,
            now = NowMs,
            day = DayMs,
            keepDays = (long)options.Keeping.RetentionDays,
            erased = ProjectId.Erased.Value.Stored(),
        };
        // Locked first: an append or a new QA comes before this and is seen, or after it and finds no trace.
        await connection.ExecuteAsync(
            "update traces set status = status where trace_id = @storedId",
            parameters
        );
        var project = await connection.ExecuteScalarAsync<byte[]?>(
            $"""
            select t.project_id from traces t left join retention r on r.project_id = t.project_id
            where t.trace_id = @storedId and {IsExpired}
            """,
            parameters
        );
        return project is not null
            && await erasures.ExpireAsync(connection, storedId, new ProjectId(Ids.ToGuid(project)));
    }

    /// <summary>A trace that has expired, and its place in the order of those.</summary>
    private sealed record OldTrace(byte[] StoredId, long CreatedAtMs)
    {
        public static readonly OldTrace Start = new([], long.MinValue);

        public TraceId TraceId => new(Ids.ToGuid(StoredId));
    }
}
