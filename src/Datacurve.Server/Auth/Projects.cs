using Dapper;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Auth;

/// <summary>A project's row.</summary>
internal sealed record ProjectRow(byte[] ProjectId, string Name, long CreatedAtMs, string Mode);

/// <summary>The projects (tenants) of the service. <c>default</c> is there from the start.</summary>
internal sealed class Projects(Database database, TimeProvider time)
{
    public const string DefaultName = "default";

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
        var now = time.GetUtcNow();
        var projectId = Guid.CreateVersion7(now);
        var made = await database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    insert into projects (project_id, name, created_at_ms) values (@id, @name, @now)
                    on conflict (name) do nothing
                    """,
                    new
                    {
                        id = projectId.Stored(),
                        name,
                        now = now.ToUnixTimeMilliseconds(),
                    }
                ),
            ct
        );
        return made == 1 ? new ProjectId(projectId) : null;
    }

    /// <summary>
    /// Says for how many days the traces of a project are kept: 0 for ever, null as the service keeps all.
    /// </summary>
    public Task<int> KeepAsync(ProjectId project, int? days, CancellationToken ct) =>
        database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    days is null
                        ? "delete from retention where project_id = @project"
                        : """
                        insert into retention (project_id, keep_days) values (@project, @days)
                        on conflict (project_id) do update set keep_days = @days
                        """,
                    new { project = project.Value.Stored(), days }
                ),
            ct
        );

    public Task<List<ProjectRow>> ListAsync() =>
        database.ReadAsync(async connection =>
            (
                await connection.QueryAsync<ProjectRow>(
                    """
                    select project_id as ProjectId, name, created_at_ms as CreatedAtMs, mode
                    from projects order by created_at_ms, project_id
                    """
                )
            ).AsList()
        );
}
