using System.Buffers;

namespace Datacurve.Core.Redaction;

/// <summary>
/// Finds what is cut in two between pieces of one text that were redacted each by itself: lines that begin in
/// one piece and end in another are put together and looked at once more. Only their ends have to be held.
/// </summary>
/// <remarks>
/// Pieces are added in their order; not for several threads at once. What is found is counted in the report.
/// </remarks>
public sealed class SeamRedaction(Cleanser cleanser, RedactionReport report)
{
    // A line of pieces without end is cut, as any line is.
    private const int LineBytesMax = 4 * LineCutter.PieceBytesMax;

    private static readonly byte[] OfWord =
    [
        .. "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+/"u8,
    ];
    private static readonly byte[] OfSecret = [.. OfWord, .. "=.~"u8];

    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly List<Part> _parts = [];
    private readonly List<SeamEdit> _edits = [];
    private int _pieces;

    /// <summary>Adds the next piece.</summary>
    /// <exception cref="RedactionException">A line cannot be looked into.</exception>
    public void Add(PieceEnds piece)
    {
        Join(0, piece.Head.Span);
        if (_line.WrittenCount > LineBytesMax)
            EndLine();
        if (!piece.IsOneLine)
        {
            EndLine();
            Join(piece.Length - piece.Tail.Length, piece.Tail.Span);
        }
        _pieces++;
    }

    /// <summary>What must change, in the order of pieces and places; no two of a piece overlap.</summary>
    /// <exception cref="RedactionException">A line cannot be looked into.</exception>
    public IReadOnlyList<SeamEdit> Complete()
    {
        EndLine();
        return _edits;
    }

    private void Join(long start, ReadOnlySpan<byte> text)
    {
        _parts.Add(new Part(_pieces, start, _line.WrittenCount, text.Length));
        _line.Write(text);
    }

    private void EndLine()
    {
        if (_parts.Count > 1)
            Redact(_line.WrittenSpan);
        _parts.Clear();
        _line.ResetWrittenCount();
    }

    private void Redact(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> redacted = cleanser.Content(Joined(line), report);
        if (redacted.SequenceEqual(line))
            return;
        var (from, behind) = Changed(line, redacted);
        byte[]? replacement = redacted[from..^behind].ToArray();
        var through = line.Length - behind;
        foreach (var part in _parts)
        {
            var first = Math.Max(from, part.At);
            var end = Math.Min(through, part.At + part.Length);
            if (first >= end)
                continue;
            _edits.Add(
                new SeamEdit(part.Piece, part.Start + first - part.At, end - first, replacement ?? [])
            );
            replacement = null;
        }
    }

    /// <summary>
    /// The line. A secret may have been known by one half: then what touches its placeholder is the other.
    /// </summary>
    private ReadOnlySpan<byte> Joined(ReadOnlySpan<byte> line)
    {
        var joined = new MemoryStream(line.Length);
        foreach (var part in _parts)
        {
            var text = line.Slice(part.At, part.Length);
            var before = Written(joined);
            if (Placeholder.IsLastIn(before))
                text = text.TrimStart(OfSecret);
            else if (joined.Length > 0 && Placeholder.IsFirstIn(text))
                joined.SetLength(before.TrimEnd(OfWord).Length);
            joined.Write(text);
        }

        return Written(joined);
    }

    private static ReadOnlySpan<byte> Written(MemoryStream stream) =>
        stream.GetBuffer().AsSpan(0, (int)stream.Length);

    /// <summary>
    /// What differs, in whole words: a placeholder that ends as the secret did must not be shared out.
    /// </summary>
    private static (int From, int Behind) Changed(ReadOnlySpan<byte> line, ReadOnlySpan<byte> redacted)
    {
        var from = line.CommonPrefixLength(redacted);
        while (from > 0 && IsOfWord(line[from - 1]))
            from--;
        var rest = line[from..];
        var other = redacted[from..];
        var behind = 0;
        while (behind < Math.Min(rest.Length, other.Length) && rest[^(behind + 1)] == other[^(behind + 1)])
            behind++;
        while (behind > 0 && IsOfWord(rest[^behind]))
            behind--;
        return (from, behind);
    }

    private static bool IsOfWord(byte value) => char.IsAsciiLetterOrDigit((char)value) || value == (byte)'_';

    /// <summary>A part of a line: where it stands in its piece, and where in the line.</summary>
    private sealed record Part(int Piece, long Start, int At, int Length);
}

/// <summary>Bytes of a piece that others take the place of.</summary>
/// <param name="Piece">The piece, counted from 0.</param>
/// <param name="Start">Where they begin in it.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Replacement">What stands there instead.</param>
public sealed record SeamEdit(int Piece, long Start, int Length, ReadOnlyMemory<byte> Replacement);
