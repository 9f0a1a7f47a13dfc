using System.Data.Common;
using System.Text;
using System.Text.Json;
using Dapper;
using Datacurve.Core;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;
using Datacurve.Core.Redaction;
using Datacurve.Core.Redaction.Documents;
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
/// stays as it is. Only a trace that is being finalized changes: another may be sealed meanwhile.
/// </remarks>
internal sealed class OutputSeams(
    Database database,
    IBlobStore blobs,
    CurrentProject project,
    Options options,
    ILogger<OutputSeams> log
)
{
    private const int PageLength = 500;
    private const long RememberedBytesMin = 1 << 20;

    /// <returns>Whether events of the trace have changed.</returns>
    public async Task<bool> MendAsync(QaSubject subject, CancellationToken ct)
    {
        if (subject.Cleanser is not { } cleanser || !subject.Consent.StoreTerminalOutput)
            return false;
        var runs = Runs(subject.Events).Where(run => run.Count > 1).ToList();
        if (
            runs.Count == 0
            || !await database.ReadAsync(connection => IsFinalizingAsync(connection, subject))
        )
            return false;
        var trace = new Trace(subject.TraceId, cleanser) { RoomBytes = options.Limits.BlobBytesMax };
        var hasChanged = false;
        foreach (var run in runs)
            hasChanged |= await MendAsync(trace, run, ct);
        return hasChanged;
    }

    private async Task<bool> IsFinalizingAsync(DbConnection connection, QaSubject subject) =>
        await connection.ExecuteScalarAsync<string?>(
            "select status from traces where trace_id = @traceId and project_id = @project",
            new { traceId = subject.TraceId.Stored(), project = project.Id.Value.Stored() }
        ) == "finalizing";

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
            var correlation = one.Context?.CorrelationId;
            if (one.Payload is TerminalCommand)
                foreach (
                    var key in open.Keys.Where(key =>
                        key.Correlation is null || key.Correlation == correlation
                    )
                )
                    open.Remove(key);
            if (one.Payload is not TerminalOutput output)
                continue;
            var run = (output.Stream, correlation);
            if (output.IsTruncated || !open.ContainsKey(run))
                runs.Add(open[run] = []);
            open[run].Add(new Chunk(one.Seq, output.ChunkBlobId));
        }

        return runs;
    }

    private async Task<bool> MendAsync(Trace trace, List<Chunk> run, CancellationToken ct)
    {
        var report = trace.Cleanser.NewReport();
        var seams = new SeamRedaction(trace.Cleanser, report);
        var lengths = new List<long>();
        foreach (var chunk in run)
        {
            var ends = await EndsAsync(trace, chunk.BlobId, ct);
            lengths.Add(ends.Length);
            seams.Add(ends);
        }

        var mended = new List<(Chunk Chunk, BlobId With)>();
        foreach (var edits in seams.Complete().GroupBy(edit => edit.Piece))
        {
            var chunk = run[edits.Key];
            if (await StoreAsync(trace, chunk, lengths[edits.Key], [.. edits], ct) is { } stored)
                mended.Add((chunk, stored));
        }

        var renamed = 0;
        foreach (var page in mended.Chunk(PageLength))
        {
            var counts = renamed == 0 ? report : null;
            renamed += await database.WriteAsync(
                connection => RenameAsync(connection, trace.Id, page, counts),
                ct
            );
        }

        if (renamed > 0)
            log.MendedSeams(trace.Id.ToString(), renamed);
        return renamed > 0;
    }

    // What is missing or damaged is another's finding; here it only ends a line. A large chunk may be named
    // again and again, and is read once.
    private async Task<PieceEnds> EndsAsync(Trace trace, BlobId blobId, CancellationToken ct)
    {
        if (trace.Read.TryGetValue(blobId, out var known))
            return known;
        var ends = PieceEnds.None;
        try
        {
            if (await blobs.OpenAsync(blobId, ct) is { } content)
                await using (content)
                    ends = await PieceEnds.ReadAsync(content, ct);
        }
        catch (BlobCorruptException)
        {
            // As one that is missing.
        }

        if (ends.Length >= RememberedBytesMin)
            trace.Read[blobId] = ends;
        return ends;
    }

    // Of all chunks of a trace together as much is stored anew as one blob may have; others are withheld.
    // A placeholder is longer than what it replaces, and the chunk may have been as large as one may be.
    private async Task<BlobId?> StoreAsync(
        Trace trace,
        Chunk chunk,
        long length,
        List<SeamEdit> edits,
        CancellationToken ct
    )
    {
        if (await blobs.OpenAsync(chunk.BlobId, ct) is not { } content)
            return null;
        await using (content)
            if (length <= trace.RoomBytes)
            {
                trace.RoomBytes -= length;
                await using var mended = new SplicedStream(content, edits);
                try
                {
                    return (await blobs.PutAsync(mended, expected: null, ct)).Name;
                }
                catch (BlobTooLargeException)
                {
                    // Withheld.
                }
            }

        log.SeamWithheld(trace.Id.ToString(), chunk.Seq, length);
        var key = trace.Cleanser.WithholdingKey;
        var text = WithheldText.Of(ContentKind.Output, chunk.BlobId, length, key.Span);
        using var withheld = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return (await blobs.PutAsync(withheld, expected: null, ct)).Name;
    }

    private async Task<int> RenameAsync(
        DbConnection connection,
        TraceId traceId,
        (Chunk Chunk, BlobId With)[] mended,
        RedactionReport? counts
    )
    {
        // Locked, and as it was: neither an erasure nor the seal comes in between.
        var stands = await connection.ExecuteAsync(
            """
            update traces set status = status
            where trace_id = @traceId and project_id = @project and status = 'finalizing'
            """,
            new { traceId = traceId.Stored(), project = project.Id.Value.Stored() }
        );
        if (stands == 0)
            return 0;
        var renamed = 0;
        foreach (var (chunk, with) in mended)
            renamed += await RenameAsync(connection, traceId, chunk, with);
        if (renamed > 0 && counts is not null)
            await RedactionCounts.AddAsync(connection, traceId, counts);
        return renamed;
    }

    private async Task<int> RenameAsync(DbConnection connection, TraceId traceId, Chunk chunk, BlobId with)
    {
        var body = await connection.QuerySingleAsync<byte[]>(
            "select body from events where trace_id = @traceId and seq = @seq",
            new { traceId = traceId.Stored(), seq = chunk.Seq }
        );
        if (Named(body, chunk.BlobId, with) is not { } renamed)
            return 0;
        // No event names the chunk any more: an erasure of the trace knows it, and its originals, by this.
        await connection.ExecuteAsync(
            """
            update events set body = @renamed where trace_id = @traceId and seq = @seq;
            insert into made_blobs (trace_id, hash)
            select @traceId, stored_hash from project_blobs where project_id = @project and hash = @hash
            on conflict (trace_id, hash) do nothing;
            insert into made_blobs (trace_id, hash)
            select @traceId, original_hash from blob_originals where project_id = @project and hash = @hash
            on conflict (trace_id, hash) do nothing;
            """,
            new
            {
                traceId = traceId.Stored(),
                seq = chunk.Seq,
                renamed,
                project = project.Id.Value.Stored(),
                hash = chunk.BlobId.Stored(),
            }
        );
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

    /// <summary>What is known of a trace while it is mended.</summary>
    private sealed record Trace(TraceId Id, Cleanser Cleanser)
    {
        public Dictionary<BlobId, PieceEnds> Read { get; } = [];
        public required long RoomBytes { get; set; }
    }
}
