using System.Buffers;
using Datacurve.Core.Redaction.Lines;
using Datacurve.Core.Redaction.Names;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Assigned;

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

    /// <summary>What names of variables, members and options are made of.</summary>
    public static readonly SearchValues<char> NameChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$"
    );
    private static readonly SearchValues<char> CookieEnds = SearchValues.Create(" \n\t;,\"'\r`");

    /// <summary>Looks at the name around a keyword and at what follows it.</summary>
    /// <returns>Where to go on: no keyword before it needs a look.</returns>
    public static int Find(PieceText piece, int start, int end, List<Found> found)
    {
        var text = piece.Read;
        (start, end) = NameAround(text, start, end);
        var kind = SecretName.KindOf(text[start..end].TrimStart("-$."));
        if (kind == NameKind.None || IsNameOfAnother(text, start, end))
            return end;
        var gap = Gap.After(text, start, end);
        if (gap.Kind == GapKind.None || gap.End >= text.Length)
            return end;
        if (IsCookie(text[start..end]) && gap.Kind is GapKind.Sign or GapKind.Comma)
            if (
                FindCookies(text, gap.End + (text[gap.End] is '"' or '\'' ? 1 : 0), found)
                || text[end] == ':'
            )
                return end;
        Judge(piece, start..end, kind, gap, found);
        if (ValueStart.AfterRemoved(text, gap.End) is var added and > 0)
            Judge(piece, start..end, kind, gap with { End = added, Length = added - end }, found);
        return end;
    }

    private static void Judge(PieceText piece, Range name, NameKind kind, Gap gap, List<Found> found)
    {
        var text = piece.Read;
        var value = AssignedValue.Read(piece, name.Start.Value, gap);
        if (value.End > value.Start && AssignedSecrets.IsSecret(text, text[name], value, kind))
            found.Add(
                new Found(
                    value.Start,
                    value.End,
                    kind == NameKind.Password ? PasswordRule : SecretRule,
                    "secret",
                    Rank.Context
                )
            );
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
        if (text[start..end].EndsWith(".equals") || text[start..end].EndsWith(".contentEquals"))
            end = start + text[start..end].LastIndexOf('.');
        return (start, end);
    }

    // PASS: some/test, as test runners report; arn:aws:…:secret:name; checksum/secret: …, as Helm has it;
    // "AWS::IAM::AccessKey", a type; eof_action=pass:…, a value; badge.svg?token=…, which any page may show;
    // registry/puma-secret:v6.22, an image.
    private static bool IsNameOfAnother(ReadOnlySpan<char> text, int start, int end)
    {
        if (end >= text.Length)
            return false;
        var before = text[..start];
        return text[end] switch
        {
            ':' => text[start..end].TrimStart("-#") is "PASS" or "XPASS"
                || text[start..end] is "pass" && before.EndsWith('=')
                || before.EndsWith("checksum/")
                || before.EndsWith('/') && text[end..] is [':', not (' ' or '"' or '\''), ..]
                || before.EndsWith(':') && before.Contains("arn:", StringComparison.Ordinal),
            '=' => before.EndsWith("/badge.svg?") || IsBadge(before),
            '>' => before.EndsWith('<')
                && text[start..end].StartsWith("your", StringComparison.OrdinalIgnoreCase),
            '"' => before.EndsWith("::", StringComparison.Ordinal) || before.EndsWith("/etc/"),
            _ => false,
        };
    }

    // https://img.shields.io/codecov/c/gh/…?token=…
    private static bool IsBadge(ReadOnlySpan<char> before) =>
        before.EndsWith('?')
        && before[(before.LastIndexOfAny(' ', '(', '"') + 1)..]
            .Contains("img.shields.io/", StringComparison.Ordinal);

    private static bool IsCookie(ReadOnlySpan<char> name) =>
        name.EndsWith("cookie", StringComparison.OrdinalIgnoreCase)
        && !name.EndsWith("release_cookie", StringComparison.OrdinalIgnoreCase)
        && !name.Contains("erlang", StringComparison.OrdinalIgnoreCase);

    // Whether there are any.
    private static bool FindCookies(ReadOnlySpan<char> text, int at, List<Found> found)
    {
        var first = at;
        while (at < text.Length)
        {
            // Pairs with a semicolon between them; anything else is no header.
            var name = text[at..].IndexOfAnyExcept(NameChars);
            if (name <= 0 || text[at + name] != '=')
                return at > first;
            var start = at + name + 1;
            var length = text[start..].IndexOfAny(CookieEnds);
            var end = length < 0 ? text.Length : start + length;
            // What counts visitors is known to everybody whom they visit.
            var isCount = text[start..end].StartsWith("GA1.");
            if (
                end > start
                && !isCount
                && (SecretValue.IsKey(text[start..end]) || SecretValue.IsUuid(text[start..end]))
            )
                found.Add(new Found(start, end, CookieRule, "secret", Rank.Context));
            if (end >= text.Length || text[end] != ';')
                return true;
            at = end + 1;
            while (at < text.Length && text[at] == ' ')
                at++;
        }
        return true;
    }
}
