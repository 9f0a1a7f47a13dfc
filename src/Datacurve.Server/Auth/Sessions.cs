using Dapper;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Microsoft.Extensions.Caching.Memory;

namespace Datacurve.Server.Auth;

/// <summary>
/// The sessions of browsers that have signed in. One goes on until its time is over or it signs out, and only
/// while the settings would let its owner in again, to the same project and with the same scopes.
/// </summary>
internal sealed class Sessions(Database database, Options options, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan LengthMax = TimeSpan.FromHours(12);

    private const int RememberedMax = 10_000;

    // As long as keys are: another process may have ended it.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(2);

    private readonly MemoryCache _standing = new(new MemoryCacheOptions { SizeLimit = RememberedMax });

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <param name="email">The address that the provider has verified, if there is one.</param>
    public Session Begin(string? email) =>
        new(Guid.NewGuid().ToString("N"), email, NowMs + (long)LengthMax.TotalMilliseconds);

    /// <summary>Whether the settings let in whom the provider knows by this verified address.</summary>
    public bool IsAllowed(string? email) =>
        options.Access.OidcAllow.Any(allowed =>
            allowed == "*"
            || (
                email is not null
                && (
                    allowed.StartsWith('@')
                        ? email.EndsWith(allowed, StringComparison.OrdinalIgnoreCase)
                        : email.Equals(allowed, StringComparison.OrdinalIgnoreCase)
                )
            )
        );

    /// <summary>Whether the session that let a caller in does so still; false where there is none.</summary>
    public async Task<bool> IsGoingOnAsync(Caller caller) =>
        caller.Session is { } session
        && session.EndsAtMs > NowMs
        && IsAllowed(session.Email)
        && caller.Scopes == options.Access.OidcScopes
        && await StandsAsync(session.Id, caller.Project);

    /// <summary>Ends a session before its time; durable when this completes.</summary>
    public async Task EndAsync(Session session, CancellationToken ct)
    {
        await database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    delete from ended_sessions where ends_at_ms < @now;
                    insert into ended_sessions (session_id, ends_at_ms) values (@Id, @EndsAtMs)
                    on conflict (session_id) do nothing;
                    """,
                    new
                    {
                        session.Id,
                        session.EndsAtMs,
                        now = NowMs,
                    }
                ),
            ct
        );
        _standing.Remove(session.Id);
    }

    public void Dispose() => _standing.Dispose();

    private async Task<bool> StandsAsync(string sessionId, ProjectId project)
    {
        if (_standing.TryGetValue(sessionId, out bool known))
            return known;
        var stands =
            await database.ReadAsync(connection =>
                connection.ExecuteScalarAsync<long>(
                    """
                    select count(*) from projects p
                    where p.project_id = @project and p.name = @name
                        and not exists (select 1 from ended_sessions e where e.session_id = @sessionId)
                    """,
                    new
                    {
                        sessionId,
                        project = project.Value.Stored(),
                        name = options.Access.OidcProject,
                    }
                )
            ) == 1;
        _standing.Set(
            sessionId,
            stands,
            new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = RememberedFor }
        );
        return stands;
    }
}
