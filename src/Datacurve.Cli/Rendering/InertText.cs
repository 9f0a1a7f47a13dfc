using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Datacurve.Cli.Rendering;

/// <summary>
/// Recorded text as a terminal may show it. It was written by programs and people that nobody vetted: escape
/// sequences recolour, retitle, hide and link, and bidirectional controls reorder what is read.
/// </summary>
internal static class InertText
{
    private const int TabColumns = 4;

    // ECMA-48: CSI sequences, and OSC strings up to BEL or ST. What is not well formed stays and is escaped.
    private static readonly Regex Sequence = new(
        @"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
    );

    /// <summary>
    /// Several lines: colour and link sequences are taken out, every other control is written as its
    /// code point; no control but the line feed is left. Idempotent.
    /// </summary>
    public static string Block(string text)
    {
        var inert = new StringBuilder(text.Length);
        foreach (var rune in Sequence.Replace(text, "").Replace("\r\n", "\n").EnumerateRunes())
            Append(inert, rune);
        return inert.ToString();
    }

    /// <summary>
    /// One line of at most <paramref name="columnsMax"/> characters; a cut shows as an ellipsis.
    /// </summary>
    public static string Line(string text, int columnsMax = int.MaxValue)
    {
        var line = Block(text.Trim()).Replace("\n", " \u23ce ");
        return line.Length <= columnsMax ? line : Cut(line, columnsMax - 1) + "\u2026";
    }

    // A cut in the middle of a surrogate pair would leave half a character.
    private static string Cut(string line, int length) =>
        line[..(char.IsHighSurrogate(line[length - 1]) ? length - 1 : length)].TrimEnd();

    private static void Append(StringBuilder inert, Rune rune)
    {
        if (rune.Value == '\n')
            inert.Append('\n');
        else if (rune.Value == '\t')
            inert.Append(' ', TabColumns);
        else if (IsActive(rune))
            inert.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
        else
            inert.Append(rune);
    }

    // Joiners shape letters and emoji and do nothing else; the other format characters reorder or hide.
    private static bool IsActive(Rune rune) =>
        rune.Value is not (0x200c or 0x200d)
        && Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}
