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
    public bool IsEnvironment { get; init; }

    /// <summary>Whether the name, a sign and the value are all of a line.</summary>
    public bool IsLine { get; init; }

    /// <summary>Whether the name is a function's, and the value its argument.</summary>
    public bool IsCall { get; init; }

    /// <summary>Whether the value is what stands in for the name's where it has none.</summary>
    public bool IsAlternative { get; init; }

    /// <summary>Whether the name is a word of a file of settings that have no sign.</summary>
    public bool IsDirective { get; init; }

    /// <summary>Whether the name is that of an option, such as <c>--password</c>.</summary>
    public bool IsOption { get; init; }

    public static Gap After(ReadOnlySpan<char> text, int nameStart, int nameEnd)
    {
        var at = nameEnd;
        var isQuoted = nameStart > 0 && text[nameStart - 1] is '"' or '\'' or '`';

        // Blanks may be what is left of the backslashes before a quote.
        if (ValueStart.SkipBlanks(text, at) is var quote && quote < text.Length && text[quote] is '"' or '\'')
            if (isQuoted || IsQuoteOfName(text, quote))
                at = quote;
        var quotes = at;
        while (at < text.Length && at - quotes < 4 && text[at] is '"' or '\'' or '`' or ']')
            at++;
        var wasQuoted = at > nameEnd;
        if (text[at..].StartsWith("[]"))
            at += 2;
        at = ValueStart.SkipBlanks(text, at);
        if (at >= text.Length)
            return default;
        var isOption = text[nameStart] == '-' || nameStart > 0 && text[nameStart - 1] == '-';
        if (ValueStart.AfterValueMember(text, at) is var member and > 0)
            return new Gap(GapKind.Sign, ValueStart.SkipBlanks(text, member), member - nameEnd + 1);
        if (ValueStart.AfterKeyElement(text, at) is var element and > 0)
            return Result(GapKind.Sign, element);
        if (text[at] == '>' && (wasQuoted || nameStart > 0 && text[nameStart - 1] is '<' or ':'))
            return Result(GapKind.Sign, at + 1);
        at = ValueStart.AfterHint(text, at);
        if (ValueStart.AfterSign(text, at) is var sign and > 0)
            return Result(
                GapKind.Sign,
                ValueStart.AfterWrapping(
                    text,
                    ValueStart.SkipBlanks(text, ValueStart.AfterType(text, at, sign))
                )
            );
        if (ValueStart.AfterAccessors(text, at) is var accessors and > 0)
            return Result(GapKind.Sign, accessors);
        if (text[at] == '{' && at == nameEnd && at + 1 < text.Length && text[at + 1] is '"')
            return Result(GapKind.Sign, at + 1);
        if (text[at] == '(' && at == nameEnd && at + 1 < text.Length && text[at + 1] is '"' or '\'')
            return Result(GapKind.Comma, at + 1) with { IsCall = true };
        if (text[at] == ',' && wasQuoted)
            return Result(
                GapKind.Comma,
                ValueStart.AfterArgumentName(text, ValueStart.SkipBlanks(text, at + 1))
            );
        if (ValueStart.AfterAlternative(text, at) is var other and > 0)
            return Result(GapKind.Comma, other) with { IsAlternative = true };
        if (at > nameEnd && !wasQuoted && text[at] is '"' or '\'')
            return isOption || LinePlace.IsStart(text, nameStart) || IsSet(text, nameStart, at)
                ? Result(GapKind.Blank, at) with
                {
                    IsDirective = true,
                }
                : Result(GapKind.Comma, at);
        if (ValueStart.AfterTypeBefore(text, at) is var typed and > 0 && at > nameEnd && !wasQuoted)
            return Result(GapKind.Sign, typed);
        if (text[at] == '|' && text[..nameStart].TrimStart().StartsWith('|'))
            return Result(GapKind.Comma, ValueStart.SkipBlanks(text, at + 1));
        if (at > nameEnd && ValueStart.AfterVerb(text, at) is var verb and > 0)
            return Result(GapKind.Blank, verb);
        if (at == nameEnd || wasQuoted)
            return default;
        var isDirective = IsDirectiveName(text, nameStart, nameEnd);
        var isSet = IsSet(text, nameStart, at);
        return isOption || isDirective || isSet || LinePlace.IsStart(text, nameStart)
            ? Result(GapKind.Blank, at) with
            {
                IsDirective = isDirective || isSet && IsVariable(text[nameStart..nameEnd]),
            }
            : default;

        Gap Result(GapKind kind, int end) => new(kind, end, end - nameEnd) { IsOption = isOption };
    }

    // The quote behind "two words": a sign follows it.
    private static bool IsQuoteOfName(ReadOnlySpan<char> text, int quote)
    {
        var at = ValueStart.SkipBlanks(text, quote + 1);
        return at < text.Length && text[at] is ':' or '=';
    }

    // requirepass value, in the settings of servers that have no sign between the two.
    private static bool IsDirectiveName(ReadOnlySpan<char> text, int nameStart, int nameEnd) =>
        text[nameStart..nameEnd]
            is "requirepass"
                or "masterauth"
                or "bindpw"
                or "rootpw"
                or "keyPassword"
                or "storePassword"
        && (LinePlace.IsStart(text, nameStart) || text[..nameStart].TrimEnd().EndsWith("SET"));

    public static bool IsVariable(ReadOnlySpan<char> name) =>
        name.ContainsAnyInRange('A', 'Z') && !name.ContainsAnyInRange('a', 'z');

    // setx NAME value, set -x NAME value, ENV NAME value.
    private static bool IsSet(ReadOnlySpan<char> text, int nameStart, int value)
    {
        var before = text[..nameStart].TrimEnd();
        if (before.EndsWith("#define"))
            return text[value] is '"';
        return before.EndsWith("setx", StringComparison.OrdinalIgnoreCase)
            || before.EndsWith("setenv")
            || before.EndsWith("(setq")
            || before.EndsWith("config set")
            || before.EndsWith("config")
            || before.EndsWith("--secret")
            || before.EndsWith("env add")
            || before.EndsWith("ENV")
            || before.Contains("wifi connect", StringComparison.Ordinal)
            || (before.EndsWith("x") && before.Contains("set -", StringComparison.Ordinal));
    }
}
