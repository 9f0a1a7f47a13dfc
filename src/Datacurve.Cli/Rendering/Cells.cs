using System.Globalization;
using System.Text;

namespace Datacurve.Cli.Rendering;

/// <summary>
/// How many cells of a terminal a text takes: two for what East Asian scripts and emoji draw wide (Unicode
/// Standard Annex #11, W and F), none for what is drawn onto the character before it.
/// </summary>
internal static class Cells
{
    // First and last of each range. Where only some of a block are wide, all of it counts as wide: a line
    // that is a little short harms less than one that is too long.
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115f),
        (0x231a, 0x231b),
        (0x2329, 0x232a),
        (0x23e9, 0x23f3),
        (0x25fd, 0x25fe),
        (0x2614, 0x2615),
        (0x2648, 0x2653),
        (0x267f, 0x267f),
        (0x2693, 0x2693),
        (0x26a1, 0x26fd),
        (0x2705, 0x2757),
        (0x2795, 0x27bf),
        (0x2b1b, 0x2b55),
        (0x2e80, 0x303e),
        (0x3041, 0xa4cf),
        (0xa960, 0xa97f),
        (0xac00, 0xd7a3),
        (0xf900, 0xfaff),
        (0xfe10, 0xfe19),
        (0xfe30, 0xfe6f),
        (0xff00, 0xff60),
        (0xffe0, 0xffe6),
        (0x16fe0, 0x18dff),
        (0x1af00, 0x1b2ff),
        (0x1f000, 0x1faff),
        (0x20000, 0x3fffd),
    ];

    public static int Of(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Format
            ? 0
        : Array.Exists(Wide, range => range.First <= rune.Value && rune.Value <= range.Last) ? 2
        : 1;

    public static int Of(string text)
    {
        var cells = 0;
        foreach (var rune in text.EnumerateRunes())
            cells += Of(rune);
        return cells;
    }

    /// <summary>The text, or as much of it as fits with an ellipsis.</summary>
    public static string Fit(string text, int cellsMax)
    {
        if (Of(text) <= cellsMax)
            return text;
        var (cells, length) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (cells + Of(rune) > cellsMax - 1)
                break;
            cells += Of(rune);
            length += rune.Utf16SequenceLength;
        }
        return text[..length] + "…";
    }
}
