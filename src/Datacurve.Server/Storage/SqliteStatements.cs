using Datacurve.Core;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Datacurve.Server.Storage;

/// <summary>
/// The statements of the append path, prepared once on the writer's connection and used by SQLite's own
/// interface: on this path, what a command object adds to a row costs as much as the row.
/// </summary>
/// <remarks>Every method throws a <see cref="SqliteException"/> where SQLite refuses.</remarks>
internal sealed class SqliteStatements(sqlite3 database) : IDisposable
{
    private readonly sqlite3_stmt _begin = Prepare(database, "begin immediate");
    private readonly sqlite3_stmt _commit = Prepare(database, "commit");
    private readonly sqlite3_stmt _rollBack = Prepare(database, "rollback");
    private readonly sqlite3_stmt _save = Prepare(database, "savepoint one");
    private readonly sqlite3_stmt _undo = Prepare(database, "rollback to one");
    private readonly sqlite3_stmt _release = Prepare(database, "release one");
    private readonly sqlite3_stmt _advance = Prepare(
        database,
        "update traces set seq_last = ? where trace_id = ? and status = 'collecting' and seq_last < ?"
    );
    private readonly sqlite3_stmt _insert = Prepare(
        database,
        "insert into events (trace_id, seq, event_id, body) values (?, ?, ?, ?)"
    );

    /// <summary>False after a full disk or a failed read, which end the transaction inside SQLite.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(database) == 0;

    public void Begin() => Step(_begin);

    public void Commit() => Step(_commit);

    public void RollBack() => Step(_rollBack);

    /// <summary>Begins a part of the transaction that can be undone by itself.</summary>
    public void Save() => Step(_save);

    /// <summary>Undoes the part; it has to be released all the same.</summary>
    public void Undo() => Step(_undo);

    public void Release() => Step(_release);

    /// <summary>
    /// Moves the trace's last seq. False where it is not collecting or holds the first seq or more.
    /// </summary>
    public bool Advance(TraceId traceId, long first, long last)
    {
        Span<byte> id = stackalloc byte[16];
        traceId.Value.TryWriteBytes(id, bigEndian: true, out _);
        raw.sqlite3_bind_int64(_advance, 1, last);
        raw.sqlite3_bind_blob(_advance, 2, id);
        raw.sqlite3_bind_int64(_advance, 3, first);
        Step(_advance);
        return raw.sqlite3_changes(database) == 1;
    }

    public void Insert(TraceId traceId, IReadOnlyList<EventRow> rows)
    {
        Span<byte> id = stackalloc byte[16];
        traceId.Value.TryWriteBytes(id, bigEndian: true, out _);
        raw.sqlite3_bind_blob(_insert, 1, id);
        foreach (var row in rows)
        {
            row.EventId.TryWriteBytes(id, bigEndian: true, out _);
            raw.sqlite3_bind_int64(_insert, 2, row.Seq);
            raw.sqlite3_bind_blob(_insert, 3, id);
            raw.sqlite3_bind_blob(_insert, 4, row.Body.Span);
            Step(_insert);
        }
    }

    public void Dispose()
    {
        foreach (
            var statement in (sqlite3_stmt[])
                [_begin, _commit, _rollBack, _save, _undo, _release, _advance, _insert]
        )
            statement.Dispose();
    }

    private static sqlite3_stmt Prepare(sqlite3 database, string sql)
    {
        SqliteException.ThrowExceptionForRC(
            raw.sqlite3_prepare_v2(database, sql, out var statement),
            database
        );
        return statement;
    }

    private void Step(sqlite3_stmt statement)
    {
        var code = raw.sqlite3_step(statement);
        // The reset repeats the step's error, and without it the statement would keep its locks.
        var reset = raw.sqlite3_reset(statement);
        if (code != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(reset == raw.SQLITE_OK ? code : reset, database);
    }
}
