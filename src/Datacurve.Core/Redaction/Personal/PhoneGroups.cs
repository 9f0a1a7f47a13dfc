namespace Datacurve.Core.Redaction.Personal;

/// <summary>Reads the groups of digits that a phone number is written in.</summary>
internal ref struct PhoneGroups(Span<char> digits)
{
    private readonly Span<char> _digits = digits;
    private int _length;

    /// <summary>Groups read.</summary>
    public int Count { get; private set; }

    /// <summary>Where the last of them ends.</summary>
    public int End { get; private set; }

    /// <summary>Whether a dot stands between two of them.</summary>
    public bool HasDot { get; private set; }

    /// <summary>The digits, without what stands between them.</summary>
    public readonly ReadOnlySpan<char> Digits => _digits[.._length];

    /// <summary>
    /// Reads a country's code and as many groups as a number has there; false where they are too few.
    /// </summary>
    public bool ReadInternational(ReadOnlySpan<char> text, int start)
    {
        var first = text[start..Numbers.DigitsEnd(text, start)];
        var code = CountryCodes.LengthOf(first, out var least, out var most);
        if (code == 0 || first.Length - code > most || !IsArea(first, code))
            return false;
        Read(text, start, code + most);

        // The dots of a decimal come behind more than a code.
        return _length >= code + least && !(HasDot && first.Length != code);
    }

    /// <summary>Reads groups up to so many digits, and none that has more than are left.</summary>
    public void Read(ReadOnlySpan<char> text, int start, int digitsMax)
    {
        for (var at = start; ; )
        {
            var end = Numbers.DigitsEnd(text, at);
            if (end == at || end - at > Math.Min(digitsMax, _digits.Length) - _length)
                return;
            text[at..end].CopyTo(_digits[_length..]);
            _length += end - at;
            HasDot |= Count > 0 && text[at - 1] == '.';
            Count++;
            End = end;
            at = NextGroup(text, end, isArea: Count == 1);
            if (at < 0)
                return;
        }
    }

    // Behind at most three of " -./()", and behind the (0) that is not dialled from abroad.
    private static int NextGroup(ReadOnlySpan<char> text, int end, bool isArea)
    {
        var at = end;
        while (at < text.Length && at - end < 3 && text[at] is ' ' or '-' or '.' or '(' or ')' or '/')
            at++;
        if (at == end || at >= text.Length || !char.IsAsciiDigit(text[at]))
            return -1;
        if (text[at - 1] == '(' && text[at..].StartsWith("0)"))
        {
            at += 2;
            while (at < text.Length && text[at] is ' ' or '-')
                at++;
        }
        var next = Numbers.DigitsEnd(text, at);
        return next - at >= 2 || next > at && (isArea || text[at - 1] == '-') ? at : -1;
    }

    // North America's areas begin with 2 to 9, and no country's numbers with the zero of its own trunks.
    private static bool IsArea(ReadOnlySpan<char> first, int code) =>
        first.Length == code
        || first[code] > (first[0] == '1' ? '1' : '0')
        || first[0] == '3' && first[1] == '9';
}
