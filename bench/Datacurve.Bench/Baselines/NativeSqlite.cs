using System.Diagnostics;
using SQLitePCL;

namespace Datacurve.Bench.Baselines;

/// <summary>
/// A loop over SQLite's own interface, with nothing above it: one prepared insert, so many rows a
/// transaction, durable. The same library, schema and pragmas as the server's, and the rows that it stored.
/// </summary>
internal sealed class NativeSqlite : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _begin;
    private readonly sqlite3_stmt _insert;
    private readonly sqlite3_stmt _commit;
    private readonly IReadOnlyList<StoredRow> _rows;
    private byte[] _traceId = [];
    private int _next;

    static NativeSqlite() => Batteries_V2.Init();

    /// <param name="path">A database that has the schema.</param>
    /// <param name="rows">What every trace gets, in order.</param>
    /// <param name="durable">Whether a commit waits for the disk.</param>
    public NativeSqlite(string path, IReadOnlyList<StoredRow> rows, bool durable = true)
    {
        _rows = rows;
        Check(raw.sqlite3_open(path, out _database));
        Execute("pragma journal_mode=wal");
        Execute(durable ? "pragma synchronous=full" : "pragma synchronous=off");
        _begin = Prepare("begin immediate");
        _insert = Prepare("insert into events (trace_id, seq, event_id, body) values (?, ?, ?, ?)");
        _commit = Prepare("commit");
    }

    /// <summary>Runs for so many seconds; gives the rows committed a second.</summary>
    public Task<double> RunAsync(double seconds, int rowsPerTransaction) =>
        Task.Run(() =>
        {
            var started = Stopwatch.GetTimestamp();
            long written = 0;
            for (; Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; written += rowsPerTransaction)
                Write(rowsPerTransaction);
            return written / Stopwatch.GetElapsedTime(started).TotalSeconds;
        });

    /// <summary>One transaction of so many rows.</summary>
    public void Write(int count)
    {
        Step(_begin);
        for (var i = 0; i < count; i++)
            Insert();
        Step(_commit);
    }

    /// <summary>Gives every trace that has events its row, copied from the one that a server made.</summary>
    public void AddTraces() =>
        Execute(
            """
            insert into traces (trace_id, created_at_ms, status, seq_last, repo_id, developer_id, document,
                ingestion)
            select held.trace_id, made.created_at_ms, 'collecting', made.seq_last, made.repo_id,
                made.developer_id, made.document, made.ingestion
            from (select distinct trace_id from events) held
            cross join (select * from traces where seq_last > 0 limit 1) made
            where held.trace_id not in (select trace_id from traces)
            """
        );

    public void Execute(string sql)
    {
        using var statement = Prepare(sql);
        while (raw.sqlite3_step(statement) == raw.SQLITE_ROW) { }
    }

    public void Dispose()
    {
        _begin.Dispose();
        _insert.Dispose();
        _commit.Dispose();
        _database.Dispose();
    }

    private void Insert()
    {
        if (_next % _rows.Count == 0)
            _traceId = Guid.CreateVersion7().ToByteArray(bigEndian: true);
        var row = _rows[_next++ % _rows.Count];
        raw.sqlite3_bind_blob(_insert, 1, _traceId);
        raw.sqlite3_bind_int64(_insert, 2, row.Seq);
        raw.sqlite3_bind_blob(_insert, 3, row.EventId);
        raw.sqlite3_bind_blob(_insert, 4, row.Body);
        Step(_insert);
    }

    private void Step(sqlite3_stmt statement)
    {
        if (raw.sqlite3_step(statement) != raw.SQLITE_DONE)
            throw new InvalidOperationException(raw.sqlite3_errmsg(_database).utf8_to_string());
        raw.sqlite3_reset(statement);
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_database, sql, out var statement));
        return statement;
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw new InvalidOperationException(
                _database is null ? $"SQLite error {code}" : raw.sqlite3_errmsg(_database).utf8_to_string()
            );
    }
}
