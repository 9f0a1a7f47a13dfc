using System.Buffers;

namespace Datacurve.Core.Redaction;

/// <summary>
/// Finds the value that a secret's name is given: in code, JSON, YAML, XML, properties, <c>.env</c>, shell,
/// headers, connection strings, query strings and options.
/// </summary>
internal static class Assignments
{
    public const string SecretRule = "secret-in-context";
    public const string PasswordRule = "password-in-context";
    public const string CookieRule = "cookie";
    private const int NameCharsMax = 80;
    private const int ValueCharsMax = 8192;
    private const int SchemeCharsMax = 12;
    private const int NeighbourhoodChars = 256;
    private static readonly SearchValues<char> NameChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$"
    );
    private static readonly SearchValues<char> ValueEnds = SearchValues.Create(" \t\r\0\a\e;,&\"'`<>(){}[]");

    // Behind a blank it is no query string, in which an ampersand would end the value.
    private static readonly SearchValues<char> SpacedValueEnds = SearchValues.Create(
        " \t\r\0\a\e;,\"'`<>(){}[]"
    );
    private static readonly SearchValues<char> CookieEnds = SearchValues.Create(" \t;,\"'\r`");
    private static readonly SearchValues<char> LooseValueEnds = SearchValues.Create(" \t\r\0\a\e\"'`");

    /// <summary>Looks at the name around a keyword and at what follows it.</summary>
    /// <returns>Where to go on: no keyword before it needs a look.</returns>
    public static int Find(ReadOnlySpan<char> text, int start, int end, List<Found> found)
    {
        (start, end) = NameAround(text, start, end);
        var kind = SecretName.KindOf(text[start..end].TrimStart("-$."));
        if (kind == NameKind.None || IsNameOfAnother(text, start, end))
            return end;
        var gap = Gap.After(text, start, end);
        if (gap.Kind == GapKind.None || gap.End >= text.Length)
            return end;
        if (IsCookie(text[start..end]) && gap.Kind == GapKind.Sign && text[end] == ':')
        {
            FindCookies(text, gap.End, found);
            return end;
        }
        var value = ReadValue(text, start, gap);
        if (value.End > value.Start && IsSecret(text, text[start..end], value, kind))
            found.Add(
                new Found(
                    value.Start,
                    value.End,
                    kind == NameKind.Password ? PasswordRule : SecretRule,
                    "secret",
                    Rank.Context
                )
            );
        return end;
    }

    private static (int, int) NameAround(ReadOnlySpan<char> text, int start, int end)
    {
        // A keyword may bring the sign or quote that follows its name.
        while (end > start && !NameChars.Contains(text[end - 1]))
            end--;
        while (start < end && !NameChars.Contains(text[start]))
            start++;
        var first = start;
        while (start > 0 && first - start < NameCharsMax && NameChars.Contains(text[start - 1]))
            start--;
        var last = end;
        while (end < text.Length && end - last < NameCharsMax && NameChars.Contains(text[end]))
            end++;
        return (start, end);
    }

    // PASS: some/test, as test runners report; arn:aws:…:secret:name; "AWS::IAM::AccessKey", a type.
    private static bool IsNameOfAnother(ReadOnlySpan<char> text, int start, int end)
    {
        if (end >= text.Length)
            return false;
        var before = text[..start];
        return text[end] switch
        {
            ':' => text[start..end].TrimStart("-#") is "PASS" or "XPASS"
                || before.EndsWith(':') && before.Contains("arn:", StringComparison.Ordinal),
            '"' => before.EndsWith("::", StringComparison.Ordinal),
            _ => false,
        };
    }

    private static bool IsCookie(ReadOnlySpan<char> name) =>
        name.EndsWith("cookie", StringComparison.OrdinalIgnoreCase);

    private static void FindCookies(ReadOnlySpan<char> text, int at, List<Found> found)
    {
        while (at < text.Length)
        {
            // Pairs with a semicolon between them; anything else is no header.
            var name = text[at..].IndexOfAnyExcept(NameChars);
            if (name <= 0 || text[at + name] != '=')
                return;
            var start = at + name + 1;
            var length = text[start..].IndexOfAny(CookieEnds);
            var end = length < 0 ? text.Length : start + length;
            if (end > start && SecretValue.IsKey(text[start..end]))
                found.Add(new Found(start, end, CookieRule, "secret", Rank.Context));
            if (end >= text.Length || text[end] != ';')
                return;
            at = end + 1;
            while (at < text.Length && text[at] == ' ')
                at++;
        }
    }

    private static Value ReadValue(ReadOnlySpan<char> text, int nameStart, Gap gap)
    {
        var at = gap.End;
        if (
            at + 1 < text.Length
            && text[at] is 'b' or 'r' or 'f' or 'u' or '@' or 'R' or 'N'
            && text[at + 1] is '"' or '\''
        )
            at++;
        if (text[at] is '"' or '\'' or '`')
        {
            var quote = text[at++];
            while (at < text.Length && text[at] == quote)
                at++;
            var length = Window(text, at).IndexOf(quote);
            if (length > 0)
                return WithoutScheme(text, new Value(at, TrimEnd(text, at, at + length), true, gap));
        }
        var isLoose = gap.Kind == GapKind.Sign && gap.Length == 1 && IsEnvironment(text, nameStart);
        var ends =
            isLoose ? LooseValueEnds
            : gap.Length > 1 ? SpacedValueEnds
            : ValueEnds;
        var end = EndOf(text, at, ends);
        while (end > at && text[end - 1] is ';' or ',' or '.' or ':' or ')')
            end--;
        return WithoutScheme(text, new Value(at, end, false, gap with { IsEnvironment = isLoose }));
    }

    private static int TrimEnd(ReadOnlySpan<char> text, int start, int end)
    {
        while (end > start && text[end - 1] is ' ' or '\\')
            end--;
        return end;
    }

    // A name in capitals at the start of a line or behind export, as in .env files and shells.
    private static bool IsEnvironment(ReadOnlySpan<char> text, int nameStart)
    {
        var before = text[..nameStart].TrimEnd();
        return char.IsAsciiLetterUpper(text[nameStart])
            && (
                before.IsEmpty
                || before.EndsWith("export")
                || before.EndsWith("env")
                || before.EndsWith("ENV")
                || before.EndsWith("-e")
                || before.EndsWith("set")
                || before.EndsWith("&&")
                || before.EndsWith(";")
                || before.EndsWith("$")
            );
    }

    // Bearer, Basic, token and the like, before the value proper.
    private static Value WithoutScheme(ReadOnlySpan<char> text, Value value)
    {
        var inside = text[value.Start..(value.IsQuoted ? value.End : text.Length)];
        var space = inside[..Math.Min(inside.Length, SchemeCharsMax + 1)].IndexOf(' ');
        if (space < 3 || !AuthorizationSchemes.IsScheme(inside[..space]))
            return value;
        var start = value.Start + space;
        while (start < text.Length && text[start] == ' ')
            start++;
        if (value.IsQuoted)
            return value with { Start = Math.Min(start, value.End) };
        return value with { Start = start, End = EndOf(text, start, ValueEnds) };
    }

    private static bool IsSecret(ReadOnlySpan<char> text, ReadOnlySpan<char> name, Value value, NameKind kind)
    {
        var content = text[value.Start..value.End];
        var next = value.End < text.Length ? text[value.End] : '\0';
        if (!value.IsQuoted && (next is '(' or '[' || content[0] == '-'))
            return false;

        // A dotted name behind a blank is code.
        if (
            !value.IsQuoted
            && value.Gap.Length > 1
            && content.Contains('.')
            && SecretValue.IsIdentifier(content)
        )
            return false;

        // The type of a parameter or member, in languages that have it behind the name.
        if (!value.IsQuoted && value.Gap.Length > 1 && next is ';' or ')' && IsType(text, value))
            return false;

        // The next argument is a value only where it is one itself.
        if (!value.IsQuoted && value.Gap.Kind == GapKind.Comma && text[value.Start - 1] is ' ' or ',')
        {
            if (!IsInTable(text, value.Start))
                return false;
        }
        if (kind == NameKind.AnyKey)
            return SecretValue.IsRandomKey(content);
        if (kind == NameKind.Key)
            return SecretValue.IsKey(content)
                || SecretName.IsStrong(name)
                    && SecretValue.IsKeyOfStrongName(content, SecretName.IsSecret(name));
        if (value.Gap.Kind == GapKind.Comma || value.Gap.Kind == GapKind.Blank && !value.Gap.IsOption)
            return SecretValue.IsPassword(content, isCertain: false);
        var isCertain =
            !value.IsQuoted
            && value.Gap.Length == 1
            && (
                value.Gap.IsEnvironment
                || value.Gap.IsOption
                || next == ';' && IsConnectionString(text, value)
                || next is '\0' or '"' or '\'' && IsConnectionString(text, value)
            );
        return SecretValue.IsPassword(content, isCertain);
    }

    private static bool IsType(ReadOnlySpan<char> text, Value value) =>
        text[..value.Start].TrimEnd().EndsWith(':') && SecretValue.IsIdentifier(text[value.Start..value.End]);

    private static bool IsInTable(ReadOnlySpan<char> text, int start) =>
        text[..start].TrimEnd().EndsWith('|');

    private static bool IsConnectionString(ReadOnlySpan<char> text, Value value)
    {
        var start = Math.Max(0, value.Start - NeighbourhoodChars);
        var around = text[start..Math.Min(text.Length, value.End + NeighbourhoodChars)];
        return around.Contains("user id=", StringComparison.OrdinalIgnoreCase)
            || around.Contains("uid=", StringComparison.OrdinalIgnoreCase)
            || around.Contains("username=", StringComparison.OrdinalIgnoreCase)
            || around.Contains("user=", StringComparison.OrdinalIgnoreCase);
    }

    // A longer value is none, and looking for its end again and again would take forever.
    private static ReadOnlySpan<char> Window(ReadOnlySpan<char> text, int at) =>
        text[at..Math.Min(text.Length, at + ValueCharsMax + 1)];

    private static int EndOf(ReadOnlySpan<char> text, int at, SearchValues<char> ends)
    {
        var window = Window(text, at);
        var length = window.IndexOfAny(ends);
        return at + (length < 0 ? window.Length : length);
    }

    private readonly record struct Value(int Start, int End, bool IsQuoted, Gap Gap);
}
