using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// Recorded text with everything taken out that a reader cannot see or that would act on a terminal: escape
/// sequences, bidirectional overrides, zero-width and tag characters, other control characters.
/// </summary>
internal static class PlainText
{
    private const char Replacement = '\uFFFD';

    /// <summary>
    /// The visible text. Line ends become LF, control characters and lone surrogates U+FFFD, invisible
    /// characters go. Applying it twice gives the same as once.
    /// </summary>
    public static string Of(string recorded)
    {
        var withoutEscapes =
            recorded.Contains('\u001B') || recorded.Contains('\u009B')
                ? EscapeSequence.Replace(recorded, "")
                : recorded;
        var plain = new StringBuilder(withoutEscapes.Length);
        var previous = '\0';
        foreach (var rune in withoutEscapes.EnumerateRunes())
        {
            if (rune.Value is '\n' && previous is '\r')
            {
                previous = '\n';
                continue;
            }

            previous = rune.IsBmp ? (char)rune.Value : '\0';
            Append(plain, rune);
        }

        return plain.ToString();
    }

    private static void Append(StringBuilder plain, Rune rune)
    {
        if (rune.Value is '\r' or '\u0085' or '\u2028' or '\u2029')
            plain.Append('\n');
        else if (rune.Value is '\n' or '\t')
            plain.Append((char)rune.Value);
        else if (Rune.IsControl(rune))
            plain.Append(Replacement);
        else if (!IsInvisible(rune))
            plain.Append(rune.ToString());
    }

    /// <summary>
    /// Format characters (zero-width, bidi, tags), variation selectors and the Hangul fillers.
    /// </summary>
    private static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format
        || rune.Value
            is (>= 0xFE00 and <= 0xFE0F)
                or (>= 0xE0000 and <= 0xE0FFF)
                or 0x034F
                or 0x115F
                or 0x1160
                or 0x3164
                or 0xFFA0;

    // CSI, OSC (hyperlinks too), DCS and its kin, two-character escapes, and the eight-bit CSI.
    // Non-backtracking, so that no recorded text can make it slow.
    private static readonly Regex EscapeSequence = new(
        @"\x1B(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]*(?:\x07|\x1B\\)?"
            + @"|[PX^_][^\x1B]*(?:\x1B\\)?|[ -/]*[0-~])"
            + @"|\x9B[0-?]*[ -/]*[@-~]",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
    );
}
