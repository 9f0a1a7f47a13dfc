using System.Data.Common;
using System.Text;
using System.Text.Json;
using Dapper;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Redaction;
using Datacurve.Server.Blobs;
using Datacurve.Server.Privacy;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Qa.Pipeline;

/// <summary>
/// Replaces secrets that a client has cut in two between chunks of output. Each chunk is a blob that was
/// redacted by itself, before anybody said what it follows; when the trace is finalized that is known. The
/// trace then names other blobs in their place, and nobody's blob is changed.
/// </summary>
/// <remarks>
/// May run twice, on two machines: the same chunks give the same blobs, and an event that names them already
/// stays as it is.
/// </remarks>
internal sealed class OutputSeams(Database database, IBlobStore blobs)
{
    /// <returns>Whether events of the trace have changed.</returns>
    public async Task<bool> MendAsync(QaSubject subject, CancellationToken ct)
    {
        if (subject.Cleanser is not { } cleanser || !subject.Consent.StoreTerminalOutput)
            return false;
        var hasChanged = false;
        foreach (var run in Runs(subject.Events).Where(run => run.Count > 1))
            hasChanged |= await MendAsync(subject.TraceId, run, cleanser, ct);
        return hasChanged;
    }

    /// <summary>
    /// The chunks that follow one another: of one stream of what was run together or, where nothing says so,
    /// until the next command.
    /// </summary>
    private static List<List<Chunk>> Runs(IReadOnlyList<TraceEvent> events)
    {
        var runs = new List<List<Chunk>>();
        var open = new Dictionary<(OutputStream Stream, string? Correlation), List<Chunk>>();
        foreach (var one in events)
        {
            if (one.Payload is TerminalCommand)
                foreach (var key in open.Keys.Where(key => key.Correlation is null))
                    open.Remove(key);
            if (one.Payload is not TerminalOutput output)
                continue;
            var run = (output.Stream, one.Context?.CorrelationId);
            if (output.IsTruncated || !open.ContainsKey(run))
                runs.Add(open[run] = []);
            open[run].Add(new Chunk(one.Seq, output.ChunkBlobId));
        }

        return runs;
    }

    private async Task<bool> MendAsync(
        TraceId traceId,
        List<Chunk> run,
        Cleanser cleanser,
        CancellationToken ct
    )
    {
        var report = cleanser.NewReport();
        var seams = new SeamRedaction(cleanser, report);
        foreach (var chunk in run)
            seams.Add(await EndsAsync(chunk.BlobId, ct));
        var mended = new List<(Chunk Chunk, BlobId With)>();
        foreach (var edits in seams.Complete().GroupBy(edit => edit.Piece))
            if (await StoreAsync(run[edits.Key], [.. edits], ct) is { } stored)
                mended.Add((run[edits.Key], stored));
        return mended.Count > 0
            && await database.WriteAsync(connection => RenameAsync(connection, traceId, mended, report), ct);
    }

    // What is missing or damaged is another's finding; here it only ends a line.
    private async Task<PieceEnds> EndsAsync(BlobId blobId, CancellationToken ct)
    {
        try
        {
            if (await blobs.OpenAsync(blobId, ct) is { } content)
                await using (content)
                    return await PieceEnds.ReadAsync(content, ct);
        }
        catch (BlobCorruptException)
        {
            // As one that is missing.
        }
        return new PieceEnds(default, default, 0, IsOneLine: false);
    }

    private async Task<BlobId?> StoreAsync(Chunk chunk, List<SeamEdit> edits, CancellationToken ct)
    {
        if (await blobs.OpenAsync(chunk.BlobId, ct) is not { } content)
            return null;
        await using (content)
        await using (var mended = new SplicedStream(content, edits))
            return (await blobs.PutAsync(mended, expected: null, ct)).Name;
    }

    private static async Task<bool> RenameAsync(
        DbConnection connection,
        TraceId traceId,
        List<(Chunk Chunk, BlobId With)> mended,
        RedactionReport report
    )
    {
        // Locked, so that neither an erasure nor the seal comes in between.
        var stands = await connection.ExecuteAsync(
            "update traces set status = status where trace_id = @traceId and sealed_hash is null",
            new { traceId = traceId.Stored() }
        );
        if (stands == 0)
            return false;
        var renamed = 0;
        foreach (var (chunk, with) in mended)
            renamed += await RenameAsync(connection, traceId, chunk, with);
        if (renamed > 0)
            await RedactionCounts.AddAsync(connection, traceId, report);
        return renamed > 0;
    }

    private static async Task<int> RenameAsync(
        DbConnection connection,
        TraceId traceId,
        Chunk chunk,
        BlobId with
    )
    {
        var at = new { traceId = traceId.Stored(), seq = chunk.Seq };
        var body = await connection.QuerySingleAsync<byte[]>(
            "select body from events where trace_id = @traceId and seq = @seq",
            at
        );
        if (Named(body, chunk.BlobId, with) is not { } renamed)
            return 0;
        await connection.ExecuteAsync(
            "update events set body = @renamed where trace_id = @traceId and seq = @seq",
            new
            {
                at.traceId,
                at.seq,
                renamed,
            }
        );
        // No event names the chunk any more: an erasure of the trace knows it by this.
        var stored = await connection.ExecuteScalarAsync<byte[]?>(
            """
            select p.stored_hash from project_blobs p join traces t on t.project_id = p.project_id
            where t.trace_id = @traceId and p.hash = @hash
            """,
            new { at.traceId, hash = chunk.BlobId.Stored() }
        );
        await TracePieces.NoteMadeAsync(connection, traceId, stored ?? chunk.BlobId.Stored());
        return 1;
    }

    /// <summary>The body with another chunk; null where it does not name this one.</summary>
    private static byte[]? Named(byte[] body, BlobId chunk, BlobId with)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 128 });
        var isPayload = false;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth > 2)
                continue;
            if (reader.CurrentDepth == 1)
                isPayload = reader.ValueTextEquals("payload"u8);
            else if (isPayload && reader.ValueTextEquals("chunk_blob_id"u8))
            {
                reader.Read();
                return reader.ValueTextEquals(chunk.ToString())
                    ?
                    [
                        .. body.AsSpan(0, (int)reader.TokenStartIndex),
                        .. Encoding.UTF8.GetBytes($"\"{with}\""),
                        .. body.AsSpan((int)reader.BytesConsumed),
                    ]
                    : null;
            }
        }

        return null;
    }

    private readonly record struct Chunk(long Seq, BlobId BlobId);
}
