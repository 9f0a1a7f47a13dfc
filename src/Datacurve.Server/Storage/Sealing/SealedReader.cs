using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ZstdSharp;

namespace Datacurve.Server.Storage.Sealing;

/// <summary>
/// Reads events out of a sealed trace, from any seq on: only the chunks that hold wanted events are
/// decompressed, one at a time.
/// </summary>
/// <param name="blob">The sealed trace, seekable and verified; disposed with this.</param>
/// <param name="index">Its index.</param>
internal sealed class SealedReader(Stream blob, SealedIndex index) : IAsyncDisposable
{
    // What an append takes at most, with room; a damaged index may ask for any amount.
    private const int ChunkBytesMax = (1 << 30) + (1 << 20);

    public SealedIndex Index => index;

    public static async Task<SealedReader> OpenAsync(Stream blob, CancellationToken ct)
    {
        try
        {
            return new SealedReader(blob, await SealedIndex.ReadAsync(blob, ct));
        }
        catch
        {
            await blob.DisposeAsync();
            throw;
        }
    }

    /// <param name="afterSeq">The last seq that is not wanted.</param>
    /// <param name="throughSeq">The last seq that is wanted.</param>
    /// <exception cref="SealedTraceException">The blob is not as its index says.</exception>
    public async IAsyncEnumerable<StoredEvent> ReadAsync(
        long afterSeq,
        long throughSeq,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        using var decompressor = new Decompressor();
        foreach (var chunk in index.Chunks)
        {
            if (chunk.LastSeq <= afterSeq)
                continue;
            if (chunk.FirstSeq > throughSeq)
                yield break;

            var text = await DecompressAsync(decompressor, chunk, ct);
            for (var at = 0; at < text.Length; )
            {
                var body = NextBody(text, ref at);
                var seq = SeqOf(body);
                if (seq > throughSeq)
                    yield break;
                if (seq > afterSeq)
                    yield return new StoredEvent(seq, body);
            }
        }
    }

    public ValueTask DisposeAsync() => blob.DisposeAsync();

    private async Task<byte[]> DecompressAsync(
        Decompressor decompressor,
        SealedChunk chunk,
        CancellationToken ct
    )
    {
        if (
            chunk.Bytes is < 0 or > ChunkBytesMax
            || chunk.Length < 0
            || chunk.Offset + chunk.Length > blob.Length
        )
            throw new SealedTraceException("its index points beyond it");
        var compressed = ArrayPool<byte>.Shared.Rent(chunk.Length);
        try
        {
            blob.Position = chunk.Offset;
            await blob.ReadExactlyAsync(compressed.AsMemory(0, chunk.Length), ct);
            var text = new byte[chunk.Bytes];
            return decompressor.Unwrap(compressed.AsSpan(0, chunk.Length), text) == text.Length
                ? text
                : throw new SealedTraceException("a chunk is shorter than its index says");
        }
        catch (ZstdException exception)
        {
            throw new SealedTraceException($"a chunk cannot be decompressed: {exception.Message}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
        }
    }

    private static byte[] NextBody(byte[] text, ref int at)
    {
        var rest = text.AsSpan(at);
        var length = rest[1..].IndexOf(SealedWriter.RecordSeparator) is >= 0 and var next
            ? next + 1
            : rest.Length;
        if (
            rest[0] != SealedWriter.RecordSeparator
            || length < 3
            || rest[length - 1] != SealedWriter.LineFeed
        )
            throw new SealedTraceException("a chunk is no sequence of events");
        at += length;
        return rest[1..(length - 1)].ToArray();
    }

    private static long SeqOf(byte[] body)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("seq"u8);
            reader.Read();
            if (found)
                return reader.GetInt64();
            reader.Skip();
        }

        throw new SealedTraceException("an event has no seq");
    }
}
