using System.Data.Common;
using System.Runtime.CompilerServices;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Originals;

/// <summary>
/// The originals of a trace's events and of the documents that open and end it, in rows of their own: they
/// are written with what they are originals of, in one transaction, and stay when the trace is sealed.
/// </summary>
internal sealed class TraceOriginals(Database database, ProjectModes modes, RawKeys keys)
{
    /// <summary>The body that opened the trace.</summary>
    public const string Opened = "opened";

    /// <summary>The final state that ended it.</summary>
    public const string Ended = "ended";

    private const int PageLength = 100;
    private const int PageBytes = 1 << 20;

    /// <summary>Seals the events that redaction changed, where the trace's project keeps originals.</summary>
    /// <exception cref="NoRawKeyException">It does, and this process has no key.</exception>
    public async ValueTask<IReadOnlyList<EventRow>> SealAsync(TraceId traceId, IReadOnlyList<EventRow> rows)
    {
        if (rows.All(row => row.Sent is null) || await modes.KeyOfAsync(traceId) is not { } key)
            return rows;
        return
        [
            .. rows.Select(row =>
                row.Sent is { } sent
                    ? row with
                    {
                        Original = OriginalWriter.Seal(
                            key,
                            OriginalFormat.OfEvent(traceId, row.Seq),
                            sent.Span
                        ),
                    }
                    : row
            ),
        ];
    }

    /// <summary>Seals a document of a trace; null where its project keeps no originals.</summary>
    /// <exception cref="NoRawKeyException">It does, and this process has no key.</exception>
    public async ValueTask<byte[]?> SealAsync(
        ProjectId project,
        TraceId traceId,
        string kind,
        ReadOnlyMemory<byte> sent
    ) =>
        await modes.KeyOfAsync(project) is { } key
            ? OriginalWriter.Seal(key, OriginalFormat.OfDocument(traceId, kind), sent.Span)
            : null;

    /// <summary>Stores the originals of rows, in the write that stores the rows.</summary>
    public static Task AddAsync(DbConnection connection, TraceId traceId, IReadOnlyList<EventRow> rows) =>
        connection.ExecuteAsync(
            "insert into event_originals (trace_id, seq, original) values (@traceId, @Seq, @Original)",
            rows.Where(row => row.Original is not null)
                .Select(row => new
                {
                    traceId = traceId.Stored(),
                    row.Seq,
                    row.Original,
                })
        );

    /// <summary>Stores the original of a document, in the write that stores the document.</summary>
    /// <param name="original">Null stores none.</param>
    public static async Task AddAsync(DbConnection connection, TraceId traceId, string kind, byte[]? original)
    {
        if (original is not null)
            await connection.ExecuteAsync(
                "insert into document_originals (trace_id, kind, original) values (@traceId, @kind, @original)",
                new
                {
                    traceId = traceId.Stored(),
                    kind,
                    original,
                }
            );
    }

    /// <summary>The original of a document; null where none is kept.</summary>
    /// <exception cref="OriginalKeyException">It was sealed with a key that is not here.</exception>
    /// <exception cref="OriginalDamagedException">It does not open.</exception>
    public async Task<byte[]?> DocumentAsync(TraceId traceId, string kind, CancellationToken ct)
    {
        var original = await database.ReadAsync(connection =>
            connection.ExecuteScalarAsync<byte[]?>(
                "select original from document_originals where trace_id = @traceId and kind = @kind",
                new { traceId = traceId.Stored(), kind }
            )
        );
        return original is null
            ? null
            : await OriginalStream.ReadAsync(original, keys, OriginalFormat.OfDocument(traceId, kind), ct);
    }

    /// <summary>The originals of events, in seq order; a page at a time.</summary>
    /// <inheritdoc cref="DocumentAsync" path="/exception"/>
    public async IAsyncEnumerable<StoredEvent> EventsAsync(
        TraceId traceId,
        long afterSeq,
        long throughSeq,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        while (await PageAsync(traceId, afterSeq, throughSeq) is { Count: > 0 } page)
        {
            foreach (var (seq, original) in page)
            {
                var context = OriginalFormat.OfEvent(traceId, seq);
                yield return new StoredEvent(
                    seq,
                    await OriginalStream.ReadAsync(original, keys, context, ct)
                );
            }

            afterSeq = page[^1].Seq;
        }
    }

    /// <summary>Refuses before anything is answered what could not be answered whole.</summary>
    /// <exception cref="OriginalKeyException">An event's original was sealed with a key that is not
    /// here.</exception>
    public async Task RequireKeysAsync(TraceId traceId)
    {
        var used = await database.ReadAsync(connection =>
            connection.QueryAsync<byte[]>(
                """
                select distinct substr(original, @from, @length) from event_originals
                where trace_id = @traceId
                """,
                new
                {
                    traceId = traceId.Stored(),
                    from = OriginalFormat.KeyIdAt + 1,
                    length = RawKey.IdBytes,
                }
            )
        );
        if (used.FirstOrDefault(id => keys.Find(id) is null) is { } unknown)
            throw new OriginalKeyException(unknown);
    }

    private Task<List<(long Seq, byte[] Original)>> PageAsync(
        TraceId traceId,
        long afterSeq,
        long throughSeq
    ) =>
        database.ReadAsync(async connection =>
        {
            await using var rows = await connection.ExecuteReaderAsync(
                """
                select seq, original from event_originals
                where trace_id = @traceId and seq > @afterSeq and seq <= @throughSeq
                order by seq limit @limit
                """,
                new
                {
                    traceId = traceId.Stored(),
                    afterSeq,
                    throughSeq,
                    limit = PageLength,
                }
            );
            var page = new List<(long Seq, byte[] Original)>();
            for (
                var bytes = 0;
                bytes < PageBytes && await rows.ReadAsync();
                bytes += page[^1].Original.Length
            )
                page.Add((rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)));
            return page;
        });
}
