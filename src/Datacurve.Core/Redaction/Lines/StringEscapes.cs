using System.Globalization;

namespace Datacurve.Core.Redaction.Lines;

/// <summary>
/// Resolves the escapes of JSON and of most languages' strings in place, keeping the length:
/// <see cref="LeftOut"/>, then the character. So a token behind <c>\n</c> does not begin with an n, and a
/// quote that is itself inside a string is a quote.
/// </summary>
internal static class StringEscapes
{
    /// <summary>Stands for what is no character of its own, until the view is made.</summary>
    public const char LeftOut = '\uFFFF';

    /// <summary>Stands for a line feed that is escaped.</summary>
    public const char Feed = '\uFFFE';

    private const int ColourCharsMax = 20;

    // A character beyond ASCII, as bytes beyond it are.
    private const char Other = '\uE0FF';

    /// <summary>
    /// The character in place of one that is encoded for HTML or a URL: <c>&amp;quot;</c>, <c>%22</c>.
    /// </summary>
    public static void ResolveEntities(Span<char> text)
    {
        for (var at = 0; text[at..].IndexOfAny('&', '%') is var sign and >= 0; )
        {
            at += sign;
            var rest = text[at..];
            var (length, character) = EntityAt(rest);
            if (length == 0)
            {
                at++;
                continue;
            }
            rest[..length].Fill(LeftOut);
            at += length;
            text[at - 1] = character;
        }
    }

    private static (int Length, char Character) EntityAt(ReadOnlySpan<char> rest) =>
        rest.Length < 3 ? (0, ' ')
        : rest[0] == '%' ? (rest[1] == '2' && rest[2] == '2' ? 3 : 0, '"')
        : rest[1] is not ('q' or '#' or 'a' or 'l' or 'g') ? (0, ' ')
        : rest.StartsWith("&quot;") ? (6, '"')
        : rest.StartsWith("&#34;") ? (5, '"')
        : rest.StartsWith("&#39;") ? (5, '\'')
        : rest.StartsWith("&#x27;") ? (6, '\'')
        : rest.StartsWith("&apos;") ? (6, '\'')
        : rest.StartsWith("&amp;") ? (5, '&')
        : rest.StartsWith("&lt;") ? (4, '<')
        : rest.StartsWith("&gt;") ? (4, '>')
        : (0, ' ');

    /// <summary>
    /// Blanks in place of colour sequences whose escape character was lost, as in pasted and filtered
    /// output: <c>[32m</c>.
    /// </summary>
    public static void ResolveColours(Span<char> text)
    {
        for (var at = 0; text[at..].IndexOf('[') is var bracket and >= 0; )
        {
            var start = at + bracket;
            var end = start + 1;
            while (
                end < text.Length && end - start < ColourCharsMax && text[end] is (>= '0' and <= '9') or ';'
            )
                end++;
            if (end > start + 1 && end < text.Length && text[end] == 'm')
                text[start..++end].Fill(' ');
            at = end;
        }
    }

    public static void Resolve(Span<char> text)
    {
        for (var at = 0; at < text.Length; )
        {
            var slash = text[at..].IndexOf('\\');
            if (slash < 0)
                return;
            var start = at + slash;
            var end = start;
            while (end < text.Length && text[end] == '\\')
                end++;
            at = end < text.Length ? ResolveOne(text, start, end) : end;
        }
    }

    // A run of backslashes is one escape, however often it was escaped again.
    private static int ResolveOne(Span<char> text, int start, int end)
    {
        switch (text[end])
        {
            case 'n' or 'r' or 't':
                text[start..end].Fill(LeftOut);
                text[end] = text[end] == 'n' ? Feed : ' ';
                return end + 1;
            case '"' or '\'' or '/':
                text[start..end].Fill(LeftOut);
                return end + 1;
            case 'u' when TryHex(text, end + 1, 4, out var value):
                return Put(text, start, end + 5, value);
            case 'x' when TryHex(text, end + 1, 2, out var value):
                return Put(text, start, end + 3, value);
            case 'e' when end + 1 < text.Length && text[end + 1] == '[':
                return Put(text, start, end + 1, '\e');
            case '0' when text[end..].StartsWith("033["):
                return Put(text, start, end + 3, '\e');
            default:
                return end + 1;
        }
    }

    private static int Put(Span<char> text, int start, int end, int value)
    {
        text[start..end].Fill(LeftOut);
        if (value != '\e' || end >= text.Length || text[end] != '[')
        {
            text[end - 1] =
                value > 0xA0 ? Other
                : value is > ' ' and < 0x7f ? (char)value
                : ' ';
            return end;
        }

        // A colour sequence that is itself escaped.
        for (var i = end; i < text.Length && i < end + 16; i++)
        {
            var c = text[i];
            text[i] = LeftOut;
            if (char.IsAsciiLetter(c))
                return i + 1;
        }
        return end;
    }

    private static bool TryHex(ReadOnlySpan<char> text, int at, int digits, out int value)
    {
        value = 0;
        return at + digits <= text.Length
            && int.TryParse(text.Slice(at, digits), NumberStyles.AllowHexSpecifier, null, out value);
    }
}
