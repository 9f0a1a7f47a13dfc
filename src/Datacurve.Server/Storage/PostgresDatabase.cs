using System.Data.Common;
using Datacurve.Core;
using Npgsql;
using NpgsqlTypes;

namespace Datacurve.Server.Storage;

/// <summary>
/// The PostgreSQL store, for any number of processes. Whatever a connection that is lost or a conflict undid
/// for certain runs again, a few times and for a bounded time; what may have been committed never does,
/// except an append, which recognizes what the trace holds already.
/// </summary>
internal sealed class PostgresDatabase : Database
{
    private const int Attempts = 4;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan RetriesMax = TimeSpan.FromSeconds(3);

    private const string AppendSql = """
        with advanced as (
            update traces set seq_last = $3
            where trace_id = $1 and status = 'collecting' and seq_last < $2
            returning trace_id)
        insert into events (trace_id, seq, event_id, body)
        select a.trace_id, e.seq, e.event_id, e.body
        from advanced a cross join unnest($4, $5, $6) as e (seq, event_id, body)
        """;

    private readonly NpgsqlDataSource _source;

    private PostgresDatabase(string connectionString, int connectionsMax)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.ConnectionStringBuilder.MaxPoolSize = connectionsMax;
        _source = builder.Build();
    }

    /// <exception cref="StartException">The database cannot be reached or migrated, or a newer version has
    /// migrated it.</exception>
    public static PostgresDatabase Open(string connectionString, int connectionsMax)
    {
        PostgresSchema.Migrate(connectionString);
        return new PostgresDatabase(connectionString, connectionsMax);
    }

    public override Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read) =>
        RetryAsync(
            async _ =>
            {
                await using var connection = await _source.OpenConnectionAsync();
                return await read(connection);
            },
            CancellationToken.None
        );

    public override Task<T> WriteAsync<T>(Func<DbConnection, Task<T>> write, CancellationToken ct) =>
        RetryAsync(
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
    ) =>
        RetryAsync(
            async _ =>
            {
                await using var connection = await _source.OpenConnectionAsync(ct);
                return await AppendAsync(connection, traceId, rows);
            },
            ct
        );

    public override async Task<bool> AppendAsync(
        DbConnection connection,
        TraceId traceId,
        IReadOnlyList<EventRow> rows
    )
    {
        await using var command = new NpgsqlCommand(AppendSql, (NpgsqlConnection)connection)
        {
            Parameters =
            {
                new NpgsqlParameter<byte[]> { TypedValue = traceId.Stored() },
                new NpgsqlParameter<long> { TypedValue = rows[0].Seq },
                new NpgsqlParameter<long> { TypedValue = rows[^1].Seq },
                Column(NpgsqlDbType.Bigint, rows, row => row.Seq),
                Column(NpgsqlDbType.Bytea, rows, row => row.EventId.Stored()),
                Column(NpgsqlDbType.Bytea, rows, row => row.Body.ToArray()),
            },
        };
        return await command.ExecuteNonQueryAsync() > 0;
    }

    public override ValueTask DisposeAsync() => _source.DisposeAsync();

    private static NpgsqlParameter<T[]> Column<T>(
        NpgsqlDbType type,
        IReadOnlyList<EventRow> rows,
        Func<EventRow, T> value
    ) => new() { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = [.. rows.Select(value)] };

    private static async Task<T> RetryAsync<T>(Func<Attempt, Task<T>> run, CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var number = 1; ; number++)
        {
            var attempt = new Attempt();
            try
            {
                return await run(attempt);
            }
            catch (NpgsqlException exception)
                when (number < Attempts
                    && attempt.IsUndone(exception)
                    && TimeProvider.System.GetElapsedTime(started) < RetriesMax
                )
            {
                await Task.Delay(FirstDelay * (1 << number) * Random.Shared.NextDouble(), ct);
            }
        }
    }

    private sealed class Attempt
    {
        /// <summary>Whether a commit was asked for.</summary>
        public bool MayBeCommitted { get; set; }

        /// <summary>Whether nothing of the attempt can have stayed, and another may do better.</summary>
        public bool IsUndone(NpgsqlException exception) =>
            exception
                is PostgresException
                {
                    SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
                }
            || (!MayBeCommitted && StoreFaults.IsAway(exception));
    }
}
