using System.Data.Common;
using Dapper;
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

    // Longer than any write takes whose process lives, and than reads are tried again.
    private static readonly TimeSpan SettleMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SettlePoll = TimeSpan.FromMilliseconds(20);

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

    public override async Task SettleAsync(DbConnection connection, string table)
    {
        var started = TimeProvider.System.GetTimestamp();
        var writers = await WritersAsync(connection, table);
        while (writers.Count > 0)
        {
            if (TimeProvider.System.GetElapsedTime(started) > SettleMax)
                throw new NpgsqlException($"a write of {table} does not end");
            await Task.Delay(SettlePoll);
            writers.IntersectWith(await WritersAsync(connection, table));
        }
    }

    public override Task PurgeAsync(CancellationToken ct) => Task.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        await _appends.DisposeAsync();
        await _source.DisposeAsync();
    }

    /// <summary>The transactions that have written to the table, which a lock tells until they end.</summary>
    private static async Task<HashSet<string>> WritersAsync(DbConnection connection, string table) =>
        [
            .. await connection.QueryAsync<string>(
                """
                select virtualtransaction from pg_locks
                where relation = @table::regclass and mode = 'RowExclusiveLock' and granted
                    and database = (select oid from pg_database where datname = current_database())
                """,
                new { table }
            ),
        ];
}
