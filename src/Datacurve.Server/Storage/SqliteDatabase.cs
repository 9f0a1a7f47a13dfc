using System.Collections.Concurrent;
using System.Data.Common;
using System.Threading.Channels;
using Datacurve.Core;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Datacurve.Server.Storage;

/// <summary>
/// The SQLite store: WAL, <c>synchronous=FULL</c>, any number of readers and one writer. The writer takes
/// what has queued up and commits it in one transaction, so that many requests share one flush to disk.
/// </summary>
/// <remarks>
/// Where a write throws, all that share its transaction run again, each under a savepoint of its own, so
/// that it undoes itself alone.
/// </remarks>
internal sealed class SqliteDatabase : Database
{
    private const int QueueLength = 4096;
    private const int WritesPerCommitMax = 512;
    private const int BusyTimeoutMs = 10_000;

    private readonly Channel<SqliteWrite> _writes = Channel.CreateBounded<SqliteWrite>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true }
    );
    private readonly ConcurrentQueue<SqlitePurge> _purges = new();
    private readonly string _readString;
    private readonly SqliteConnection _writer;
    private readonly SqliteStatements _statements;
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
        _statements = new SqliteStatements(_writer.Handle!);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>
    /// Opens the file, making it and its folder where absent, and brings its schema up to date.
    /// </summary>
    /// <exception cref="StartException">The file has a newer schema than this version knows.</exception>
    public static SqliteDatabase Open(string path)
    {
        OwnFolder.Make(Path.GetDirectoryName(Path.GetFullPath(path))!);
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
        var queued = new SqliteWrite<T>(write);
        await _writes.Writer.WriteAsync(queued, ct);
        return await queued.Task;
    }

    public override Task<bool> AppendAsync(
        TraceId traceId,
        IReadOnlyList<EventRow> rows,
        CancellationToken ct
    ) => WriteAsync(connection => AppendAsync(connection, traceId, rows), ct);

    // What a write is given is always the writer's connection.
    public override Task<bool> AppendAsync(
        DbConnection connection,
        TraceId traceId,
        IReadOnlyList<EventRow> rows
    )
    {
        if (!_statements.Advance(traceId, rows[0].Seq, rows[^1].Seq))
            return Task.FromResult(false);

        _statements.Insert(traceId, rows);
        return Task.FromResult(true);
    }

    public override string IsAny(string column, string parameter) => $"{column} in {parameter}";

    // Asking SQLite itself takes two calls; the reader asks for the type too, some of it twice.
    public override byte[] Bytes(DbDataReader rows, int column) =>
        raw.sqlite3_column_blob(((SqliteDataReader)rows).Handle, column).ToArray();

    public override async Task PurgeAsync(CancellationToken ct)
    {
        var purge = new SqlitePurge();
        _purges.Enqueue(purge);
        // It has its turn after the write that it comes with.
        await WriteAsync(_ => Task.FromResult(true), ct);
        await purge.Task;
    }

    public override async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        await _loop;
        _statements.Dispose();
        await _writer.DisposeAsync();
        SqliteConnection.ClearPool(new SqliteConnection(_readString));
    }

    private async Task RunAsync()
    {
        var batch = new List<SqliteWrite>(WritesPerCommitMax);
        while (await _writes.Reader.WaitToReadAsync())
        {
            // Taken before the transaction begins: a write that cannot even begin must be refused, not wait
            // on.
            while (batch.Count < WritesPerCommitMax && _writes.Reader.TryRead(out var write))
                batch.Add(write);
            await CommitAsync(batch);
            while (_purges.TryDequeue(out var purge))
                purge.Run(_writer);
            batch.Clear();
        }
    }

    private async Task CommitAsync(List<SqliteWrite> batch)
    {
        try
        {
            if (!await TryCommitTogetherAsync(batch))
                await CommitApartAsync(batch);
            foreach (var write in batch)
                write.Acknowledge();
        }
        catch (Exception exception)
        {
            RollBack();
            foreach (var write in batch)
                write.Refuse(exception);
        }
    }

    /// <summary>
    /// All writes in one transaction. False where one of them threw, and everything is undone: savepoints,
    /// which would undo it alone, make every page be copied first, and hardly ever does one throw.
    /// </summary>
    private async Task<bool> TryCommitTogetherAsync(List<SqliteWrite> batch)
    {
        _statements.Begin();
        foreach (var write in batch)
            if (!await write.RunAsync(_writer))
            {
                RollBack();
                return false;
            }

        _statements.Commit();
        return true;
    }

    /// <summary>All writes in one transaction, each under a savepoint of its own.</summary>
    private async Task CommitApartAsync(List<SqliteWrite> batch)
    {
        _statements.Begin();
        foreach (var write in batch)
        {
            _statements.Save();
            if (!await write.RunAsync(_writer))
            {
                // A full disk or a failed read ends the whole transaction inside SQLite.
                if (!_statements.InTransaction)
                    throw write.Failure!;
                _statements.Undo();
            }

            _statements.Release();
        }

        _statements.Commit();
    }

    private void RollBack()
    {
        try
        {
            if (_statements.InTransaction)
                _statements.RollBack();
        }
        catch (SqliteException)
        {
            // What still stands in the way refuses the next write too, and this is tried again after it.
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
