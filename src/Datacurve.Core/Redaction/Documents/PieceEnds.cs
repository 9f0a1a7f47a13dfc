using Datacurve.Core.Redaction.Lines;

namespace Datacurve.Core.Redaction.Documents;

/// <summary>The lines of a piece of text that go on before it or behind it, so far as is looked at.</summary>
/// <param name="Head">Its beginning, without the first end of a line.</param>
/// <param name="Tail">
/// What follows its last end of a line; nothing where the head is all. Never a part of the head.
/// </param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="IsOneLine">Whether the head is all of it, and its line goes on.</param>
public sealed record PieceEnds(
    ReadOnlyMemory<byte> Head,
    ReadOnlyMemory<byte> Tail,
    long Length,
    bool IsOneLine
)
{
    // The end of one and the beginning of the next are looked at together.
    private const int EndBytesMax = LineCutter.PieceBytesMax / 2;

    private const int ChunkBytes = 64 << 10;

    /// <summary>What goes on nowhere.</summary>
    public static PieceEnds None { get; } = new(default, default, 0, IsOneLine: false);

    /// <summary>Reads a piece to its end; holds only what is kept of it.</summary>
    public static async Task<PieceEnds> ReadAsync(Stream piece, CancellationToken ct)
    {
        using var head = new MemoryStream();
        var tail = Array.Empty<byte>();
        var buffer = new byte[ChunkBytes];
        var hasEnd = false;
        long length = 0;
        for (int read; (read = await piece.ReadAsync(buffer, ct)) > 0; length += read)
        {
            var text = buffer.AsMemory(0, read);
            var end = text.Span.IndexOf((byte)'\n');
            if (!hasEnd)
                Keep(head, end < 0 ? text.Span : text.Span[..end]);
            hasEnd |= end >= 0;
            tail = Last(tail, text.Span);
        }

        var isOneLine = !hasEnd && length == head.Length;
        // Of a line that is not as long as both together, each has its own part.
        var shared = hasEnd ? 0 : (int)Math.Max(0, head.Length + tail.Length - length);
        return new PieceEnds(
            head.ToArray().AsMemory(0, (int)head.Length - (isOneLine ? 0 : shared / 2)),
            isOneLine ? default : tail.AsMemory(shared - shared / 2),
            length,
            isOneLine
        );
    }

    private static void Keep(MemoryStream head, ReadOnlySpan<byte> text) =>
        head.Write(text[..(int)Math.Min(text.Length, EndBytesMax - head.Length)]);

    private static byte[] Last(byte[] before, ReadOnlySpan<byte> text)
    {
        var end = text.LastIndexOf((byte)'\n') + 1;
        byte[] line = end > 0 ? [.. text[end..]] : [.. before, .. text];
        return line.Length <= EndBytesMax ? line : line[^EndBytesMax..];
    }
}
