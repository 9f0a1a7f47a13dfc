using System.Data.Common;
using Datacurve.Core;
using Datacurve.Core.Redaction;

namespace Datacurve.Server.Storage;

/// <summary>
/// The rows of the service, on SQLite or PostgreSQL. Every statement stands beside its use and is written for
/// both; only what one engine does faster in its own way is a method here.
/// </summary>
/// <remarks>
/// A task returned by a write completes after the commit: what it acknowledges is on disk. What an engine
/// throws is told apart by <see cref="StoreFaults"/>.
/// </remarks>
internal abstract class Database : IAsyncDisposable
{
    /// <summary>
    /// Opens the store that the options name, making it where absent, and brings its schema up to date.
    /// </summary>
    /// <exception cref="StartException">It cannot be reached, is no store, or has a newer schema than this
    /// version knows.</exception>
    public static Database Open(Options options) =>
        options.PostgresConnection is { } connection
            ? PostgresDatabase.Open(connection, options.DatabaseConnectionsMax)
            : SqliteDatabase.Open(options.DatabasePath);

    /// <summary>
    /// Runs a read on a connection of its own. It sees every write that was acknowledged before. It may run
    /// again where the connection was lost.
    /// </summary>
    public abstract Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read);

    /// <summary>
    /// Runs a write in a transaction and completes when it is durable. The write must not await anything but
    /// its connection, and changes nothing else: it runs again where the engine undid it.
    /// </summary>
    /// <remarks>
    /// On PostgreSQL writes run at the same time, each statement on what was committed before it: a write
    /// that reads before it changes locks its row first.
    /// </remarks>
    public abstract Task<T> WriteAsync<T>(Func<DbConnection, Task<T>> write, CancellationToken ct);

    /// <summary>
    /// Appends rows whose seqs rise strictly to a trace that is collecting and holds nothing from the first
    /// seq on: its last seq and the rows change together or not at all. Also what orders appends against each
    /// other and against a finalize.
    /// </summary>
    /// <returns>False where the trace is not so, and nothing changed.</returns>
    public abstract Task<bool> AppendAsync(
        TraceId traceId,
        IReadOnlyList<EventRow> rows,
        CancellationToken ct
    );

    /// <summary>The same inside a write.</summary>
    public abstract Task<bool> AppendAsync(
        DbConnection connection,
        TraceId traceId,
        IReadOnlyList<EventRow> rows
    );

    /// <summary>
    /// The condition that a column is one of the values of an array parameter: the one thing that the two
    /// engines, and Dapper for them, say differently.
    /// </summary>
    public abstract string IsAny(string column, string parameter);

    /// <summary>
    /// Completes when every write of the table that is under way has ended. Where writes run at the same time
    /// ids rise as rows are written, and not as they are committed: who pages by ids reads through the last
    /// that was there before this, and misses none. Nobody is held up by it.
    /// </summary>
    public virtual Task SettleAsync(DbConnection connection, string table) => Task.CompletedTask;

    /// <summary>The bytes of a column of the row that a reader stands on; never null.</summary>
    public virtual byte[] Bytes(DbDataReader rows, int column) => rows.GetFieldValue<byte[]>(column);

    /// <summary>
    /// Makes the files of the store forget what was deleted before this: rows that are gone must not be found
    /// in free pages or in a log. Writes wait meanwhile.
    /// </summary>
    /// <remarks>
    /// SQLite is written anew, and needs the room for it. A server of PostgreSQL has files of its own and its
    /// own times to clear them, which docs/security.md tells: there this does nothing.
    /// </remarks>
    /// <exception cref="TimeoutException">Somebody went on reading; nothing is wrong, and a later try
    /// works.</exception>
    public abstract Task PurgeAsync(CancellationToken ct);

    public abstract ValueTask DisposeAsync();
}

/// <summary>One event ready to be stored: its body is the JSON that is given back.</summary>
internal sealed record EventRow(long Seq, Guid EventId, ReadOnlyMemory<byte> Body)
{
    /// <summary>What was replaced in it; null where nothing was.</summary>
    public RedactionReport? Redaction { get; init; }

    /// <summary>
    /// The JSON without that; null where nothing was replaced. It is in memory alone, and never stored so.
    /// </summary>
    public ReadOnlyMemory<byte>? Sent { get; init; }

    /// <summary>The same sealed, where it is kept.</summary>
    public byte[]? Original { get; init; }

    /// <summary>The blobs that it names and that may not be stored.</summary>
    public IReadOnlyCollection<BlobId> Withheld { get; init; } = [];
}
