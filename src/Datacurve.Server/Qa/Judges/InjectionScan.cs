using System.Text;
using Datacurve.Core;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// Finds passages of recorded text that speak to the judge instead of about the work, and takes them out.
/// </summary>
/// <remarks>
/// A list of phrases cannot be complete, so it is not the only defence: recorded text is fenced as data,
/// and the heuristic judge, which does not understand instructions, stands beside every model. What the
/// list finds never reaches a model. A passage is the sentence or line that holds the phrase. Matching
/// ignores case, and sees through look-alike letters and the separators of file names.
/// </remarks>
internal static class InjectionScan
{
    /// <summary>How far a passage reaches beyond the phrase where no sentence or line ends.</summary>
    private const int ReachMax = 300;

    /// <summary>Cleans one recorded text of any origin.</summary>
    public static CleanText Clean(string recorded)
    {
        var plain = PlainText.Of(recorded);
        var passages = Passages(plain);
        if (passages.Count == 0)
            return new CleanText(plain, plain, 0);

        var shown = new StringBuilder(plain.Length);
        var kept = new StringBuilder(plain.Length);
        var position = 0;
        foreach (var (start, end) in passages)
        {
            shown.Append(plain, position, start - position);
            kept.Append(plain, position, start - position);
            shown.Append(
                $"[passage addressed to the judge, {Quantity.Of(end - start, "character")}, removed]"
            );
            position = end;
        }

        shown.Append(plain, position, plain.Length - position);
        kept.Append(plain, position, plain.Length - position);
        return new CleanText(shown.ToString(), kept.ToString(), passages.Count);
    }

    /// <summary>The passages, in order, not overlapping.</summary>
    private static List<(int Start, int End)> Passages(string plain)
    {
        var folded = Fold(plain);
        var found = new List<(int Start, int End)>();
        foreach (var (start, end) in InjectionPhrases.Find(folded))
            found.Add(Widen(plain, start, end));

        found.Sort();
        var merged = new List<(int Start, int End)>();
        foreach (var passage in found)
            if (merged.Count > 0 && passage.Start <= merged[^1].End)
                merged[^1] = (merged[^1].Start, Math.Max(merged[^1].End, passage.End));
            else
                merged.Add(passage);
        return merged;
    }

    private static (int Start, int End) Widen(string plain, int start, int end)
    {
        var first = Math.Max(0, start - ReachMax);
        var last = Math.Min(plain.Length, end + ReachMax);
        while (start > first && !EndsSentence(plain, start - 1))
            start--;
        while (end < last && !EndsSentence(plain, end - 1) && plain[end] != '\n')
            end++;
        return (start, end);
    }

    private static bool EndsSentence(string plain, int index) =>
        plain[index] == '\n'
        || (
            plain[index] is '.' or '!' or '?'
            && (index + 1 == plain.Length || char.IsWhiteSpace(plain[index + 1]))
        );

    /// <summary>The same number of characters, so that a match there is a place here.</summary>
    private static string Fold(string plain) =>
        string.Create(
            plain.Length,
            plain,
            static (folded, text) =>
            {
                for (var i = 0; i < folded.Length; i++)
                    folded[i] = FoldLetter(text[i]);
            }
        );

    private static char FoldLetter(char letter)
    {
        if (letter is >= '\uFF01' and <= '\uFF5E')
            letter = (char)(letter - 0xFEE0);
        var lookalike = char.IsAscii(letter) ? -1 : Lookalikes.IndexOf(letter, StringComparison.Ordinal);
        if (lookalike >= 0)
            return LookalikeLetters[lookalike];
        return letter is '_' or '-' or '\u00A0' or '\u2010' or '\u2011' or '\u2013'
            ? ' '
            : char.ToLowerInvariant(letter);
    }

    // Cyrillic and Greek letters that print like Latin ones.
    private const string Lookalikes = "авеіјкмнорсѕтухАВЕІЈКМНОРСЅТУХαεικνορτυχΑΒΕΙΚΜΝΟΡΤΥΧ";
    private const string LookalikeLetters = "abeijkmhopcstyxabeijkmhopcstyxaeiknoptuxabeikmnoptyx";
}

/// <summary>
/// One recorded text, cleaned. <see cref="Shown"/> marks where passages were removed; <see cref="Kept"/>
/// is what is left without the marks, for measures that count words.
/// </summary>
internal sealed record CleanText(string Shown, string Kept, int Passages)
{
    public static CleanText Empty { get; } = new("", "", 0);
}
