namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Phone numbers written as such: behind a plus and a country's code, or as North America groups them.
/// Plain runs of digits are ids more often than numbers of people, and stay.
/// </summary>
internal static class PhoneNumbers
{
    public const string RuleId = "phone-number";
    private const int DigitsMin = 9;
    private const int DigitsMax = 15;

    public static Found? Try(ReadOnlySpan<char> text, int start)
    {
        if (start > 0 && text[start - 1] == '+')
            return International(text, start);
        var open = start > 0 && text[start - 1] == '(';
        return NorthAmerican(text, start, open);
    }

    private static Found? International(ReadOnlySpan<char> text, int start)
    {
        var plus = start - 1;
        if (
            plus > 0
            && (char.IsAsciiLetterOrDigit(text[plus - 1]) || text[plus - 1] is '+' or '.' or '_' or '=')
        )
            return null;
        if (text[start] == '0')
            return null;
        var (at, digits, groups, end) = (start, 0, 1, start);
        while (at < text.Length)
        {
            if (char.IsAsciiDigit(text[at]))
            {
                digits++;
                end = ++at;
                continue;
            }
            var separators = 0;
            while (at < text.Length && separators < 2 && text[at] is ' ' or '-' or '.' or '(' or ')' or '/')
            {
                at++;
                separators++;
            }
            if (separators == 0 || at >= text.Length || !char.IsAsciiDigit(text[at]))
                break;
            groups++;
        }
        if (digits is < DigitsMin or > DigitsMax || IsFollowedByWord(text, end) || groups > 7)
            return null;
        return IsFiction(text[start..end]) ? null : new Found(plus, end, RuleId, "phone", Rank.Personal);
    }

    private static bool IsFollowedByWord(ReadOnlySpan<char> text, int end) =>
        end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_');

    // 415-555-2671, (415) 555-2671, 415.555.2671; the area's and the exchange's first digits are 2 to 9.
    private static Found? NorthAmerican(ReadOnlySpan<char> text, int start, bool open)
    {
        var at = start;
        if (!TryGroup(text, ref at, 3) || text[start] < '2')
            return null;
        char separator;
        if (open)
        {
            if (at >= text.Length || text[at++] != ')')
                return null;
            if (at < text.Length && text[at] is ' ' or '-')
                at++;
            separator = '\0';
        }
        else
        {
            if (at >= text.Length || text[at] is not ('-' or '.'))
                return null;
            separator = text[at++];
        }
        var exchange = at;
        if (!TryGroup(text, ref at, 3) || text[exchange] < '2' || at >= text.Length)
            return null;
        if (separator == '\0' ? text[at] is not ('-' or '.' or ' ') : text[at] != separator)
            return null;
        at++;
        if (!TryGroup(text, ref at, 4))
            return null;
        var first = open ? start - 1 : start;
        if (IsJoined(text, first, at) || IsFiction(text[start..at]))
            return null;
        return new Found(first, at, RuleId, "phone", Rank.Personal);
    }

    private static bool IsJoined(ReadOnlySpan<char> text, int start, int end) =>
        start > 0
            && (
                char.IsAsciiLetterOrDigit(text[start - 1])
                || text[start - 1] is '-' or '.' or '_' or '/' or '=' or '#'
            )
        || end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-')
        || end + 1 < text.Length && text[end] == '.' && char.IsAsciiDigit(text[end + 1]);

    private static bool TryGroup(ReadOnlySpan<char> text, ref int at, int length)
    {
        var start = at;
        at = Numbers.DigitsEnd(text, at);
        return at - start == length;
    }

    // 555-0100 to 555-0199 are kept for fiction in North America, and 555 is in every example.
    private static bool IsFiction(ReadOnlySpan<char> number)
    {
        Span<char> digits = stackalloc char[DigitsMax];
        var count = 0;
        foreach (var c in number)
            if (char.IsAsciiDigit(c) && count < DigitsMax)
                digits[count++] = c;
        ReadOnlySpan<char> last = digits[Math.Max(0, count - 10)..count];
        return last.IndexOf("5550") >= 0 && last.IndexOf("5550") <= 3 && last.Length == 10 && last[^3] is '1'
            || last.SequenceEqual("1234567890")
            || last.EndsWith("5551234")
            || last.EndsWith("1234567")
            || last.TrimEnd('0').Length <= 3;
    }
}
