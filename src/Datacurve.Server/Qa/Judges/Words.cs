using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// The words of a text that carry meaning, in lower case: identifiers whole and in their parts.
/// </summary>
internal static class Words
{
    /// <summary>Longer texts say no more by their words than their first ones do.</summary>
    private const int WordsMax = 2_000;

    private static readonly Regex Word = new(
        @"[\p{L}_][\p{L}\p{N}_]*",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
    );

    private static readonly Regex Part = new(
        @"\p{Lu}?\p{Ll}+|\p{Lu}+|\p{Lo}+",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
    );

    private static readonly FrozenSet<string> Empty = (
        "the and that this these those with from into for not but are was were has have had will "
        + "would should could can may might must then than when where which what who how why all "
        + "any each some its our your his her there here been being does did done just only also "
        + "very more most such like now out over under about return import self none null true "
        + "false else elif while break continue class def func function public private static void "
        + "const var let new async await int str string bool float double char object type pass "
        + "fail failed test tests assert expect using namespace package struct enum print file "
        + "files line code bug fix fixed issue problem error thing things work works make makes "
        + "made get got need needs want"
    )
        .Split(' ')
        .ToFrozenSet();

    /// <summary>The distinct meaningful words of at least three letters.</summary>
    public static HashSet<string> Of(string text)
    {
        var words = new HashSet<string>();
        var left = WordsMax;
        for (var match = Word.Match(text); match.Success && left > 0; match = match.NextMatch(), left--)
        {
            Add(words, match.Value);
            for (var part = Part.Match(match.Value); part.Success; part = part.NextMatch())
                Add(words, part.Value);
        }

        return words;
    }

    private static void Add(HashSet<string> words, string word)
    {
        var lower = word.ToLowerInvariant().Trim('_');
        if (lower.Length >= 3 && !Empty.Contains(lower))
            words.Add(lower);
    }
}
