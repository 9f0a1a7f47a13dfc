using System.Buffers;
using Datacurve.Core.Redaction.Lines;
using Datacurve.Core.Redaction.Personal;

namespace Datacurve.Core.Redaction.Documents;

/// <summary>
/// Finds what is cut in two between pieces of one text that were redacted each by itself: lines that begin in
/// one piece and end in another are put together and looked at once more. Only their ends have to be held.
/// </summary>
/// <remarks>
/// Pieces are added in their order; not for several threads at once. What is found is counted in the report.
/// </remarks>
public sealed class SeamRedaction(Cleanser cleanser, RedactionReport report)
{
    private static readonly byte[] OfWord =
    [
        .. "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"u8,
    ];

    // Where a secret that stands in a text ends.
    private static readonly SearchValues<byte> SecretEnds = SearchValues.Create(
        " \n\t\r\0\a\e;,\"'`<>(){}[]"u8
    );

    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly List<SeamEdit> _edits = [];
    private List<Part> _parts = [];
    private int _pieces;

    /// <summary>Adds the next piece.</summary>
    public void Add(PieceEnds piece)
    {
        Join(0, piece.Head.Span);
        if (!piece.IsOneLine)
        {
            EndLine(_line.WrittenCount);
            Join(piece.Length - piece.Tail.Length, piece.Tail.Span);
        }
        _pieces++;
    }

    /// <summary>What must change, in the order of pieces and places; no two of a piece overlap.</summary>
    public IReadOnlyList<SeamEdit> Complete()
    {
        EndLine(_line.WrittenCount);
        return _edits;
    }

    private void Join(long start, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return;
        _parts.Add(new Part(_pieces, start, _line.WrittenCount, text.Length));
        _line.Write(text);
        // As any long line it is cut at a separator.
        while (_line.WrittenCount > LineCutter.PieceBytesMax)
            EndLine(LineCutter.PieceLength(_line.WrittenSpan));
    }

    /// <summary>Looks at the beginning of the line; the rest begins the next one.</summary>
    private void EndLine(int length)
    {
        var (ended, next) = (new List<Part>(), new List<Part>());
        foreach (var part in _parts)
        {
            var cut = Math.Clamp(length - part.At, 0, part.Length);
            if (cut > 0)
                ended.Add(part with { Length = cut });
            if (cut < part.Length)
                next.Add(new Part(part.Piece, part.Start + cut, part.At + cut - length, part.Length - cut));
        }
        if (ended.Count > 1)
            Redact(_line.WrittenSpan[..length], ended);
        _parts = next;
        var rest = _line.WrittenSpan[length..].ToArray();
        _line.ResetWrittenCount();
        _line.Write(rest);
    }

    private void Redact(ReadOnlySpan<byte> line, List<Part> parts)
    {
        var redacted = Redacted(Joined(line, parts));
        if (redacted.SequenceEqual(line))
            return;
        var (from, behind) = Changed(line, redacted);
        ReadOnlyMemory<byte> replacement = redacted[from..^behind].ToArray();
        var through = line.Length - behind;
        foreach (var part in parts)
        {
            var first = Math.Max(from, part.At);
            var end = Math.Min(through, part.At + part.Length);
            if (first >= end)
                continue;
            if (!line[first..end].SequenceEqual(replacement.Span))
                _edits.Add(new SeamEdit(part.Piece, part.Start + first - part.At, end - first, replacement));
            replacement = default;
        }
    }

    // A line that cannot be looked into goes: each of its pieces could, and all together could not.
    private ReadOnlySpan<byte> Redacted(ReadOnlySpan<byte> line)
    {
        try
        {
            return cleanser.Content(line, report);
        }
        catch (RedactionException)
        {
            report.Count("unreadable");
            return [];
        }
    }

    /// <summary>
    /// The line. A secret may have been known by one half: then what touches its placeholder is the other.
    /// </summary>
    private static ReadOnlySpan<byte> Joined(ReadOnlySpan<byte> line, List<Part> parts)
    {
        var joined = new MemoryStream(line.Length);
        foreach (var part in parts)
        {
            var text = line.Slice(part.At, part.Length);
            var before = Written(joined);
            // What ends a sentence is taken for no part of a value, and may be one.
            if ((Placeholder.LastIn(before) ?? Placeholder.LastIn(WithoutStop(before))) is { } label)
                text = PersonalData.IsLabel(label) ? text.TrimStart(OfWord) : Behind(text);
            else if (joined.Length > 0 && Placeholder.IsFirstIn(text))
                joined.SetLength(before.TrimEnd(OfWord).Length);
            joined.Write(text);
        }

        return Written(joined);
    }

    private static ReadOnlySpan<byte> WithoutStop(ReadOnlySpan<byte> text) =>
        text is [.. var stopped, (byte)'.' or (byte)':'] ? stopped : text;

    private static ReadOnlySpan<byte> Behind(ReadOnlySpan<byte> secret)
    {
        var end = secret.IndexOfAny(SecretEnds);
        return end < 0 ? [] : secret[end..];
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
