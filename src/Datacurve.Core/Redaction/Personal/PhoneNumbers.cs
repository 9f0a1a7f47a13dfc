using System.Buffers;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Phone numbers written as such: behind a plus or two zeros and a country's code, as North America groups
/// them, or in any form behind a word for a phone. Plain runs of digits are ids more often than numbers of
/// people, and stay.
/// </summary>
internal static class PhoneNumbers
{
    public const string RuleId = "phone-number";
    private const int DigitsMax = 15;

    private static readonly SearchValues<string> PhoneWords = SearchValues.Create(
        ["phone", "tel:", "tel.", "fax", "mobil", "cell", "telefon", "whatsapp", "voice", "sms", "call"],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>Reads a number whose form alone says what it is.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="start">Where its first run of digits begins, behind a plus or bracket.</param>
    public static Found? Try(ReadOnlySpan<char> text, int start)
    {
        if (start > 0 && text[start - 1] == '+')
            return International(text, start - 1, start);
        if (text[start] == '0')
            return International(text, start, start + 2);
        var open = start > 0 && text[start - 1] == '(' && start + 3 < text.Length && text[start + 3] == ')';
        return NorthAmerican(text, start, open);
    }

    /// <summary>Whether digits begin with two zeros and what may be a country's code.</summary>
    public static bool HasZeros(ReadOnlySpan<char> digits) =>
        digits.Length is >= 3 and <= 5 && digits[0] == '0' && digits[1] == '0' && digits[2] != '0';

    /// <param name="text">The piece.</param>
    /// <param name="first">Where what introduces the country's code begins.</param>
    /// <param name="start">Where the code begins.</param>
    public static Found? International(ReadOnlySpan<char> text, int first, int start)
    {
        if (
            first > 0
            && (char.IsAsciiLetterOrDigit(text[first - 1]) || text[first - 1] is '+' or '.' or '_' or '~')
        )
            return null;
        // +2015-01-23
        if (Dates.AreAtStart(text[start..]))
            return null;
        Span<char> digits = stackalloc char[DigitsMax];
        var groups = new PhoneGroups(digits);
        if (!groups.ReadInternational(text, start))
            return null;
        var end = groups.End;
        var isPlain = groups.Count == 1;
        if (
            IsFollowedByWord(text, end)
            || IsFiction(text[start..end])
            || isPlain && first > 0 && text[first - 1] == '['
            || text[first] == '0' && (isPlain || first > 0 && text[first - 1] is '-' or '/' or ':' or '#')
            || text[first] == '0' && (IsPadded(text, start) || text[end..].StartsWith(";;"))
            || (groups.HasDot && groups.Count < 4 || Surroundings.IsInRow(text, first, end, " \t"))
                && !Surroundings.HasWord(text, first, end, PhoneWords)
        )
            return null;
        return new Found(first, WithExtension(text, end), RuleId, "phone", Rank.Personal);
    }

    // Numbers of one width, filled up with zeros, as tables of characters have them.
    private static bool IsPadded(ReadOnlySpan<char> text, int start)
    {
        var at = Numbers.DigitsEnd(text, start);
        while (at < text.Length && text[at] is ' ' or '-' or '/')
            at++;
        return at < text.Length && text[at] == '0';
    }

    // 212-555-0123, (212) 555-0123, 1-212.555.0123; the area's and the exchange's first digits are 2 to 9.
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
        var first = WithTrunk(text, open ? start - 1 : start);
        if (IsJoined(text, first, at) || IsFiction(text[start..at]))
            return null;
        return new Found(first, WithExtension(text, at), RuleId, "phone", Rank.Personal);
    }

    // The 1 that is dialled before an area.
    private static int WithTrunk(ReadOnlySpan<char> text, int first) =>
        first >= 2
        && text[first - 1] is '-' or '.' or ' '
        && text[first - 2] == '1'
        && (
            first == 2
            || !char.IsAsciiLetterOrDigit(text[first - 3]) && text[first - 3] is not ('.' or '-' or '_')
        )
            ? first - 2
            : first;

    // x123, ext. 123, extension 123.
    private static int WithExtension(ReadOnlySpan<char> text, int end)
    {
        var at = end;
        while (at < text.Length && at - end < 2 && text[at] is ' ' or ',' or ';')
            at++;
        var rest = text[at..];
        var length =
            rest.StartsWith("extension", StringComparison.OrdinalIgnoreCase) ? 9
            : rest.StartsWith("ext", StringComparison.OrdinalIgnoreCase) ? 3
            : rest.StartsWith("x", StringComparison.OrdinalIgnoreCase) ? 1
            : 0;
        if (length == 0)
            return end;
        at += length;
        var gap = at;
        while (at < text.Length && at - gap < 2 && text[at] is ' ' or '.' or '=' or ':')
            at++;
        var stop = Numbers.DigitsEnd(text, at);
        return stop - at is >= 1 and <= 6 && !IsFollowedByWord(text, stop) ? stop : end;
    }

    private static bool IsFollowedByWord(ReadOnlySpan<char> text, int end) =>
        end < text.Length
        && (char.IsAsciiLetterOrDigit(text[end]) && text[end] is not ('x' or 'X' or 'e') || text[end] == '_');

    private static bool IsJoined(ReadOnlySpan<char> text, int start, int end) =>
        start > 0
            && (
                char.IsAsciiLetterOrDigit(text[start - 1])
                || text[start - 1] is '-' or '.' or '_' or '/' or '#'
            )
        || IsFollowedByWord(text, end)
        || end < text.Length && text[end] is '-'
        || end + 1 < text.Length && text[end] == '.' && char.IsAsciiDigit(text[end + 1]);

    private static bool TryGroup(ReadOnlySpan<char> text, ref int at, int length)
    {
        var start = at;
        at = Numbers.DigitsEnd(text, at);
        return at - start == length;
    }

    /// <summary>
    /// Whether a number is kept for fiction, as 555-0100 to 555-0199 are in North America, or is one that
    /// every example has.
    /// </summary>
    public static bool IsFiction(ReadOnlySpan<char> number)
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
            || last.EndsWith("5551212")
            || last.EndsWith("1234567")
            || last.TrimEnd('0').Length <= 3;
    }
}
