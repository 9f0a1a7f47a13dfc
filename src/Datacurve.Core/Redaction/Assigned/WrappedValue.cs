using Datacurve.Core.Redaction.Lines;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Assigned;

/// <summary>
/// Values in signs that mostly hold a reference or a label instead of one: braces, angle brackets, the quotes
/// of printed text. Of those in braces and brackets only what a machine drew is one.
/// </summary>
internal static class WrappedValue
{
    private const int CharsMax = 256;
    private const int DrawnCharsMin = 12;
    private const double WordShareMax = 0.3;

    // “…”, „…“, «…», 「…」, each as a piece has its bytes.
    private static readonly (string Opening, string[] Closings)[] Quotes =
    [
        (Chars(0xE2, 0x80, 0x9C), [Chars(0xE2, 0x80, 0x9D)]),
        (Chars(0xE2, 0x80, 0x9E), [Chars(0xE2, 0x80, 0x9C), Chars(0xE2, 0x80, 0x9D)]),
        (Chars(0xC2, 0xAB), [Chars(0xC2, 0xBB)]),
        (Chars(0xE3, 0x80, 0x8C), [Chars(0xE3, 0x80, 0x8D)]),
    ];

    /// <summary>Behind <c>{'</c> of <c>={'value'}</c> and <c>{{</c> of <c>{{value}}</c>.</summary>
    public static int AfterBraces(ReadOnlySpan<char> text, int at)
    {
        if (text[at + 1] is '"' or '\'')
        {
            var end = Window(text, at + 2).IndexOf(text[at + 1]);
            return end > 0 && at + end + 3 < text.Length && text[at + end + 3] == '}' ? at + 1 : at;
        }
        if (text[at + 1] != '{')
            return at;
        var closing = Window(text, at + 2).IndexOf("}}");
        return closing > 0 && IsDrawn(text.Slice(at + 2, closing)) ? at + 2 : at;
    }

    /// <summary>What stands in printed quotes, in CDATA, or drawn in brackets.</summary>
    public static (int Start, int End)? Find(ReadOnlySpan<char> text, int at)
    {
        if (text[at] == '<')
            return text[at..].StartsWith("<![CDATA[") ? Until(text, at + 9, "]]>") : InBrackets(text, at);
        if (text[at] is not ('"' or '\'') && InWordDiff(text, at) is { } changed)
            return changed;
        if (text[at] < PieceText.CharOf(0x80))
            return null;
        foreach (var (opening, closings) in Quotes)
            if (text[at..].StartsWith(opening))
                foreach (var closing in closings)
                    if (Until(text, at + opening.Length, closing) is { } found)
                        return found;
        return null;
    }

    // {+value+} and [-value-] of git diff --word-diff
    private static (int Start, int End)? InWordDiff(ReadOnlySpan<char> text, int at) =>
        text[..at].EndsWith("{+") ? Until(text, at, "+}")
        : text[..at].EndsWith("[-") ? Until(text, at, "-]")
        : null;

    private static (int Start, int End)? InBrackets(ReadOnlySpan<char> text, int at)
    {
        var end = Window(text, at + 1).IndexOf('>');
        return end > 0 && IsDrawn(text.Slice(at + 1, end)) ? (at + 1, at + 1 + end) : null;
    }

    private static (int Start, int End)? Until(ReadOnlySpan<char> text, int start, string closing)
    {
        var length = Window(text, start).IndexOf(closing);
        if (length <= 0)
            return null;
        var value = text.Slice(start, length);
        if (value.Trim(' ').IsEmpty)
            return null;
        // A blank that does not break stands inside French quotes.
        var noBreak = Chars(0xC2, 0xA0);
        if (value.StartsWith(noBreak) && value.EndsWith(noBreak) && value.Length > 2 * noBreak.Length)
            return (start + noBreak.Length, start + length - noBreak.Length);
        return (start + (length - value.TrimStart(' ').Length), start + value.TrimEnd(' ').Length);
    }

    private static bool IsDrawn(ReadOnlySpan<char> value) =>
        value.Length >= DrawnCharsMin
        && (
            SecretValue.IsUuid(value) && !Examples.IsExampleUuid(value)
            || SecretValue.IsKey(value) && Words.Share(value) < WordShareMax
        );

    private static ReadOnlySpan<char> Window(ReadOnlySpan<char> text, int at) =>
        at >= text.Length ? [] : text[at..Math.Min(text.Length, at + CharsMax)];

    private static string Chars(params ReadOnlySpan<byte> bytes)
    {
        Span<char> chars = stackalloc char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
            chars[i] = PieceText.CharOf(bytes[i]);
        return new string(chars);
    }
}
