using System.Data.Common;
using System.Threading.Channels;
using Dapper;
using Datacurve.Core;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Datacurve.Server.Storage;

/// <summary>
/// The SQLite store: WAL, <c>synchronous=FULL</c>, any number of readers and one writer. The writer takes
/// what has queued up and commits it in one transaction, so that many requests share one flush to disk.
/// </summary>
/// <remarks>Each write runs under its own savepoint, so that one that throws undoes itself alone.</remarks>
internal sealed class SqliteDatabase : Database
{
    private const int QueueLength = 4096;
    private const int WritesPerCommitMax = 512;
    private const int BusyTimeoutMs = 10_000;

    private readonly Channel<Write> _writes = Channel.CreateBounded<Write>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true }
    );
    private readonly string _readString;
    private readonly SqliteConnection _writer;
    private readonly Task _loop;

    private SqliteDatabase(string path)
    {
        _readString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            DefaultTimeout = BusyTimeoutMs / 1000,
        }.ToString();
        _writer = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Pooling = false,
                DefaultTimeout = BusyTimeoutMs / 1000,
            }.ToString()
        );
        _writer.Open();
        Execute(
            _writer,
            $"pragma busy_timeout={BusyTimeoutMs}; pragma journal_mode=wal; pragma synchronous=full;"
        );
        _loop = Task.Run(RunAsync);
    }

    /// <summary>
    /// Opens the file, making it and its folder where absent, and brings its schema up to date.
    /// </summary>
    /// <exception cref="StartException">The file has a newer schema than this version knows.</exception>
    public static SqliteDatabase Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        SqliteSchema.Migrate(path);
        return new SqliteDatabase(path);
    }

    public override async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read)
    {
        await using var connection = new SqliteConnection(_readString);
        await connection.OpenAsync();
        Execute(connection, $"pragma busy_timeout={BusyTimeoutMs}; pragma query_only=on;");
        return await read(connection);
    }

    public override async Task<T> WriteAsync<T>(Func<DbConnection, Task<T>> write, CancellationToken ct)
    {
        var queued = new Write<T>(write);
        await _writes.Writer.WriteAsync(queued, ct);
        return await queued.Task;
    }

    public override Task<bool> AppendAsync(
        TraceId traceId,
        IReadOnlyList<EventRow> rows,
        CancellationToken ct
    ) => WriteAsync(connection => AppendAsync(connection, traceId, rows), ct);

    public override async Task<bool> AppendAsync(
        DbConnection connection,
        TraceId traceId,
        IReadOnlyList<EventRow> rows
    )
    {
        var advanced = await connection.ExecuteAsync(
            """
            update traces set seq_last = @last
            where trace_id = @traceId and status = 'collecting' and seq_last < @first
            """,
            new
            {
                traceId = traceId.Stored(),
                first = rows[0].Seq,
                last = rows[^1].Seq,
            }
        );
        if (advanced == 0)
            return false;

        await InsertAsync(connection, traceId, rows);
        return true;
    }

    public override string IsAny(string column, string parameter) => $"{column} in {parameter}";

    public override async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        await _loop;
        await _writer.DisposeAsync();
        SqliteConnection.ClearPool(new SqliteConnection(_readString));
    }

    private async Task RunAsync()
    {
        var batch = new List<Write>(WritesPerCommitMax);
        while (await _writes.Reader.WaitToReadAsync())
        {
            // Taken before the transaction begins: a write that cannot even begin must be refused, not wait
            // on.
            while (batch.Count < WritesPerCommitMax && _writes.Reader.TryRead(out var write))
                batch.Add(write);
            try
            {
                await CommitAsync(batch);
                foreach (var write in batch)
                    write.Acknowledge();
            }
            catch (Exception exception)
            {
                RollBack();
                foreach (var write in batch)
                    write.Refuse(exception);
            }

            batch.Clear();
        }
    }

    private async Task CommitAsync(List<Write> batch)
    {
        Execute(_writer, "begin immediate");
        foreach (var write in batch)
        {
            Execute(_writer, "savepoint one");
            if (!await write.RunAsync(_writer))
            {
                // A full disk or a failed read ends the whole transaction inside SQLite.
                if (raw.sqlite3_get_autocommit(_writer.Handle) != 0)
                    throw write.Failure!;
                Execute(_writer, "rollback to one");
            }

            Execute(_writer, "release one");
        }

        Execute(_writer, "commit");
    }

    private void RollBack()
    {
        try
        {
            if (raw.sqlite3_get_autocommit(_writer.Handle) == 0)
                Execute(_writer, "rollback");
        }
        catch (SqliteException)
        {
            // What still stands in the way refuses the next write too, and this is tried again after it.
        }
    }

    private static async Task InsertAsync(
        DbConnection connection,
        TraceId traceId,
        IReadOnlyList<EventRow> rows
    )
    {
        await using var insert = connection.CreateCommand();
        insert.CommandText =
            "insert into events (trace_id, seq, event_id, body) values (@trace_id, @seq, @event_id, @body)";
        var (trace, seq, eventId, body) = (
            Parameter(insert, "@trace_id"),
            Parameter(insert, "@seq"),
            Parameter(insert, "@event_id"),
            Parameter(insert, "@body")
        );
        trace.Value = traceId.Stored();
        foreach (var row in rows)
        {
            seq.Value = row.Seq;
            eventId.Value = row.EventId.Stored();
            body.Value = row.Body.ToArray();
            await insert.ExecuteNonQueryAsync();
        }
    }

    private static DbParameter Parameter(DbCommand command, string name)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        command.Parameters.Add(parameter);
        return parameter;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private abstract class Write
    {
        public Exception? Failure { get; protected set; }

        /// <summary>False where the write threw; its outcome is kept until the commit.</summary>
        public abstract Task<bool> RunAsync(DbConnection connection);
        public abstract void Acknowledge();
        public abstract void Refuse(Exception exception);
    }

    private sealed class Write<T>(Func<DbConnection, Task<T>> write) : Write
    {
        private readonly TaskCompletionSource<T> _done = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        private T? _outcome;

        public Task<T> Task => _done.Task;

        public override async Task<bool> RunAsync(DbConnection connection)
        {
            try
            {
                _outcome = await write(connection);
                return true;
            }
            catch (Exception exception)
            {
                Failure = exception;
                return false;
            }
        }

        public override void Acknowledge()
        {
            if (Failure is null)
                _done.SetResult(_outcome!);
            else
                _done.SetException(Failure);
        }

        public override void Refuse(Exception exception) => _done.SetException(Failure ?? exception);
    }
}
