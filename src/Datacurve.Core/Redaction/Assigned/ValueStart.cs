using Datacurve.Core.Redaction.Lines;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Assigned;

/// <summary>
/// Where a value begins behind its name, in the ways of languages and formats. Each gives the place, or 0
/// where what it knows does not stand there.
/// </summary>
internal static class ValueStart
{
    private const int CharsMax = 48;
    private const int HintCharsMax = 28;
    private const int RemovedCharsMax = 512;
    private static readonly string[] Comparisons =
    [
        "eq ",
        "ne ",
        "-eq ",
        "-ne ",
        "-ceq ",
        ".equals(",
        ".contentEquals(",
    ];

    // ›, which programs print between a name and what was chosen, and →.
    private static readonly string Guillemet = SignOf(0xE2, 0x80, 0xBA) + " ";
    public static readonly string Arrow = SignOf(0xE2, 0x86, 0x92) + " ";

    // ：, of Chinese and Japanese
    private static readonly string WideColon = SignOf(0xEF, 0xBC, 0x9A);

    // A sign of three bytes, as a piece has them.
    private static string SignOf(byte first, byte second, byte third) =>
        new([PieceText.CharOf(first), PieceText.CharOf(second), PieceText.CharOf(third)]);

    public static int SkipBlanks(ReadOnlySpan<char> text, int at)
    {
        var start = at;
        while (at < text.Length && at - start < CharsMax && text[at] is ' ' or '\t')
            at++;
        return at;
    }

    // =, :, :=, =>, ==, ===, !=, ?=, +=, ->, and the %3D of an encoded query.
    public static int AfterSign(ReadOnlySpan<char> text, int at)
    {
        var start = at;
        if (text[at..].StartsWith("||=") || text[at..].StartsWith("??="))
            return at + 3;
        if (text[at..].StartsWith("<- "))
            return at + 2;
        if (text[at..].StartsWith(WideColon))
            return at + WideColon.Length;
        if (text[at..].StartsWith(Guillemet) || text[at..].StartsWith(Arrow))
            return at + Arrow.Length;
        while (
            at < text.Length && at - start < 3 && text[at] is '=' or ':' or '>' or '!' or '?' or '-' or '+'
        )
            at++;
        var sign = text[start..at];
        if (sign.ContainsAny('=', ':') || sign is "->")
            return at;
        return
            text[start..].StartsWith("%3D", StringComparison.OrdinalIgnoreCase)
            || text[start..].StartsWith("%3A", StringComparison.OrdinalIgnoreCase)
            ? AfterEncodedBlank(text, start + 3)
            : 0;
    }

    // {%22name%22%3A%20%22value%22}, of which a piece has the quotes as such.
    private static int AfterEncodedBlank(ReadOnlySpan<char> text, int at) =>
        text[at..].StartsWith("%20\"") ? at + 3
        : text[at..].StartsWith("+\"") ? at + 1
        : at;

    // password = 0x5505b9f6171f "value", as debuggers show it
    public static int AfterPointer(ReadOnlySpan<char> text, int at)
    {
        if (!text[at..].StartsWith("0x"))
            return at;
        var length = text[(at + 2)..].IndexOfAnyExcept(SecretValue.HexDigits);
        return length > 0 && text[(at + 2 + length)..].StartsWith(" \"") ? at + length + 3 : at;
    }

    // name: Type = value, as languages with types behind the name have it.
    public static int AfterType(ReadOnlySpan<char> text, int start, int sign)
    {
        if (text[start..sign] is not (":" or "?:"))
            return sign;
        var at = SkipBlanks(text, sign);
        var type = at;
        // The lifetime of a reference.
        if (text[at..].StartsWith("&'static "))
            at += "&'static ".Length;
        while (at < text.Length && at - type < 40 && IsOfType(text[at]))
            at++;
        if (at == type)
            return sign;
        at = SkipBlanks(text, at);
        return at + 1 < text.Length && text[at] == '=' && text[at + 1] is ' ' or '"' or '\'' ? at + 1 : sign;
    }

    // password eq 'value', -eq 'value' and .equals("value")
    public static int AfterComparison(ReadOnlySpan<char> text, int at)
    {
        foreach (var comparison in Comparisons)
            if (
                text[at..].StartsWith(comparison, StringComparison.OrdinalIgnoreCase)
                && at + comparison.Length is var value
                && value < text.Length
                && text[value] is '"' or '\''
            )
                return value;
        return 0;
    }

    // Secret Access Key [None]: and Password (again):
    public static int AfterHint(ReadOnlySpan<char> text, int at)
    {
        if (text[at] is not ('[' or '('))
            return at;
        var rest = text[at..Math.Min(text.Length, at + HintCharsMax)];
        var end = rest.IndexOf(text[at] == '[' ? ']' : ')');
        return end > 0 && !rest[..end].ContainsAny("\"'=,;") && rest[(end + 1)..].StartsWith(": ")
            ? at + end + 1
            : at;
    }

    // { get; set; } = "value", as C# has it.
    public static int AfterAccessors(ReadOnlySpan<char> text, int at)
    {
        if (!text[at..].StartsWith("{ get;"))
            return 0;
        var end = text[at..Math.Min(text.Length, at + CharsMax)].IndexOf("} = ");
        return end < 0 ? 0 : SkipBlanks(text, at + end + 3);
    }

    /// <summary>Behind <c>[-old-]{+</c> of git diff --word-diff, whose old value begins here.</summary>
    public static int AfterRemoved(ReadOnlySpan<char> text, int at)
    {
        const string Between = "-]{+";
        if (!text[..at].EndsWith("[-"))
            return 0;
        var end = text[at..Math.Min(text.Length, at + RemovedCharsMax)].IndexOf(Between);
        return end > 0 && at + end + Between.Length < text.Length ? at + end + Between.Length : 0;
    }

    // ["value"], { "value": "…" }, !vault value, **value**, <code>value, and the end of **Password:**.
    public static int AfterWrapping(ReadOnlySpan<char> text, int at)
    {
        if (at + 1 >= text.Length)
            return at;
        // <<"value">> of Erlang, {+value+} and [-value-] of git diff --word-diff
        if (text[at..].StartsWith("<<\"") || text[at..].StartsWith("{+") || text[at..].StartsWith("[-"))
            return at + 2;
        if (text[at] == '*')
            return SkipBlanks(text, at + (text[at + 1] == '*' ? 2 : 1));
        if (text[at] == '<' && ValueMember.AfterTags(text, at) is var tags and > 0)
            return tags;
        if (text[at] == '[' && text[at + 1] != ']')
            return SkipBlanks(text, at + 1);
        if (text[at] == '{')
            return ValueMember.After(text, at, wasQuoted: false) is var member and > 0
                ? SkipBlanks(text, member)
                : WrappedValue.AfterBraces(text, at);
        if (text[at] != '!' || !char.IsAsciiLetter(text[at + 1]))
            return at;
        var blank = text[at..Math.Min(text.Length, at + CharsMax)].IndexOf(' ');
        return blank < 0 ? at : SkipBlanks(text, at + blank);
    }

    // get("name", default="value")
    public static int AfterArgumentName(ReadOnlySpan<char> text, int at)
    {
        var end = at;
        while (end < text.Length && end - at < 24 && (char.IsAsciiLetter(text[end]) || text[end] == '_'))
            end++;
        if (end == at || end + 2 >= text.Length || text[at..end].EndsWith("_id"))
            return at;
        return text[end] == '=' && text[end + 1] is '"' or '\'' ? end + 1
            : text[end..].StartsWith(": ") && text[end + 2] is '"' or '\'' ? end + 2
            : at;
    }

    // process.env.NAME || "value"
    public static int AfterAlternative(ReadOnlySpan<char> text, int at)
    {
        at = SkipBlanks(text, at);
        if (text[at..].StartsWith("? || "))
            at++;
        at = SkipBlanks(text, at);
        if (text[at..].StartsWith(").unwrap_or(\""))
            return at + ").unwrap_or(".Length;
        if (text[at..].StartsWith(") "))
            at += 2;
        var rest = text[at..];
        if (
            !rest.StartsWith("|| ")
            && !rest.StartsWith("?? ")
            && !rest.StartsWith("or ")
            && !rest.StartsWith("?: ")
        )
            return 0;
        at = SkipBlanks(text, at + 2);
        return at < text.Length && text[at] is '"' or '\'' or '`' ? at : 0;
    }

    // name Type = "value", as Go has it.
    public static int AfterTypeBefore(ReadOnlySpan<char> text, int at)
    {
        // CONSTANT VARCHAR2(200) := 'value', as PL/SQL has it.
        if (text[at..].StartsWith("CONSTANT ", StringComparison.OrdinalIgnoreCase))
        {
            var sign = text[at..Math.Min(text.Length, at + CharsMax)].IndexOf(":= ");
            return sign < 0 ? 0 : SkipBlanks(text, at + sign + 2);
        }
        // As String = "value", as Basic has it.
        if (text[at..].StartsWith("As ", StringComparison.OrdinalIgnoreCase))
            at += 3;
        var type = at;
        while (at < text.Length && at - type < 40 && IsOfType(text[at]))
            at++;
        if (at == type)
            return 0;
        at = SkipBlanks(text, at);
        if (at + 1 >= text.Length || text[at] != '=' || text[at + 1] is '=' or '>')
            return 0;
        at = SkipBlanks(text, at + 1);
        return at < text.Length && text[at] is '"' or '\'' or '`' ? at : 0;
    }

    private static bool IsOfType(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '&' or '\'' or '?' or '<' or '>' or '[' or ']' or '.' or '|';

    public static int SkipLines(ReadOnlySpan<char> text, int at)
    {
        var start = at;
        while (at < text.Length && at - start < CharsMax)
        {
            var isMark = text[at] is '+' or '-' && at > start && text[at - 1] == '\n';
            if (!isMark && text[at] is not (' ' or '\t' or '\n' or '\r'))
                break;
            at++;
        }
        return at;
    }
}
