using System.Collections.Concurrent;
using System.Security.Cryptography;
using Dapper;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;

namespace Datacurve.Server.Auth;

/// <summary>A key's row: everything but the key.</summary>
internal sealed record KeyRow
{
    public required string KeyId { get; init; }
    public required byte[] ProjectId { get; init; }
    public required string Project { get; init; }
    public required string Name { get; init; }
    public required byte[] Hash { get; init; }
    public required string Scopes { get; init; }
    public required long CreatedAtMs { get; init; }
    public long? ExpiresAtMs { get; init; }
    public long? RevokedAtMs { get; init; }
    public long? LastUsedAtMs { get; init; }

    public bool IsActive(long nowMs) => RevokedAtMs is null && !(ExpiresAtMs <= nowMs);
}

/// <summary>
/// The keys of the service. What was looked up is remembered for two seconds, so that a key revoked by
/// another process is refused here at most that much later; in this process, at once.
/// </summary>
internal sealed class Keys(Database database, TimeProvider time)
{
    private const long RememberedForMs = 2_000;
    private static readonly TimeSpan UseWrittenEvery = TimeSpan.FromMinutes(1);
    private const int RememberedMax = 10_000;

    private const string Columns = """
        k.key_id as KeyId, k.project_id as ProjectId, p.name as Project, k.name, k.hash, k.scopes,
        k.created_at_ms as CreatedAtMs, k.expires_at_ms as ExpiresAtMs, k.revoked_at_ms as RevokedAtMs,
        k.last_used_at_ms as LastUsedAtMs
        """;

    private readonly ConcurrentDictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _usesWritten = new(StringComparer.Ordinal);
    private bool _any;
    private long _noneAtMs = -RememberedForMs;

    /// <summary>The last end that a key may have: later than the year 9999 is no date.</summary>
    public static long ExpiresAtMsMax { get; } = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>
    /// Whether an operator's command makes the changes, which then tell the audit log themselves.
    /// </summary>
    public bool ByCommand { get; init; }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Makes a key. The returned text is shown once and stored nowhere.</summary>
    /// <param name="projectId">The project it is bound to.</param>
    /// <param name="name">What it is for, in the owner's words.</param>
    /// <param name="scopes">What it may do.</param>
    /// <param name="expiresAtMs">When it ends, in Unix milliseconds; null is never.</param>
    public async Task<ApiKey> CreateAsync(
        ProjectId projectId,
        string name,
        Scope scopes,
        long? expiresAtMs,
        CancellationToken ct
    )
    {
        var key = ApiKey.New();
        var (project, now) = (projectId.Value.Stored(), NowMs);
        await database.WriteAsync(
            async connection =>
            {
                await connection.ExecuteAsync(
                    """
                    insert into api_keys
                        (key_id, project_id, name, hash, scopes, created_at_ms, expires_at_ms)
                    values (@KeyId, @project, @name, @Hash, @scopes, @now, @expiresAtMs)
                    """,
                    new
                    {
                        key.KeyId,
                        project,
                        name,
                        key.Hash,
                        scopes = ScopeNames.Text(scopes),
                        now,
                        expiresAtMs,
                    }
                );
                return ByCommand
                    ? await CommandActs.NoteAsync(connection, project, "create_key", key.KeyId, now)
                    : 0;
            },
            ct
        );
        _any = true;
        return key;
    }

    /// <summary>
    /// The row of a key that is known, expired and revoked ones included; null where none is.
    /// </summary>
    public async Task<KeyRow?> FindAsync(ApiKey key)
    {
        var row = await RecallAsync(key.KeyId);
        return row is not null && CryptographicOperations.FixedTimeEquals(row.Hash, key.Hash) ? row : null;
    }

    /// <summary>Whether a key that has let somebody in does so still.</summary>
    public async Task<bool> IsActiveAsync(string keyId) =>
        await RecallAsync(keyId) is { } row && row.IsActive(NowMs);

    /// <summary>Notes that a key was used, at most once a minute.</summary>
    public async Task UsedAsync(KeyRow key, CancellationToken ct)
    {
        var now = NowMs;
        var written = _usesWritten.GetOrAdd(key.KeyId, key.LastUsedAtMs ?? 0);
        if (
            now - written < UseWrittenEvery.TotalMilliseconds
            || !_usesWritten.TryUpdate(key.KeyId, now, written)
        )
            return;
        await database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    update api_keys set last_used_at_ms = @now
                    where key_id = @KeyId and (last_used_at_ms is null or last_used_at_ms < @now)
                    """,
                    new { key.KeyId, now }
                ),
            ct
        );
    }

    /// <summary>False where there is no such key, or it was revoked before.</summary>
    public async Task<bool> RevokeAsync(string keyId, CancellationToken ct)
    {
        var now = NowMs;
        var revoked = await database.WriteAsync(
            async connection =>
            {
                var project = await connection.QuerySingleOrDefaultAsync<byte[]?>(
                    """
                    update api_keys set revoked_at_ms = @now where key_id = @keyId and revoked_at_ms is null
                    returning project_id
                    """,
                    new { keyId, now }
                );
                if (project is not null && ByCommand)
                    await CommandActs.NoteAsync(connection, project, "revoke_key", keyId, now);
                return project is not null;
            },
            ct
        );
        _remembered.TryRemove(keyId, out _);
        return revoked;
    }

    public Task<List<KeyRow>> ListAsync() =>
        database.ReadAsync(async connection =>
            (
                await connection.QueryAsync<KeyRow>(
                    $"""
                    select {Columns} from api_keys k join projects p on p.project_id = k.project_id
                    order by k.created_at_ms, k.key_id
                    """
                )
            ).AsList()
        );

    /// <summary>
    /// Whether a key was ever made. Where none was, a loopback service is open; one whose keys have all ended
    /// is closed.
    /// </summary>
    public async Task<bool> AnyAsync()
    {
        // Rows of keys are never removed, so that a yes stays true.
        var now = NowMs;
        if (_any || now - _noneAtMs is >= 0 and < RememberedForMs)
            return _any;
        _any = await CountAsync("select count(*) from api_keys") > 0;
        _noneAtMs = now;
        return _any;
    }

    /// <summary>Whether a key lets anybody in now.</summary>
    public async Task<bool> AnyActiveAsync() =>
        await CountAsync(
            """
            select count(*) from api_keys
            where revoked_at_ms is null and (expires_at_ms is null or expires_at_ms > @now)
            """,
            new { now = NowMs }
        ) > 0;

    // A scalar without parameters, for which nothing has to be compiled: each start asks for one.
    private Task<long> CountAsync(string sql, object? parameters = null) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(sql, parameters));

    private async Task<KeyRow?> RecallAsync(string keyId)
    {
        var now = NowMs;
        if (
            _remembered.TryGetValue(keyId, out var remembered)
            && now - remembered.AtMs is >= 0 and var age
            && age < RememberedForMs
        )
            return remembered.Row;

        var row = await database.ReadAsync(connection =>
            connection.QuerySingleOrDefaultAsync<KeyRow?>(
                $"""
                select {Columns} from api_keys k join projects p on p.project_id = k.project_id
                where k.key_id = @keyId
                """,
                new { keyId }
            )
        );
        // Only keys that exist are remembered, so that guesses cannot fill the memory.
        if (row is not null && _remembered.Count < RememberedMax)
            _remembered[keyId] = new Remembered(row, now);
        return row;
    }

    private sealed record Remembered(KeyRow Row, long AtMs);
}
