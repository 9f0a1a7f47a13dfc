using System.Buffers;

namespace Datacurve.Core.Redaction.Lines;

/// <summary>
/// Divides text into what is looked at by itself. That is a line behind its leading blanks, pluses and
/// minuses: so a line in a diff is redacted as the same line is in its file, and a redacted diff still
/// applies to the redacted file. A very long line is cut further, at places that depend on it alone.
/// </summary>
internal static class LineCutter
{
    /// <summary>
    /// The bytes looked at together; nothing is found across two pieces. This bounds what a stream holds
    /// back, and the work on any one place.
    /// </summary>
    public const int PieceBytesMax = 16 << 10;

    private const int CutSearchBytes = 4 << 10;

    // Where a long line may be cut, the best first: between members, between words, between what is hardly
    // of one word, and within a word of many parts.
    private static readonly SearchValues<byte>[] Separators =
    [
        SearchValues.Create(",;}&"u8),
        SearchValues.Create(" \t\"'<>"u8),
        SearchValues.Create("|()[]{`#!?*^\r\0\a\b\f"u8),
        SearchValues.Create(":@=/.%+-~$\\"u8),
    ];

    /// <summary>How many bytes at the start of a line stand before what is looked at.</summary>
    public static int PrefixLength(ReadOnlySpan<byte> line)
    {
        var length = line.IndexOfAnyExcept(" +-\t"u8);
        return length < 0 ? line.Length : length;
    }

    /// <summary>
    /// The length of the next piece of a line: all that is left, or up to a separator, so that neither a
    /// token nor a placeholder is cut in two.
    /// </summary>
    public static int PieceLength(ReadOnlySpan<byte> rest)
    {
        if (rest.Length <= PieceBytesMax)
            return rest.Length;
        var window = rest.Slice(PieceBytesMax - CutSearchBytes, CutSearchBytes);
        foreach (var separators in Separators)
            if (window.LastIndexOfAny(separators) is >= 0 and var cut)
                return PieceBytesMax - CutSearchBytes + cut + 1;
        return PieceBytesMax;
    }
}
