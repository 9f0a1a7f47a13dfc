using System.Buffers;
using System.Text;
using Datacurve.Core.Redaction.Rules;

namespace Datacurve.Core.Redaction.Lines;

/// <summary>
/// Goes through text, stops at lines that may hold something, and replaces what they hold. Holds buffers,
/// so it serves one redaction at a time.
/// </summary>
internal sealed class LineRedaction(
    RuleSet rules,
    KeywordFilter keywords,
    KeywordUses uses,
    RedactionOptions options,
    byte[] key
)
{
    private const int RoundsMax = 8;
    private readonly PieceScanner _scanner = new(rules, keywords, uses, options);
    private ArrayBufferWriter<byte> _round = new();
    private ArrayBufferWriter<byte> _before = new();

    /// <param name="text">Whole lines, but for the last, which may be unfinished.</param>
    /// <param name="isInLine">Whether the text begins within a line.</param>
    /// <param name="output">Takes the redacted text.</param>
    /// <param name="report">Takes the counts.</param>
    public void Redact(
        ReadOnlySpan<byte> text,
        bool isInLine,
        IBufferWriter<byte> output,
        RedactionReport report
    )
    {
        var candidates = NewCandidates(text, isInLine);
        var done = 0;
        while (candidates.TryNext(out var start, out var end))
        {
            output.Write(text[done..start]);
            var line = text[start..end];
            var at = isInLine && start == 0 ? 0 : LineCutter.PrefixLength(line);
            output.Write(line[..at]);
            try
            {
                RedactPieces(line[at..], output, report);
            }
            catch (RedactionException refused)
            {
                throw new RedactionException(refused.Message, refused)
                {
                    Line = text[..start].Count((byte)'\n') + 1,
                };
            }
            done = end;
        }
        output.Write(text[done..]);
    }

    /// <summary>What <see cref="Redact"/> would replace.</summary>
    public void Find(ReadOnlySpan<byte> text, string? path, long linesBefore, List<Finding> findings)
    {
        var candidates = NewCandidates(text, isInLine: false);
        var counted = 0;
        var number = linesBefore + 1;
        while (candidates.TryNext(out var start, out var end))
        {
            number += text[counted..start].Count((byte)'\n');
            counted = start;
            var line = text[start..end];
            for (var at = LineCutter.PrefixLength(line); at < line.Length; )
            {
                var length = LineCutter.PieceLength(line[at..]);
                foreach (var found in _scanner.Scan(WithoutReturn(line.Slice(at, length)), path))
                {
                    var (first, last) = _scanner.Text.Raw(found.Start, found.End);
                    findings.Add(new Finding(number, at + first + 1, last - first, found.RuleId));
                }
                at += length;
            }
        }
    }

    private Candidates NewCandidates(ReadOnlySpan<byte> text, bool isInLine) =>
        new(text, keywords, options.PersonalData, _scanner.LooksAtEveryLine, isInLine);

    private void RedactPieces(ReadOnlySpan<byte> rest, IBufferWriter<byte> output, RedactionReport report)
    {
        while (rest.Length > 0)
        {
            var length = LineCutter.PieceLength(rest);
            RedactPiece(rest[..length], output, report);
            rest = rest[length..];
        }
    }

    // Replacing one thing may bring another to light, so it goes on until there is nothing. That is also
    // why redacting what was redacted changes nothing.
    private void RedactPiece(ReadOnlySpan<byte> piece, IBufferWriter<byte> output, RedactionReport report)
    {
        var text = WithoutReturn(piece);
        var found = _scanner.Scan(text, path: null);
        for (var round = 1; found.Count > 0; round++)
        {
            if (round > RoundsMax)
                throw new RedactionException("a line still changes after every round of redaction");
            Replace(text, found, report);
            (_round, _before) = (_before, _round);
            text = _before.WrittenSpan;
            found = _scanner.Scan(text, path: null);
        }
        output.Write(text);
        output.Write(piece[WithoutReturn(piece).Length..]);
    }

    private void Replace(ReadOnlySpan<byte> text, IReadOnlyList<Found> found, RedactionReport report)
    {
        _round.ResetWrittenCount();
        var view = _scanner.Text;
        var done = 0;
        foreach (var one in found)
        {
            var (start, end) = view.Raw(one.Start, one.End);
            if (start < done)
                throw new RedactionException("two secrets overlap");
            _round.Write(text[done..start]);
            WritePlaceholder(Placeholder.Of(one.Label, view.Bytes[one.Start..one.End], key), view.ZeroSide);
            view.CopyLeftOut(text, one.Start, one.End, _round);
            done = end;
            report.Add(one.RuleId);
        }
        _round.Write(text[done..]);
    }

    private void WritePlaceholder(string placeholder, int zeroSide)
    {
        var encoding =
            zeroSide == 0 ? Encoding.ASCII
            : zeroSide < 0 ? Encoding.BigEndianUnicode
            : Encoding.Unicode;
        encoding.GetBytes(placeholder, _round);
    }

    private static ReadOnlySpan<byte> WithoutReturn(ReadOnlySpan<byte> piece) =>
        piece.EndsWith("\r"u8) ? piece[..^1] : piece;
}
