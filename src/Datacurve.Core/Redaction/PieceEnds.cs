namespace Datacurve.Core.Redaction;

/// <summary>The lines of a piece of text that go on before it or behind it, so far as is looked at.</summary>
/// <param name="Head">Its beginning, without the first end of a line.</param>
/// <param name="Tail">What follows its last end of a line; the same as the head where it has none.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="IsOneLine">Whether the head is all of it, and its line goes on.</param>
public sealed record PieceEnds(
    ReadOnlyMemory<byte> Head,
    ReadOnlyMemory<byte> Tail,
    long Length,
    bool IsOneLine
)
{
    private const int ChunkBytes = 64 << 10;

    /// <summary>Reads a piece to its end; holds only what is kept of it.</summary>
    public static async Task<PieceEnds> ReadAsync(Stream piece, CancellationToken ct)
    {
        var (head, tail) = (new MemoryStream(), new MemoryStream());
        var buffer = new byte[ChunkBytes];
        var hasEnd = false;
        long length = 0;
        for (int read; (read = await piece.ReadAsync(buffer, ct)) > 0; length += read)
        {
            var text = buffer.AsSpan(0, read);
            var end = text.IndexOf((byte)'\n');
            if (!hasEnd)
                Keep(head, end < 0 ? text : text[..end]);
            hasEnd |= end >= 0;
            KeepLast(tail, text);
        }

        return hasEnd || length > head.Length
            ? new PieceEnds(head.ToArray(), tail.ToArray(), length, IsOneLine: false)
            : new PieceEnds(head.ToArray(), head.ToArray(), length, IsOneLine: true);
    }

    private static void Keep(MemoryStream head, ReadOnlySpan<byte> text) =>
        head.Write(text[..(int)Math.Min(text.Length, LineCutter.PieceBytesMax - head.Length)]);

    private static void KeepLast(MemoryStream tail, ReadOnlySpan<byte> text)
    {
        var end = text.LastIndexOf((byte)'\n') + 1;
        if (end > 0)
            tail.SetLength(0);
        tail.Write(text[end..]);
        if (tail.Length <= LineCutter.PieceBytesMax)
            return;
        var last = tail.GetBuffer()
            .AsSpan((int)tail.Length - LineCutter.PieceBytesMax, LineCutter.PieceBytesMax);
        byte[] kept = last.ToArray();
        tail.SetLength(0);
        tail.Write(kept);
    }
}
