using System.Globalization;
using Dapper;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Auth;

/// <summary>A project's row.</summary>
internal sealed record ProjectRow(
    byte[] ProjectId,
    string Name,
    long CreatedAtMs,
    string Mode,
    long? RetentionDays
);

/// <summary>The projects (tenants) of the service. <c>default</c> is there from the start.</summary>
internal sealed class Projects(Database database, TimeProvider time)
{
    public const string DefaultName = "default";

    /// <summary>
    /// Whether an operator's command makes the changes, which then tell the audit log themselves.
    /// </summary>
    public bool ByCommand { get; init; }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The id, or null where there is no project of this name.</summary>
    public async Task<ProjectId?> FindAsync(string name)
    {
        var found = await database.ReadAsync(connection =>
            connection.QuerySingleOrDefaultAsync<byte[]?>(
                "select project_id from projects where name = @name",
                new { name }
            )
        );
        return found is null ? null : new ProjectId(Ids.ToGuid(found));
    }

    /// <summary>Makes a project; null where the name is taken.</summary>
    public async Task<ProjectId?> CreateAsync(string name, CancellationToken ct)
    {
        var projectId = Guid.CreateVersion7(time.GetUtcNow());
        var (id, now) = (projectId.Stored(), NowMs);
        var made = await database.WriteAsync(
            async connection =>
            {
                var made = await connection.ExecuteAsync(
                    """
                    insert into projects (project_id, name, created_at_ms) values (@id, @name, @now)
                    on conflict (name) do nothing
                    """,
                    new
                    {
                        id,
                        name,
                        now,
                    }
                );
                if (made == 1 && ByCommand)
                    await CommandActs.NoteAsync(connection, id, "create_project", $"{projectId}", now);
                return made == 1;
            },
            ct
        );
        return made ? new ProjectId(projectId) : null;
    }

    /// <summary>
    /// Says by command for how many days the traces of a project are kept: 0 for ever, null as the service
    /// keeps all.
    /// </summary>
    public Task KeepAsync(ProjectId projectId, int? days, CancellationToken ct)
    {
        var project = projectId.Value.Stored();
        return database.WriteAsync(
            async connection =>
            {
                await connection.ExecuteAsync(
                    days is null
                        ? "delete from retention where project_id = @project"
                        : """
                        insert into retention (project_id, keep_days) values (@project, @days)
                        on conflict (project_id) do update set keep_days = @days
                        """,
                    new { project, days }
                );
                var kept = days is null ? "default" : days.Value.ToString(CultureInfo.InvariantCulture);
                return await CommandActs.NoteAsync(connection, project, "set_retention", kept, NowMs);
            },
            ct
        );
    }

    public Task<List<ProjectRow>> ListAsync() =>
        database.ReadAsync(async connection =>
            (
                await connection.QueryAsync<ProjectRow>(
                    """
                    select p.project_id as ProjectId, p.name as Name, p.created_at_ms as CreatedAtMs,
                        p.mode as Mode, r.keep_days as RetentionDays
                    from projects p left join retention r on r.project_id = p.project_id
                    order by p.created_at_ms, p.project_id
                    """
                )
            ).AsList()
        );
}
