using System.Data.Common;
using Datacurve.Core;
using Npgsql;

namespace Datacurve.Server.Storage;

/// <summary>
/// The PostgreSQL store, for any number of processes. What may have been committed is never run again,
/// except an append, which recognizes what the trace holds already.
/// </summary>
internal sealed class PostgresDatabase : Database
{
    // Commits of appends under way at once. Of 2 to 16 on two cores, three served both well: more of them
    // split single events into more commits, fewer let batches wait for each other (bench/README.md).
    private const int AppendLanes = 3;

    private readonly NpgsqlDataSource _source;
    private readonly PostgresAppends _appends;

    private PostgresDatabase(string connectionString, int connectionsMax)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.ConnectionStringBuilder.MaxPoolSize = connectionsMax;
        _source = builder.Build();
        _appends = new PostgresAppends(_source, Math.Min(AppendLanes, connectionsMax));
    }

    /// <exception cref="StartException">The database cannot be reached or migrated, or a newer version has
    /// migrated it.</exception>
    public static PostgresDatabase Open(string connectionString, int connectionsMax)
    {
        PostgresSchema.Migrate(connectionString);
        return new PostgresDatabase(connectionString, connectionsMax);
    }

    public override Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read) =>
        PostgresRetries.RunAsync(
            async _ =>
            {
                await using var connection = await _source.OpenConnectionAsync();
                return await read(connection);
            },
            CancellationToken.None
        );

    public override Task<T> WriteAsync<T>(Func<DbConnection, Task<T>> write, CancellationToken ct) =>
        PostgresRetries.RunAsync(
            async attempt =>
            {
                await using var connection = await _source.OpenConnectionAsync(ct);
                await using var transaction = await connection.BeginTransactionAsync(ct);
                var outcome = await write(connection);
                attempt.MayBeCommitted = true;
                await transaction.CommitAsync(CancellationToken.None);
                return outcome;
            },
            ct
        );

    public override Task<bool> AppendAsync(
        TraceId traceId,
        IReadOnlyList<EventRow> rows,
        CancellationToken ct
    ) => _appends.AddAsync(traceId, rows, ct);

    public override async Task<bool> AppendAsync(
        DbConnection connection,
        TraceId traceId,
        IReadOnlyList<EventRow> rows
    )
    {
        await using var command = new NpgsqlCommand(PostgresAppends.Sql, (NpgsqlConnection)connection);
        PostgresAppends.Bind(command.Parameters, traceId, rows);
        return await command.ExecuteNonQueryAsync() > 0;
    }

    public override string IsAny(string column, string parameter) => $"{column} = any({parameter})";

    public override Task PurgeAsync(CancellationToken ct) => Task.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        await _appends.DisposeAsync();
        await _source.DisposeAsync();
    }
}
