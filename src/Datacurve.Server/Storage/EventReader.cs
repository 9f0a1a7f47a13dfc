using System.Data.Common;
using System.Runtime.CompilerServices;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage.Sealing;

namespace Datacurve.Server.Storage;

/// <summary>
/// Reads a trace's events in seq order, from the table or, where the trace is sealed, from its blob; who
/// reads does not notice which, also where a trace is sealed meanwhile. A page or a chunk at a time: memory
/// does not grow with the trace, and a slow reader holds no transaction open.
/// </summary>
internal sealed class EventReader(Database database, IBlobStore blobs)
{
    private const int PageLength = 500;
    private const int PageBytes = 1 << 20;

    // How large the events are is seen with the first page.
    private const int FirstPageLength = 100;

    /// <param name="traceId">The trace; none that is unknown has events.</param>
    /// <param name="afterSeq">The last seq that is not wanted.</param>
    /// <param name="throughSeq">The last seq that is wanted.</param>
    /// <exception cref="BlobCorruptException">The trace is sealed, and its blob is damaged.</exception>
    /// <exception cref="SealedTraceException">The trace is sealed, and its blob is missing or none.</exception>
    public IAsyncEnumerable<StoredEvent> ReadAsync(
        TraceId traceId,
        long afterSeq,
        long throughSeq,
        CancellationToken ct
    ) => ReadAsync(traceId, afterSeq, throughSeq, untilErased: false, ct);

    /// <summary>
    /// The same for an answer, with the first event read when this completes: damage is known before an
    /// answer begins. Who asks for the events enumerates them, once.
    /// </summary>
    /// <exception cref="TraceErasedException">The trace has been erased, maybe since the answer began: one
    /// that went on without what is gone would look whole.</exception>
    public async Task<IAsyncEnumerable<StoredEvent>> BeginAsync(
        TraceId traceId,
        long afterSeq,
        long throughSeq,
        CancellationToken ct
    )
    {
        var begun = ReadAsync(traceId, afterSeq, throughSeq, untilErased: true, ct).GetAsyncEnumerator(ct);
        return RestAsync(begun, await begun.MoveNextAsync());
    }

    /// <summary>A sealed trace's blob, to be read.</summary>
    public async Task<SealedReader> OpenAsync(BlobId blobId, CancellationToken ct) =>
        await SealedReader.OpenAsync(
            await blobs.OpenAsync(blobId, ct) ?? throw new SealedTraceException($"{blobId} is not held"),
            ct
        );

    private async IAsyncEnumerable<StoredEvent> ReadAsync(
        TraceId traceId,
        long afterSeq,
        long throughSeq,
        bool untilErased,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var limit = FirstPageLength;
        while (true)
        {
            var (page, sealedIn) = await PageAsync(traceId, afterSeq, throughSeq, limit);
            // Asked behind the page, of which an erasure may have taken a part.
            if (untilErased)
                await RequireAsync(traceId);
            foreach (var stored in page)
            {
                ct.ThrowIfCancellationRequested();
                yield return stored;
            }

            if (page.Count == 0 && sealedIn is not { } blobId)
                yield break;
            if (page.Count > 0)
            {
                afterSeq = page[^1].Seq;
                limit = NextLimit(page);
                continue;
            }

            await using var reader = await OpenAsync(sealedIn!.Value, ct);
            var unasked = 0;
            await foreach (var stored in reader.ReadAsync(afterSeq, throughSeq, ct))
            {
                unasked += stored.Body.Length;
                if (untilErased && unasked >= PageBytes)
                {
                    // A file that is open is there to its end, also where it was deleted.
                    await RequireAsync(traceId);
                    unasked = 0;
                }

                yield return stored;
            }

            yield break;
        }
    }

    private async Task RequireAsync(TraceId traceId)
    {
        var isThere = await database.ReadAsync(connection =>
            connection.ExecuteScalarAsync<long>(
                "select count(*) from traces where trace_id = @traceId and project_id <> @erased",
                new { traceId = traceId.Stored(), erased = ProjectId.Erased.Value.Stored() }
            )
        );
        if (isThere == 0)
            throw new TraceErasedException();
    }

    private static async IAsyncEnumerable<StoredEvent> RestAsync(
        IAsyncEnumerator<StoredEvent> begun,
        bool any
    )
    {
        await using (begun)
            for (; any; any = await begun.MoveNextAsync())
                yield return begun.Current;
    }

    // Rows leave the table in the transaction that names their blob: a page that finds none finds the name.
    private Task<(List<StoredEvent> Page, BlobId? SealedIn)> PageAsync(
        TraceId traceId,
        long afterSeq,
        long throughSeq,
        int limit
    ) =>
        database.ReadAsync(async connection =>
        {
            var page = await RowsAsync(connection, traceId, afterSeq, throughSeq, limit);
            if (page.Count > 0)
                return (page, (BlobId?)null);

            var hash = await connection.ExecuteScalarAsync<byte[]?>(
                "select sealed_hash from traces where trace_id = @traceId",
                new { traceId = traceId.Stored() }
            );
            return (page, hash is null ? null : BlobId.FromHash(hash));
        });

    private async Task<List<StoredEvent>> RowsAsync(
        DbConnection connection,
        TraceId traceId,
        long afterSeq,
        long throughSeq,
        int limit
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """
            select seq, body from events
            where trace_id = @traceId and seq > @afterSeq and seq <= @throughSeq
            order by seq limit @limit
            """;
        Add(command, "@traceId", traceId.Stored());
        Add(command, "@afterSeq", afterSeq);
        Add(command, "@throughSeq", throughSeq);
        Add(command, "@limit", limit);
        await using var rows = await command.ExecuteReaderAsync();
        var page = new List<StoredEvent>(limit);
        var bytes = 0;
        for (; bytes < PageBytes && await rows.ReadAsync(); bytes += page[^1].Body.Length)
            page.Add(new StoredEvent(rows.GetInt64(0), database.Bytes(rows, 1)));
        // A server that is not told goes on sending what a page ends before. To tell PostgreSQL takes a
        // connection of its own.
        if (bytes >= PageBytes && page.Count < limit)
            command.Cancel();
        return page;
    }

    /// <summary>
    /// As many events as a page's bytes hold, if the next are like these: what a page ends before was asked
    /// for in vain.
    /// </summary>
    private static int NextLimit(List<StoredEvent> page) =>
        (int)
            Math.Clamp(
                PageBytes * (long)page.Count / (1 + page.Sum(e => (long)e.Body.Length)),
                1,
                PageLength
            );

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}

/// <summary>The trace was erased while it was read.</summary>
internal sealed class TraceErasedException() : Exception("the trace was erased");

/// <summary>An event as it is stored and given back.</summary>
internal sealed record StoredEvent(long Seq, byte[] Body)
{
    /// <summary>
    /// The body in one line. JSON has line breaks between tokens only, so each may become a space.
    /// </summary>
    public byte[] Line()
    {
        if (Body.AsSpan().IndexOfAny((byte)'\n', (byte)'\r') < 0)
            return Body;

        var line = (byte[])Body.Clone();
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        return line;
    }
}
