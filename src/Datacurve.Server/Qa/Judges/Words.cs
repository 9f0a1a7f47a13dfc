using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// The words of a text that carry meaning, each in its <see cref="Form"/>: identifiers whole and in parts.
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

    /// <summary>
    /// The form a word is compared in: lower case, and without the s of a plural or a third person, since
    /// "ends" in a remark is the "end" of the code.
    /// </summary>
    public static string Form(string word)
    {
        var lower = word.ToLowerInvariant().Trim('_');
        if (lower.Length < 4 || !lower.EndsWith('s') || "aisu".Contains(lower[^2], StringComparison.Ordinal))
            return lower;
        return lower.EndsWith("ies", StringComparison.Ordinal) ? $"{lower[..^3]}y" : lower[..^1];
    }

    private static void Add(HashSet<string> words, string word)
    {
        var lower = word.ToLowerInvariant().Trim('_');
        if (lower.Length >= 3 && !Empty.Contains(lower))
            words.Add(Form(lower));
    }
}
