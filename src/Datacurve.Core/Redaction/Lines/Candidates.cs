using System.Buffers;
using Datacurve.Core.Redaction.Assigned;
using Datacurve.Core.Redaction.Pem;
using Datacurve.Core.Redaction.Personal;
using Datacurve.Core.Redaction.Rules;

namespace Datacurve.Core.Redaction.Lines;

/// <summary>
/// The lines of a text that may hold something, one after the other. All others are never divided into
/// lines at all. Looks ahead a block at a time, so that what one search reads is in the cache for the next.
/// </summary>
internal ref struct Candidates(
    ReadOnlySpan<byte> text,
    KeywordFilter keywords,
    bool personalData,
    bool everyLine,
    bool isInLine
)
{
    private const int BlockBytes = 32 << 10;
    private static readonly SearchValues<byte> Unusual = SearchValues.Create(0, 0x1B);
    private static readonly SearchValues<byte> UnusualOrTilde = SearchValues.Create((byte)'~', 0, 0x1B);
    private readonly ReadOnlySpan<byte> _text = text;
    private int _position;
    private int _blockEnd;
    private int _keyword;
    private int _unusual;
    private int _address;
    private int _number;
    private int _lineEnd;
    private bool _first = isInLine || everyLine;

    /// <summary>Has the next line looked at, whatever it holds.</summary>
    public void TakeNext() => _first = true;

    /// <summary>The next such line, without its line feed.</summary>
    public bool TryNext(out int start, out int end)
    {
        (start, end) = (0, 0);
        while (_position < _text.Length)
        {
            if (_position >= _blockEnd)
                NextBlock();
            var at = _first ? _position : First();
            if (at < 0)
            {
                _position = _blockEnd;
                continue;
            }
            start = _position + _text[_position..at].LastIndexOf((byte)'\n') + 1;
            var length = _text[at..].IndexOf((byte)'\n');
            end = length < 0 ? _text.Length : at + length;
            _position = end + 1;
            _first = everyLine;
            return true;
        }
        return false;
    }

    // A block ends with a line, however long that is.
    private void NextBlock()
    {
        var end = Math.Min(_text.Length, _position + BlockBytes);
        var last = _text[_position..end].LastIndexOf((byte)'\n');
        if (last >= 0)
            end = _position + last + 1;
        else if (_text[end..].IndexOf((byte)'\n') is var next and >= 0)
            end += next + 1;
        else
            end = _text.Length;
        _blockEnd = end;
        _keyword = _unusual = _lineEnd = _position - 1;
        _address = _number = personalData ? _position - 1 : int.MaxValue;
    }

    // Each search goes on from where it found something, and only once that is behind.
    private int First()
    {
        var block = _text[.._blockEnd];
        if (_keyword < _position)
            _keyword = OrNever(keywords.IndexOfAny(block, _position));
        if (_unusual < _position)
            _unusual = At(block[_position..].IndexOfAny(personalData ? UnusualOrTilde : Unusual));
        if (_address < _position)
            _address = At(block[_position..].IndexOf((byte)'@'));
        if (_number < _position)
            _number = OrNever(NumberFilter.IndexOf(block, _position));
        if (_lineEnd < _position)
            _lineEnd = NextLineEnd(block);
        var first = Math.Min(Math.Min(Math.Min(_keyword, _unusual), Math.Min(_address, _number)), _lineEnd);
        return first == int.MaxValue ? -1 : first;
    }

    private readonly int NextLineEnd(ReadOnlySpan<byte> block)
    {
        for (var at = _position; at < block.Length; )
        {
            var length = block[at..].IndexOf((byte)'\n');
            var end = length < 0 ? block.Length : at + length;
            if (PemLines.MayEndLine(block[at..end]) || LoneValue.MayBe(block[at..end]))
                return at;
            at = end + 1;
        }
        return int.MaxValue;
    }

    private readonly int At(int offset) => offset < 0 ? int.MaxValue : _position + offset;

    private static int OrNever(int at) => at < 0 ? int.MaxValue : at;
}
