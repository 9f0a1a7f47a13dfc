using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Originals;

/// <summary>
/// What a project keeps of what it is sent: <c>redacted</c>, or <c>raw</c>, where the originals of what was
/// redacted are kept beside it under a key of the operator's. It is looked up whenever it decides, so that
/// every process does as the row says.
/// </summary>
internal sealed class ProjectModes(Database database, RawKeys keys, TimeProvider time)
{
    public const string Redacted = "redacted";
    public const string Raw = "raw";

    /// <summary>The key to seal a project's originals with; null where it keeps none.</summary>
    /// <exception cref="NoRawKeyException">It keeps them, and this process has no key.</exception>
    public Task<RawKey?> KeyOfAsync(ProjectId project) =>
        KeyAsync("select mode from projects where project_id = @id", project.Value);

    /// <inheritdoc cref="KeyOfAsync(ProjectId)"/>
    /// <param name="trace">A trace of the project; one that is not there is of none.</param>
    public Task<RawKey?> KeyOfAsync(TraceId trace) =>
        KeyAsync(
            """
            select p.mode from traces t join projects p on p.project_id = t.project_id
            where t.trace_id = @id
            """,
            trace.Value
        );

    /// <summary>Says it by command, and tells the audit log; false where there is no such project.</summary>
    /// <exception cref="StartException">It is to be raw, and this process has no key.</exception>
    public async Task<bool> SetAsync(string project, string mode, CancellationToken ct)
    {
        if (mode == Raw && keys.Current is null)
            throw new StartException(
                "A project keeps originals only under a key: name its file in RAW_KEY_PATH, here and for the service."
            );
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return await database.WriteAsync(
            async connection =>
            {
                var projectId = await connection.QuerySingleOrDefaultAsync<byte[]?>(
                    "update projects set mode = @mode where name = @project returning project_id",
                    new { mode, project }
                );
                if (projectId is not null)
                    await CommandActs.NoteAsync(connection, projectId, "set_project_mode", mode, now);
                return projectId is not null;
            },
            ct
        );
    }

    private async Task<RawKey?> KeyAsync(string sql, Guid id)
    {
        var mode = await database.ReadAsync(connection =>
            connection.ExecuteScalarAsync<string?>(sql, new { id = id.Stored() })
        );
        return mode == Raw ? keys.Current ?? throw new NoRawKeyException() : null;
    }

    /// <summary>Stops a start that could not keep what a project was promised.</summary>
    /// <exception cref="StartException">A project is raw, and this process has no key.</exception>
    public async Task RequireKeyAsync()
    {
        if (keys.Current is not null)
            return;
        var raw = await database.ReadAsync(connection =>
            connection.ExecuteScalarAsync<string?>(
                "select min(name) from projects where mode = @mode",
                new { mode = Raw }
            )
        );
        if (raw is not null)
            throw new StartException(
                $"The project {raw} is raw, and RAW_KEY_PATH names no key. Name the key's file, or say "
                    + $"'datacurve projects mode {raw} redacted' to keep no more originals."
            );
    }
}
