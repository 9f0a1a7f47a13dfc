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
    private readonly List<Found> _below = [];
    private PieceScanner? _joined;
    private ArrayBufferWriter<byte> _round = new();
    private ArrayBufferWriter<byte> _before = new();

    /// <param name="text">Whole lines, but for the last, which may be unfinished.</param>
    /// <param name="isInLine">Whether the text begins within a line.</param>
    /// <param name="above">Of the text before, and then of this; null where each line is by itself.</param>
    /// <param name="output">Takes the redacted text.</param>
    /// <param name="report">Takes the counts.</param>
    public void Redact(
        ReadOnlySpan<byte> text,
        bool isInLine,
        NameAbove? above,
        IBufferWriter<byte> output,
        RedactionReport report
    )
    {
        var candidates = NewCandidates(text, isInLine);
        if (above is { IsOpen: true })
            candidates.TakeNext();
        var done = 0;
        while (candidates.TryNext(out var start, out var end))
        {
            output.Write(text[done..start]);
            var line = text[start..end];
            var at = isInLine && start == 0 ? 0 : LineCutter.PrefixLength(line);
            output.Write(line[..at]);
            try
            {
                if (isInLine && start == 0)
                    above?.Close();
                RedactPieces(line[at..], above, output, report);
            }
            catch (RedactionException refused)
            {
                throw new RedactionException(refused.Message, refused)
                {
                    Line = text[..start].Count((byte)'\n') + 1,
                };
            }
            done = end;
            if (above is { IsOpen: true })
                candidates.TakeNext();
        }
        output.Write(text[done..]);
    }

    /// <summary>What <see cref="Redact"/> would replace.</summary>
    public void Find(
        ReadOnlySpan<byte> text,
        string? path,
        long linesBefore,
        NameAbove? above,
        List<Finding> findings
    )
    {
        var candidates = NewCandidates(text, isInLine: false);
        if (above is { IsOpen: true })
            candidates.TakeNext();
        var counted = 0;
        var number = linesBefore + 1;
        while (candidates.TryNext(out var start, out var end))
        {
            number += text[counted..start].Count((byte)'\n');
            counted = start;
            var line = text[start..end];
            var first = LineCutter.PrefixLength(line);
            if (first == line.Length)
                above?.Pass([], mayName: false, hasCodes: false, hadValue: false);
            for (var at = first; at < line.Length; )
            {
                var length = LineCutter.PieceLength(line[at..]);
                var isWhole = at == first && length == line.Length - at;
                var found = _scanner.Scan(WithoutReturn(line.Slice(at, length)), path);
                if (found.Count == 0)
                    found = FindBelow(isWhole ? above : null);
                foreach (var one in found)
                {
                    var (from, to) = _scanner.Text.Raw(one.Start, one.End);
                    findings.Add(new Finding(number, at + from + 1, to - from, one.RuleId));
                }
                Pass(above, isWhole, found.Count > 0 && found == _below);
                at += length;
            }
            if (above is { IsOpen: true })
                candidates.TakeNext();
        }
    }

    /// <summary>The values of the names above in the piece that was scanned last.</summary>
    private List<Found> FindBelow(NameAbove? above)
    {
        _below.Clear();
        if (above is not { IsOpen: true })
            return _below;
        _joined ??= new PieceScanner(
            rules,
            keywords,
            uses,
            options with
            {
                PersonalData = false,
                LoneValues = false,
            }
        );
        var text = _scanner.Text;
        foreach (var (value, line, start) in above.ValuesIn(text.Read))
        foreach (var found in _joined.Scan(line.Span, path: null))
            if (found.Start >= start && found.End - start <= value.End.Value - value.Start.Value)
            {
                var shift = value.Start.Value - start;
                var (first, end) = text.Place(found.Start + shift, found.End + shift);
                _below.Add(found with { Start = first, End = end });
            }
        return _below;
    }

    private void Pass(NameAbove? above, bool isWhole, bool wasValue)
    {
        if (isWhole)
            above?.Pass(_scanner.Text.Read, _scanner.HoldsName, _scanner.HoldsCodes, wasValue);
        else
            above?.Close();
    }

    private Candidates NewCandidates(ReadOnlySpan<byte> text, bool isInLine) =>
        new(text, keywords, options.PersonalData, _scanner.LooksAtEveryLine, isInLine);

    private void RedactPieces(
        ReadOnlySpan<byte> rest,
        NameAbove? above,
        IBufferWriter<byte> output,
        RedactionReport report
    )
    {
        if (rest.IsEmpty)
            above?.Pass([], mayName: false, hasCodes: false, hadValue: false);
        var isWhole = LineCutter.PieceLength(rest) == rest.Length;
        while (rest.Length > 0)
        {
            var length = LineCutter.PieceLength(rest);
            var wasValue = RedactPiece(rest[..length], isWhole ? above : null, output, report);
            Pass(above, isWhole, wasValue);
            rest = rest[length..];
        }
    }

    // Replacing one thing may bring another to light, so it goes on until there is nothing. That is also
    // why redacting what was redacted changes nothing.
    private bool RedactPiece(
        ReadOnlySpan<byte> piece,
        NameAbove? above,
        IBufferWriter<byte> output,
        RedactionReport report
    )
    {
        var text = WithoutReturn(piece);
        var wasValue = false;
        for (var round = 1; ; round++)
        {
            var found = _scanner.Scan(text, path: null);
            if (found.Count == 0)
            {
                found = FindBelow(above);
                if (found.Count == 0)
                    break;
                wasValue = true;
            }
            if (round > RoundsMax)
                throw new RedactionException("a line still changes after every round of redaction");
            Replace(text, found, report);
            (_round, _before) = (_before, _round);
            text = _before.WrittenSpan;
        }
        output.Write(text);
        output.Write(piece[WithoutReturn(piece).Length..]);
        return wasValue;
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
