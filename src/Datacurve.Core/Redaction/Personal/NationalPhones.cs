namespace Datacurve.Core.Redaction.Personal;

/// <summary>Phone numbers in the form of a country, behind a word that says what they are.</summary>
internal static class NationalPhones
{
    private const int GapMax = 24;
    private const int DigitsMin = 7;
    private const int DigitsMax = 13;

    // What may stand between the word and the number.
    private static readonly string[] Between =
    [
        "number",
        "nummer",
        "no",
        "nr",
        "num",
        "home",
        "work",
        "office",
        "mobile",
        "private",
        "is",
        "e",
        "phone",
        "ephone",
        "value",
        "string",
    ];

    /// <param name="text">The piece.</param>
    /// <param name="wordStart">Where the word begins.</param>
    /// <param name="wordEnd">Where it ends.</param>
    /// <param name="found">Takes what is found.</param>
    public static void Find(ReadOnlySpan<char> text, int wordStart, int wordEnd, List<Found> found)
    {
        var isPart = wordStart > 0 && char.IsAsciiLetter(text[wordStart - 1]);
        var word = text[wordStart..wordEnd];
        if (isPart && (word.Length <= 4 && !char.IsAsciiLetterUpper(word[0])))
            return;
        // to_number('…') of SQL reads any number.
        if (word.EndsWith("_number") && wordEnd < text.Length && text[wordEnd] == '(')
            return;
        var start = NumberAfter(text, wordEnd);
        if (start < 0 || text[start - 1] == '+')
            return;
        Span<char> digits = stackalloc char[DigitsMax];
        var groups = new PhoneGroups(digits);
        groups.Read(text, start, DigitsMax);
        var end = groups.End;
        if (
            groups.Digits.Length < DigitsMin
            || Numbers.IsWithinWord(text, start, end)
            || !IsNumber(text[start..end], groups)
            || PhoneNumbers.IsFiction(groups.Digits)
            || end + 1 < text.Length && text[end] is '.' or '-' or ':' && char.IsAsciiDigit(text[end + 1])
        )
            return;
        var first = text[start - 1] == '(' ? start - 1 : start;
        found.Add(new Found(first, end, PhoneNumbers.RuleId, "phone", Rank.Personal));
    }

    private static int NumberAfter(ReadOnlySpan<char> text, int end)
    {
        for (var at = end; at < text.Length && at - end < GapMax; )
        {
            var c = text[at];
            if (char.IsAsciiDigit(c))
                return !char.IsAsciiLetterOrDigit(text[at - 1]) ? at : -1;
            if (char.IsAsciiLetter(c))
            {
                var word = at;
                while (at < text.Length && char.IsAsciiLetter(text[at]))
                    at++;
                if (!IsBetween(text[word..at]))
                    return -1;
            }
            else if (
                c
                is ' '
                    or ':'
                    or '='
                    or '"'
                    or '\''
                    or '.'
                    or '('
                    or ')'
                    or '_'
                    or '-'
                    or '#'
                    or '>'
                    or '\t'
                    or '/'
            )
                at++;
            else
                return -1;
        }
        return -1;
    }

    private static bool IsBetween(ReadOnlySpan<char> word)
    {
        foreach (var one in Between)
            if (word.Equals(one, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    // Not a date, a time in seconds, a decimal, nor a number without an area that is not grouped.
    private static bool IsNumber(ReadOnlySpan<char> written, PhoneGroups groups)
    {
        var digits = groups.Digits;
        var isDate =
            written.Length >= 10 && written[4] == '-' && written[7] == '-' && written[0] is '1' or '2';
        if (isDate || digits.IndexOfAnyExcept(digits[0]) < 0)
            return false;
        if (groups.Count == 1)
            return digits.Length >= 9
                && (digits[0] == '0' || digits.Length is 10 or 11 && !digits.StartsWith("17"));
        return groups.Count <= 6 && (!groups.HasDot || groups.Count >= 3);
    }
}
