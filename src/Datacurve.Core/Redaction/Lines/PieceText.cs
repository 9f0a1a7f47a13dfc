using System.Buffers;

namespace Datacurve.Core.Redaction.Lines;

/// <summary>
/// One piece of a line as detectors see it: what a reader would read. Colour sequences are left out, so
/// that a secret with colours between its characters is whole; so are the zero bytes of UTF-16. The
/// escapes of strings (<c>\n</c>, <c>\"</c>, <c>\u0026</c>) are blanks and what they stand for, or in
/// <see cref="Read"/> only that. Bytes beyond ASCII are private-use characters: one each, so that any
/// encoding keeps its offsets, and none a letter; but the bars of drawn tables are bars.
/// </summary>
internal sealed class PieceText
{
    private const int PrivateUse = 0xE000;
    private const byte Escape = 0x1B;
    private static readonly SearchValues<byte> EscapeMarks = SearchValues.Create("\\&%"u8);
    private static readonly SearchValues<byte> Unusual = SearchValues.Create(0, Escape);

    private byte[] _bytes = new byte[LineCutter.PieceBytesMax];
    private char[] _chars = new char[LineCutter.PieceBytesMax];
    private int[] _offsets = new int[LineCutter.PieceBytesMax];
    private char[] _read = new char[LineCutter.PieceBytesMax];
    private int[] _places = new int[LineCutter.PieceBytesMax];
    private int _length;
    private int _readLength;
    private bool _isMapped;
    private bool _isRead;

    /// <summary>The bytes that detectors see.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>The same as characters, with escapes resolved.</summary>
    public ReadOnlySpan<char> Chars => _chars.AsSpan(0, _length);

    /// <summary>
    /// The characters as a reader of the string reads them: one for each escape, and line feeds where it
    /// has them. Where these stand in <see cref="Chars"/> is what <see cref="Place"/> says.
    /// </summary>
    public ReadOnlySpan<char> Read => _isRead ? _read.AsSpan(0, _readLength) : Chars;

    /// <summary>Where the bytes of UTF-16 have their zeros: -1 before, 1 behind, 0 not UTF-16.</summary>
    public int ZeroSide { get; private set; }

    public static char CharOf(byte value) => (char)(value < 0x80 ? value : PrivateUse + value);

    public static byte ByteOf(char value) => (byte)(value < 0x80 ? value : value - PrivateUse);

    public void Set(ReadOnlySpan<byte> piece)
    {
        if (piece.Length > _bytes.Length)
        {
            // Placeholders may have made the piece longer than it was cut.
            Array.Resize(ref _bytes, piece.Length * 2);
            Array.Resize(ref _chars, piece.Length * 2);
            Array.Resize(ref _offsets, piece.Length * 2);
            Array.Resize(ref _read, piece.Length * 2);
            Array.Resize(ref _places, piece.Length * 2);
        }
        ZeroSide = 0;
        _isMapped = piece.ContainsAny(Unusual);
        if (_isMapped)
        {
            Strip(piece);
        }
        else
        {
            piece.CopyTo(_bytes);
            _length = piece.Length;
        }
        var bytes = Bytes;
        if (System.Text.Ascii.ToUtf16(bytes, _chars, out _) != OperationStatus.Done)
        {
            for (var i = 0; i < bytes.Length; i++)
                _chars[i] = CharOf(bytes[i]);
            DrawBars(bytes);
        }
        ResolveEscapes();
    }

    /// <summary>Where a range of <see cref="Read"/> is in <see cref="Chars"/>, escapes and all.</summary>
    public (int Start, int End) Place(int start, int end) =>
        _isRead ? (PlaceBehind(start - 1), PlaceBehind(end - 1)) : (start, end);

    /// <summary>Where in <see cref="Read"/> that is which stands at a place or behind it.</summary>
    public int ReadAt(int place)
    {
        if (!_isRead)
            return place;
        var at = Array.BinarySearch(_places, 0, _readLength, place);
        return at < 0 ? ~at : at;
    }

    /// <summary>
    /// How many characters of escapes stand before a character of <see cref="Read"/>: of a quote within a
    /// string more than of the quote that ends it.
    /// </summary>
    public int Depth(int at) => _isRead ? _places[at] - PlaceBehind(at - 1) : 0;

    /// <summary>The bytes of the piece that a range covers.</summary>
    public (int Start, int End) Raw(int start, int end)
    {
        if (!_isMapped)
            return (start, end);
        var (first, last) = (_offsets[start], _offsets[end - 1]);
        return ZeroSide switch
        {
            < 0 => (first - 1, last + 1),
            > 0 => (first, last + 2),
            _ => (first, last + 1),
        };
    }

    /// <summary>The colour sequences within a range, which outlive what is replaced.</summary>
    public void CopyLeftOut(ReadOnlySpan<byte> raw, int start, int end, IBufferWriter<byte> output)
    {
        if (!_isMapped || ZeroSide != 0)
            return;
        for (var i = start; i + 1 < end; i++)
            if (_offsets[i + 1] > _offsets[i] + 1)
                output.Write(raw[(_offsets[i] + 1).._offsets[i + 1]]);
    }

    private int PlaceBehind(int at) => at < 0 ? 0 : _places[at] + 1;

    private void ResolveEscapes()
    {
        var chars = _chars.AsSpan(0, _length);
        _isRead = Bytes.ContainsAny(EscapeMarks);
        if (_isRead)
        {
            StringEscapes.Resolve(chars);
            StringEscapes.ResolveEntities(chars);
        }
        StringEscapes.ResolveColours(chars);
        if (!_isRead || !chars.ContainsAny(StringEscapes.LeftOut, StringEscapes.Feed))
        {
            _isRead = false;
            return;
        }
        _readLength = 0;
        for (var at = 0; at < chars.Length; at++)
        {
            if (chars[at] == StringEscapes.LeftOut)
                continue;
            _read[_readLength] = chars[at] == StringEscapes.Feed ? '\n' : chars[at];
            _places[_readLength++] = at;
        }
        chars.Replace(StringEscapes.LeftOut, ' ');
        chars.Replace(StringEscapes.Feed, ' ');
    }

    // │ ┃ ║, each of three bytes.
    private void DrawBars(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at + 2 < bytes.Length; at++)
        {
            var next = bytes[at..].IndexOf((byte)0xE2);
            if (next < 0 || at + next + 2 >= bytes.Length)
                return;
            at += next;
            if ((bytes[at + 1], bytes[at + 2]) is (0x94, 0x82 or 0x83) or (0x95, 0x91))
                (_chars[at], _chars[at + 1], _chars[at + 2]) = ('|', ' ', ' ');
        }
    }

    private void Strip(ReadOnlySpan<byte> piece)
    {
        var zeros = piece.Count((byte)0);
        var isWide = zeros * 5 >= piece.Length * 2 && piece.Length >= 8;
        if (isWide)
            ZeroSide = piece[0] == 0 ? -1 : 1;
        _length = 0;
        for (var at = 0; at < piece.Length; )
        {
            var skipped = piece[at] == Escape ? SequenceLength(piece[at..]) : 0;
            if (skipped > 0)
            {
                at += skipped;
                continue;
            }
            if (piece[at] != 0 || !isWide)
            {
                _bytes[_length] = piece[at] == 0 ? (byte)' ' : piece[at];
                _offsets[_length++] = at;
            }
            at++;
        }
        // An odd half at either end belongs to no character here.
        if (
            isWide
            && _length > 0
            && (_offsets[0] + ZeroSide < 0 || _offsets[_length - 1] + ZeroSide >= piece.Length)
        )
            ZeroSide = 0;
    }

    // CSI sequences (colours, cursor) and the short ones that choose a character set. What OSC sequences
    // say (titles, links) is text that may hold a secret, and stays.
    private static int SequenceLength(ReadOnlySpan<byte> text)
    {
        if (text.Length >= 3 && text[1] is (byte)'(' or (byte)')')
            return 3;
        if (text.Length < 3 || text[1] != (byte)'[')
            return 0;
        for (var i = 2; i < text.Length && i < 64; i++)
            if (text[i] is >= 0x40 and <= 0x7E)
                return i + 1;
            else if (text[i] is < 0x20 or > 0x7E)
                return 0;
        return 0;
    }
}
