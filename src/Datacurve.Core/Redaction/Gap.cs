namespace Datacurve.Core.Redaction;

internal enum GapKind
{
    /// <summary>What follows the name is not its value.</summary>
    None,

    /// <summary><c>=</c>, <c>:</c> and their like.</summary>
    Sign,

    /// <summary>The name was an argument, and the value is the next one.</summary>
    Comma,

    /// <summary>Blanks, behind an option or at the start of a line.</summary>
    Blank,
}

/// <summary>What stands between a name and its value.</summary>
/// <param name="Kind">How they are joined.</param>
/// <param name="End">Where the value begins.</param>
/// <param name="Length">Characters between them.</param>
internal readonly record struct Gap(GapKind Kind, int End, int Length)
{
    private const int CharsMax = 48;
    private static readonly string[] ValueOptions =
    [
        "--body ",
        "--value ",
        "/d ",
        "/t REG_SZ /d ",
        "{ default =",
    ];
    private static readonly string[] Verbs = ["is ", "is: ", "was set to ", "set to ", "changed to "];

    public bool IsEnvironment { get; init; }

    /// <summary>Whether the name is that of an option, such as <c>--password</c>.</summary>
    public bool IsOption { get; init; }

    public static Gap After(ReadOnlySpan<char> text, int nameStart, int nameEnd)
    {
        var at = nameEnd;
        var isQuoted = nameStart > 0 && text[nameStart - 1] is '"' or '\'' or '`';

        // Blanks may be what is left of the backslashes before a quote.
        if (SkipBlanks(text, at) is var quote && quote < text.Length && text[quote] is '"' or '\'')
            if (isQuoted || IsQuoteOfName(text, quote))
                at = quote;
        var quotes = at;
        while (at < text.Length && at - quotes < 4 && text[at] is '"' or '\'' or '`' or ']')
            at++;
        var wasQuoted = at > nameEnd;
        if (text[at..].StartsWith("[]"))
            at += 2;
        at = SkipBlanks(text, at);
        if (at >= text.Length)
            return default;
        var isOption = text[nameStart] == '-' || nameStart > 0 && text[nameStart - 1] == '-';
        if (AfterValueMember(text, at) is var member and > 0)
            return new Gap(GapKind.Sign, SkipBlanks(text, member), member - nameEnd + 1);
        if (text[at] == '>' && (wasQuoted || nameStart > 0 && text[nameStart - 1] is '<' or ':'))
            return Result(GapKind.Sign, at + 1);
        if (AfterSign(text, at) is var sign and > 0)
            return Result(GapKind.Sign, AfterWrapping(text, SkipBlanks(text, AfterType(text, at, sign))));
        if (AfterAccessors(text, at) is var accessors and > 0)
            return Result(GapKind.Sign, accessors);
        if (text[at] == '(' && at == nameEnd && at + 1 < text.Length && text[at + 1] is '"' or '\'')
            return Result(GapKind.Comma, at + 1);
        if (text[at] == ',' && wasQuoted)
            return Result(GapKind.Comma, AfterArgumentName(text, SkipBlanks(text, at + 1)));
        if (AfterAlternative(text, at) is var other and > 0)
            return Result(GapKind.Comma, other);
        if (at > nameEnd && !wasQuoted && text[at] is '"' or '\'')
            return Result(GapKind.Comma, at);
        if (AfterTypeBefore(text, at) is var typed and > 0 && at > nameEnd && !wasQuoted)
            return Result(GapKind.Sign, typed);
        if (text[at] == '|' && text[..nameStart].TrimStart().StartsWith('|'))
            return Result(GapKind.Comma, SkipBlanks(text, at + 1));
        if (at > nameEnd && AfterVerb(text, at) is var verb and > 0)
            return Result(GapKind.Blank, verb);
        return at > nameEnd && (isOption || nameStart == 0 || IsSet(text, nameStart)) && !wasQuoted
            ? Result(GapKind.Blank, at)
            : default;

        Gap Result(GapKind kind, int end) => new(kind, end, end - nameEnd) { IsOption = isOption };
    }

    // The quote behind "two words": a sign follows it.
    private static bool IsQuoteOfName(ReadOnlySpan<char> text, int quote)
    {
        var at = SkipBlanks(text, quote + 1);
        return at < text.Length && text[at] is ':' or '=';
    }

    // setx NAME value, set -x NAME value, ENV NAME value.
    private static bool IsSet(ReadOnlySpan<char> text, int nameStart)
    {
        var before = text[..nameStart].TrimEnd();
        return before.EndsWith("setx", StringComparison.OrdinalIgnoreCase)
            || before.EndsWith("setenv")
            || before.EndsWith("(setq")
            || before.EndsWith("config set")
            || before.EndsWith("config")
            || before.EndsWith("--secret")
            || before.EndsWith("env add")
            || before.EndsWith("#define")
            || before.EndsWith("ENV")
            || (before.EndsWith("x") && before.Contains("set -", StringComparison.Ordinal));
    }

    private static int SkipBlanks(ReadOnlySpan<char> text, int at)
    {
        var start = at;
        while (at < text.Length && at - start < CharsMax && text[at] is ' ' or '\t')
            at++;
        return at;
    }

    // =, :, :=, =>, ==, ===, !=, ?=, +=, ->, and the %3D of an encoded query.
    private static int AfterSign(ReadOnlySpan<char> text, int at)
    {
        var start = at;
        if (text[at..].StartsWith("||=") || text[at..].StartsWith("??="))
            return at + 3;
        if (text[at..].StartsWith("<- "))
            return at + 2;
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
            ? start + 3
            : 0;
    }

    // name: Type = value, as languages with types behind the name have it.
    private static int AfterType(ReadOnlySpan<char> text, int start, int sign)
    {
        if (text[start..sign] is not (":" or "?:"))
            return sign;
        var at = SkipBlanks(text, sign);
        var type = at;
        while (at < text.Length && at - type < 40 && IsOfType(text[at]))
            at++;
        if (at == type)
            return sign;
        at = SkipBlanks(text, at);
        return at + 1 < text.Length && text[at] == '=' && text[at + 1] is ' ' or '"' or '\'' ? at + 1 : sign;
    }

    private static int AfterVerb(ReadOnlySpan<char> text, int at)
    {
        foreach (var verb in Verbs)
            if (text[at..].StartsWith(verb))
                return SkipBlanks(text, at + verb.Length);
        return 0;
    }

    // { get; set; } = "value", as C# has it.
    private static int AfterAccessors(ReadOnlySpan<char> text, int at)
    {
        if (!text[at..].StartsWith("{ get;"))
            return 0;
        var end = text[at..Math.Min(text.Length, at + CharsMax)].IndexOf("} = ");
        return end < 0 ? 0 : SkipBlanks(text, at + end + 3);
    }

    // ["value"] and !vault value
    private static int AfterWrapping(ReadOnlySpan<char> text, int at)
    {
        if (at + 1 >= text.Length)
            return at;
        if (text[at] == '[')
            return SkipBlanks(text, at + 1);
        if (text[at] != '!' || !char.IsAsciiLetter(text[at + 1]))
            return at;
        var blank = text[at..Math.Min(text.Length, at + CharsMax)].IndexOf(' ');
        return blank < 0 ? at : SkipBlanks(text, at + blank);
    }

    // get("name", default="value")
    private static int AfterArgumentName(ReadOnlySpan<char> text, int at)
    {
        var end = at;
        while (end < text.Length && end - at < 24 && (char.IsAsciiLetter(text[end]) || text[end] == '_'))
            end++;
        return end > at && end + 1 < text.Length && text[end] == '=' && text[end + 1] is '"' or '\''
            ? end + 1
            : at;
    }

    // process.env.NAME || "value"
    private static int AfterAlternative(ReadOnlySpan<char> text, int at)
    {
        var rest = text[at..];
        if (!rest.StartsWith("|| ") && !rest.StartsWith("?? ") && !rest.StartsWith("or "))
            return 0;
        at = SkipBlanks(text, at + 2);
        return at < text.Length && text[at] is '"' or '\'' or '`' ? at : 0;
    }

    // name Type = "value", as Go has it.
    private static int AfterTypeBefore(ReadOnlySpan<char> text, int at)
    {
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

    // <add key="Password" value="…"/> and {"name": "DB_PASSWORD", "value": "…"}.
    private static int AfterValueMember(ReadOnlySpan<char> text, int at)
    {
        if (text[at] == ',')
            at = SkipBlanks(text, at + 1);
        if (at < text.Length && text[at] is '"' or '\'')
            at++;
        foreach (var option in ValueOptions)
            if (text[at..].StartsWith(option))
                return at + option.Length;
        if (at + 6 > text.Length || !text.Slice(at, 5).Equals("value", StringComparison.OrdinalIgnoreCase))
            return 0;
        at += 5;
        if (text[at] is '"' or '\'')
            at++;
        at = SkipBlanks(text, at);
        return at < text.Length && text[at] is '=' or ':' ? at + 1 : 0;
    }
}
