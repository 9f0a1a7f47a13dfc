using Datacurve.Core.Redaction.Rules;

namespace Datacurve.Core.Redaction.Values;

/// <summary>Tells text that people write (words, identifiers) from what a machine drew.</summary>
internal static class Words
{
    private const int WordCharsMin = 4;
    private const int ConsonantsMax = 4;
    private const int DrawnCharsMin = 14;
    private const int AlternationsMin = 4;

    /// <summary>
    /// Whether at least half of the characters are in pronounceable runs of four letters and more. Of
    /// random text a fifth is, of identifiers nearly all.
    /// </summary>
    public static bool AreMost(ReadOnlySpan<char> value) => Share(value) >= 0.5;

    /// <summary>The share of the letters and digits that are in such runs.</summary>
    public static double Share(ReadOnlySpan<char> value)
    {
        var covered = 0;
        var counted = 0;
        for (var at = 0; at < value.Length; )
        {
            if (!char.IsAsciiLetter(value[at]))
            {
                counted += char.IsAsciiDigit(value[at]) ? 1 : 0;
                at++;
                continue;
            }
            var end = RunEnd(value, at);
            counted += end - at;
            if (IsPronounceable(value[at..end]) || IsShortWord(value, at, end))
                covered += end - at;
            at = end;
        }
        return counted == 0 ? 1 : (double)covered / counted;
    }

    /// <summary>
    /// Whether a run of letters and digits is not made of words, although parts of it may be spoken: digits
    /// stand between its letters again and again, or its letters follow one another as they seldom do.
    /// </summary>
    public static bool AreUnlikely(ReadOnlySpan<char> value) => AreUnlikely(value, AlternationsMin);

    /// <summary>The same with fewer digits between letters, where the name says what it is.</summary>
    public static bool AreRare(ReadOnlySpan<char> value) => AreUnlikely(value, alternationsMin: 2);

    private static bool AreUnlikely(ReadOnlySpan<char> value, int alternationsMin)
    {
        if (value.Length < DrawnCharsMin)
            return false;
        var (alternations, capitals, digits) = (0, 0, 0);
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(value[i]))
                return false;
            digits += char.IsAsciiDigit(value[i]) ? 1 : 0;
            if (i == 0)
                continue;
            alternations += char.IsAsciiDigit(value[i]) != char.IsAsciiDigit(value[i - 1]) ? 1 : 0;
            capitals += char.IsAsciiLetterUpper(value[i]) != char.IsAsciiLetterUpper(value[i - 1]) ? 1 : 0;
        }
        var mayBe =
            capitals * 4 >= value.Length || (digits == 0 ? !AreMost(value) : alternations >= alternationsMin);
        return mayBe && CommonGrams.AreFewIn(value);
    }

    // Three letters are a word only where separators stand around them.
    private static bool IsShortWord(ReadOnlySpan<char> value, int start, int end) =>
        end - start == 3
        && (start == 0 || value[start - 1] is '_' or '-' or '.')
        && (end == value.Length || value[end] is '_' or '-' or '.');

    // A run of one case, with a capital before it.
    private static int RunEnd(ReadOnlySpan<char> value, int start)
    {
        var end = start + 1;
        if (
            end < value.Length
            && char.IsAsciiLetterUpper(value[start])
            && char.IsAsciiLetterUpper(value[end])
        )
        {
            while (end < value.Length && char.IsAsciiLetterUpper(value[end]))
                end++;
            return end < value.Length && char.IsAsciiLetterLower(value[end]) ? end - 1 : end;
        }
        while (end < value.Length && char.IsAsciiLetterLower(value[end]))
            end++;
        return end;
    }

    private static bool IsPronounceable(ReadOnlySpan<char> run)
    {
        if (run.Length < WordCharsMin)
            return false;
        var vowels = 0;
        var consonants = 0;
        foreach (var c in run)
        {
            if ("aeiouyAEIOUY".Contains(c))
            {
                vowels++;
                consonants = 0;
            }
            else if (++consonants > ConsonantsMax)
            {
                return false;
            }
        }
        return vowels * 6 >= run.Length && vowels * 4 <= run.Length * 3;
    }
}
