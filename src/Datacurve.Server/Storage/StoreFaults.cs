using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace Datacurve.Server.Storage;

/// <summary>What an exception of either engine means to who called it.</summary>
internal static class StoreFaults
{
    /// <summary>A key or a unique index holds the value already; the write was undone.</summary>
    public static bool IsTaken(Exception exception) =>
        exception
            is SqliteException { SqliteErrorCode: raw.SQLITE_CONSTRAINT }
                or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    /// <summary>
    /// The store takes nothing now and may again in a moment: another process holds it, its disk or the way
    /// to it fails, it restarts, has no connection free, or this process is about to end.
    /// </summary>
    public static bool IsAway(Exception exception) =>
        exception switch
        {
            SqliteException sqlite => sqlite.SqliteErrorCode
                is raw.SQLITE_BUSY
                    or raw.SQLITE_LOCKED
                    or raw.SQLITE_IOERR
                    or raw.SQLITE_CANTOPEN,
            PostgresException postgres => !IsFull(postgres)
                && (postgres.IsTransient || HasEnded(postgres) || IsAway(postgres.SqlState)),
            // The connection failed, or an answer did not come in time; what the server says itself is above.
            NpgsqlException => true,
            _ => exception is ChannelClosedException,
        };

    /// <summary>
    /// The disk of the store is full; nothing was stored. A server that ends over it, because its log does
    /// not fit either, is away instead: what it was about to commit may be found when it recovers.
    /// </summary>
    public static bool IsFull(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: raw.SQLITE_FULL }
        || (exception is PostgresException { SqlState: PostgresErrorCodes.DiskFull } full && !HasEnded(full));

    /// <summary>What the database has on its disk is not what it wrote.</summary>
    public static bool IsDamaged(Exception exception) =>
        exception
            is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB }
                or PostgresException
                {
                    SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted
                };

    /// <summary>A text that PostgreSQL cannot hold: it has the character NUL.</summary>
    public static bool IsUnstorable(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire };

    /// <summary>
    /// The server ended the session, or let it not begin, whatever for: the code of one that could not write
    /// a file of its own is that of an error inside it.
    /// </summary>
    private static bool HasEnded(PostgresException exception) =>
        exception.InvariantSeverity is "FATAL" or "PANIC";

    private static bool IsAway(string sqlState) =>
        sqlState
            is PostgresErrorCodes.ReadOnlySqlTransaction
                or PostgresErrorCodes.QueryCanceled
                or PostgresErrorCodes.LockNotAvailable
                or PostgresErrorCodes.SerializationFailure
                or PostgresErrorCodes.DeadlockDetected
        || sqlState.StartsWith("08", StringComparison.Ordinal)
        || sqlState.StartsWith("53", StringComparison.Ordinal)
        || sqlState.StartsWith("57P", StringComparison.Ordinal);
}
