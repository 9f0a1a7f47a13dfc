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

    /// <param name="traceId">The trace; none that is unknown has events.</param>
    /// <param name="afterSeq">The last seq that is not wanted.</param>
    /// <param name="throughSeq">The last seq that is wanted.</param>
    /// <exception cref="BlobCorruptException">The trace is sealed, and its blob is damaged.</exception>
    /// <exception cref="SealedTraceException">The trace is sealed, and its blob is missing or none.</exception>
    public async IAsyncEnumerable<StoredEvent> ReadAsync(
        TraceId traceId,
        long afterSeq,
        long throughSeq,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        while (true)
        {
            var (page, sealedIn) = await PageAsync(traceId, afterSeq, throughSeq);
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
                continue;
            }

            await using var reader = await OpenAsync(sealedIn!.Value, ct);
            await foreach (var stored in reader.ReadAsync(afterSeq, throughSeq, ct))
                yield return stored;
            yield break;
        }
    }

    /// <summary>A sealed trace's blob, to be read.</summary>
    public async Task<SealedReader> OpenAsync(BlobId blobId, CancellationToken ct) =>
        await SealedReader.OpenAsync(
            await blobs.OpenAsync(blobId, ct) ?? throw new SealedTraceException($"{blobId} is not held"),
            ct
        );

    // Rows leave the table in the transaction that names their blob: a page that finds none finds the name.
    private Task<(List<StoredEvent> Page, BlobId? SealedIn)> PageAsync(
        TraceId traceId,
        long afterSeq,
        long throughSeq
    ) =>
        database.ReadAsync(async connection =>
        {
            var rows = connection.QueryUnbufferedAsync<StoredEvent>(
                """
                select seq, body from events
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
            var page = new List<StoredEvent>();
            var bytes = 0;
            await foreach (var row in rows)
            {
                page.Add(row);
                bytes += row.Body.Length;
                if (bytes >= PageBytes)
                    break;
            }

            if (page.Count > 0)
                return (page, (BlobId?)null);
            var hash = await connection.ExecuteScalarAsync<byte[]?>(
                "select sealed_hash from traces where trace_id = @traceId",
                new { traceId = traceId.Stored() }
            );
            return (page, hash is null ? null : BlobId.FromHash(hash));
        });
}

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
