using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Datacurve.Core;

namespace Datacurve.Server.Storage;

/// <summary>
/// The tombstones of erased traces. An erasure begins with one, in the transaction that takes the trace away
/// from its project, stops its QA and is audited; what is left to do after that can be resumed by anyone.
/// </summary>
internal sealed class Erasures(Database database, TimeProvider time)
{
    private const int TracesPerWrite = 50;

    private const string Columns = """
        select e.trace_id as StoredId, e.project_id as StoredProject, e.erased_at_ms as ErasedAtMs, e.reason,
            e.erased_by as ErasedBy, e.state, e.done_at_ms as DoneAtMs,
            (select count(*) from erased_blobs b where b.trace_id = e.trace_id) as BlobsLeft
        from erasures e
        """;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Begins the erasure of a trace; durable when this completes, and from then on the trace is read by
    /// nobody and changed by nobody. A second time changes nothing, but may hurry what the first began.
    /// </summary>
    /// <returns>False where the project has no such trace, and had none that was erased.</returns>
    public Task<bool> BeginAsync(TraceId traceId, ErasureOrder order, CancellationToken ct) =>
        database.WriteAsync(
            async connection =>
                await BeginAsync(connection, traceId.Stored(), order)
                || await HurryAsync(connection, traceId.Stored(), order),
            ct
        );

    /// <summary>
    /// Begins the erasure of every trace of a developer in the project, and goes on until there is none.
    /// </summary>
    /// <param name="developerIds">The ids that the traces may have the developer under.</param>
    /// <param name="order">Who has it erased, and why.</param>
    /// <param name="ct">Ends it between two pages of traces.</param>
    /// <returns>The traces whose erasure began.</returns>
    public async Task<IReadOnlyList<TraceId>> BeginDeveloperAsync(
        IReadOnlyList<string> developerIds,
        ErasureOrder order,
        CancellationToken ct
    )
    {
        var begun = new List<TraceId>();
        while (true)
        {
            var page = await database.WriteAsync(
                connection => BeginPageAsync(connection, developerIds, order),
                ct
            );
            if (page.Count == 0)
                return begun;
            begun.AddRange(page.Select(storedId => new TraceId(Ids.ToGuid(storedId))));
        }
    }

    /// <summary>
    /// Begins the erasure of a trace that its project keeps no longer, in the write of who found it so and
    /// has locked it. Unlike one that somebody asks for it forbids no keys.
    /// </summary>
    public Task<bool> ExpireAsync(DbConnection connection, byte[] storedId, ProjectId project) =>
        BeginAsync(
            connection,
            storedId,
            new ErasureOrder(project, "retention", Erasure.Expired, AtOnce: false, "retention")
        );

    /// <summary>Whether the project has the trace, or had it until it was erased.</summary>
    public Task<bool> IsKnownAsync(TraceId traceId, ProjectId project) =>
        database.ReadAsync(async connection =>
            await connection.ExecuteScalarAsync<long>(
                """
                select (select count(*) from traces where trace_id = @traceId and project_id = @project)
                    + (select count(*) from erasures
                        where trace_id = @traceId and project_id = @project and reason <> 'expired')
                """,
                new { traceId = traceId.Stored(), project = project.Value.Stored() }
            ) > 0
        );

    /// <summary>The tombstone of a project's trace; null where the trace was not erased.</summary>
    public Task<Erasure?> FindAsync(TraceId traceId, ProjectId project) =>
        database.ReadAsync(connection =>
            connection.QuerySingleOrDefaultAsync<Erasure?>(
                Columns
                    + " where e.trace_id = @traceId and e.project_id = @project and e.reason <> 'expired'",
                new { traceId = traceId.Stored(), project = project.Value.Stored() }
            )
        );

    /// <summary>A project's tombstones, in the order of their traces' ids.</summary>
    public Task<List<Erasure>> ListAsync(ProjectId project, TraceId? after, int limit) =>
        database.ReadAsync(async connection =>
            (
                await connection.QueryAsync<Erasure>(
                    Columns
                        + """
                         where e.project_id = @project and e.trace_id > @after and e.reason <> 'expired'
                        order by e.trace_id limit @limit
                        """,
                    new
                    {
                        project = project.Value.Stored(),
                        after = after?.Stored() ?? [],
                        limit,
                    }
                )
            ).AsList()
        );

    private async Task<List<byte[]>> BeginPageAsync(
        DbConnection connection,
        IReadOnlyList<string> developerIds,
        ErasureOrder order
    )
    {
        var found = await connection.QueryAsync<byte[]>(
            $"""
            select trace_id from traces
            where project_id = @project and {database.IsAny("developer_id", "@developerIds")} limit @limit
            """,
            new
            {
                project = order.Project.Value.Stored(),
                developerIds = developerIds.ToArray(),
                limit = TracesPerWrite,
            }
        );
        var page = found.AsList();
        foreach (var storedId in page)
            await BeginAsync(connection, storedId, order);
        return page;
    }

    private async Task<bool> BeginAsync(DbConnection connection, byte[] storedId, ErasureOrder order)
    {
        // It is no project's from here on, so that no list shows it; and none that collects or is complete,
        // so that an append or a finalize that was let in before finds it closed.
        var taken = await connection.ExecuteAsync(
            """
            update traces set project_id = @erased, status = 'failed'
            where trace_id = @storedId and project_id = @project
            """,
            new
            {
                storedId,
                project = order.Project.Value.Stored(),
                erased = ProjectId.Erased.Value.Stored(),
            }
        );
        if (taken == 0)
            return false;

        // A tombstone is there already where a backup has brought an erased trace's rows back.
        await connection.ExecuteAsync(
            """
            insert into erasures (trace_id, project_id, erased_at_ms, reason, erased_by, state, at_once)
            values (@storedId, @project, @now, @Reason, @By, 'begun', @atOnce)
            on conflict (trace_id) do update
            set erased_at_ms = @now, state = 'begun', at_once = @atOnce, done_at_ms = null,
                reason = case when @Reason = 'expired' then erasures.reason else @Reason end,
                erased_by = case when @Reason = 'expired' then erasures.erased_by else @By end;
            insert into audit_log (ts_ms, project_id, caller, action, trace_id, subject, status, request_id)
            values (@now, @project, @By, 'erasure_begun', @storedId, @Reason, 202, @RequestId);
            """,
            new
            {
                storedId,
                project = order.Project.Value.Stored(),
                now = NowMs,
                order.Reason,
                order.By,
                order.RequestId,
                atOnce = order.AtOnce ? 1 : 0,
            }
        );
        if (order.Reason != Erasure.Expired)
            await ForbidKeysAsync(connection, storedId, order.Project);
        await connection.ExecuteAsync(
            "delete from idempotency_keys where trace_id = @storedId",
            new { storedId }
        );
        await TracePieces.StopQaAsync(connection, storedId);
        return true;
    }

    /// <summary>Keys of idempotency are a client's own words: a hash is enough to know them.</summary>
    private static async Task ForbidKeysAsync(DbConnection connection, byte[] storedId, ProjectId project)
    {
        var keys = await connection.QueryAsync<string>(
            "select idempotency_key from idempotency_keys where trace_id = @storedId",
            new { storedId }
        );
        foreach (var key in keys.AsList())
            await connection.ExecuteAsync(
                """
                insert into erased_keys (project_id, key_hash, trace_id)
                values (@project, @keyHash, @storedId) on conflict (project_id, key_hash) do nothing
                """,
                new
                {
                    storedId,
                    project = project.Value.Stored(),
                    keyHash = HashOf(key),
                }
            );
    }

    /// <summary>The erasure of the trace that this key opened; null where there is none.</summary>
    public static Task<Erasure?> FindByKeyAsync(DbConnection connection, ProjectId project, string key) =>
        connection.QuerySingleOrDefaultAsync<Erasure?>(
            Columns
                + """
                 join erased_keys k on k.trace_id = e.trace_id
                where k.project_id = @project and k.key_hash = @keyHash
                """,
            new { project = project.Value.Stored(), keyHash = HashOf(key) }
        );

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static async Task<bool> HurryAsync(DbConnection connection, byte[] storedId, ErasureOrder order)
    {
        var parameters = new
        {
            storedId,
            project = order.Project.Value.Stored(),
            atOnce = order.AtOnce ? 1 : 0,
        };
        var found = await connection.ExecuteAsync(
            """
            update erasures set at_once = case when @atOnce = 1 then 1 else at_once end
            where trace_id = @storedId and project_id = @project and reason <> 'expired'
            """,
            parameters
        );
        if (found == 1 && order.AtOnce)
            await connection.ExecuteAsync(
                "update erased_blobs set at_once = 1 where trace_id = @storedId",
                parameters
            );
        return found == 1;
    }
}
