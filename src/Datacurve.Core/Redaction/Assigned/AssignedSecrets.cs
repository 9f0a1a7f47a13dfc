using System.Buffers;
using Datacurve.Core.Redaction.Lines;
using Datacurve.Core.Redaction.Names;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Assigned;

/// <summary>
/// Judges the value that a secret's name is given, by its form and by what its place says: a string of its
/// own, a setting, an option, or code in which a variable may stand as well.
/// </summary>
internal static class AssignedSecrets
{
    private const int HexCharsMin = 32;
    private static readonly SearchValues<char> NoWordChars = SearchValues.Create("0123456789-!@#$%^&*~+");
    private static readonly SearchValues<char> PatternChars = SearchValues.Create("[](){}|\\^*?$");

    // Functions that are given a name and its value, or what stands in for it.
    private static readonly string[] Givers =
    [
        "set",
        "setdefault",
        "put",
        "putenv",
        "setenv",
        "set_var",
        "getenv",
        "env",
        "get",
        "fetch",
        "property",
        "string",
        "define",
        "option",
        "fill",
        "type",
        "environmentvariable",
        "values ",
    ];

    public static bool IsSecret(
        ReadOnlySpan<char> text,
        ReadOnlySpan<char> name,
        AssignedValue value,
        NameKind kind
    )
    {
        var content = text[value.Start..value.End];
        var next = value.End < text.Length ? text[value.End] : '\0';
        if (
            !value.IsQuoted
                && (
                    next is '(' or '[' && !IsWire(text[value.End..])
                    || content[0] == '-' && !SecretValue.IsRandom(content)
                )
            || AssignedValue.IsNone(text, value)
            || CodeValue.Is(text, name, value)
        )
            return false;

        // A dotted name behind a blank is code.
        if (
            !value.IsQuoted
            && value.Gap.Length > 1
            && value.Gap.Kind != GapKind.Words
            && content.Contains('.')
            && SecretValue.IsIdentifier(content)
            && (kind != NameKind.Password || Words.AreMost(content) || content.Length < 12)
            && !HasDrawnPart(content)
            && !ChosenPassword.IsWalk(content)
            && !(value.Gap.IsLine && ChosenPassword.IsDottedWords(content))
            && !Passphrase.Is(content, PasswordPlace.Line)
            && !Passphrase.AreNumberedWords(content)
        )
            return false;

        // The type of a parameter or member, in languages that have it behind the name.
        if (!value.IsQuoted && value.Gap.Length > 1 && next is ';' or ')' && IsType(text, value))
            return false;
        if (value.Gap.Kind == GapKind.Prose)
            return kind == NameKind.Key && SaidKey.Is(text, name, value);

        // The next argument is a value only where it is one itself.
        if (
            !value.IsQuoted
            && value.Gap is { Kind: GapKind.Comma, IsAlternative: false }
            && text[value.Start - 1] is ' ' or ','
            && !IsInTable(text, value.Start)
        )
            return false;
        if (kind == NameKind.AnyKey)
            return AnyKey.Is(name, content);
        var place = PlaceOf(text, name, value, next);
        if (kind == NameKind.Key && IsShortId(name) && (content.Length < 24 || Words.AreMost(content)))
            return false;
        if (kind == NameKind.Key && IsPattern(name, content))
            return false;
        if (kind == NameKind.Key)
            return SecretValue.IsKey(content) || IsKeyOfStrongName(text, name, value, place);
        if (value.Gap.Kind == GapKind.Words)
            return false;
        if (value.IsQuoted && place == PasswordPlace.Literal && DrawnPassword.IsNoise(content))
            return true;
        if (content.Length == DrawnPassword.GroupedChars && DrawnPassword.StartsWithGroups(content))
            return true;
        return SecretValue.IsPassword(content, place)
            || place is PasswordPlace.Setting or PasswordPlace.Line
                && ChosenPassword.IsPhraseOfWords(content);
    }

    // pyMyVWye.Nr4wZksqOLm0Rnyn7VaKRIcb, a key with a number of its own before it
    private static bool HasDrawnPart(ReadOnlySpan<char> content) =>
        content[(content.LastIndexOf('.') + 1)..] is var part
        && !part.Contains('_')
        && (SecretValue.IsRandomKey(part) || part.Length >= HexCharsMin && IsHex(part));

    private static bool IsHex(ReadOnlySpan<char> content) =>
        !content.ContainsAnyExcept(SecretValue.HexDigits);

    // "sid" names statements and subjects too.
    private static bool IsShortId(ReadOnlySpan<char> name) =>
        name.TrimStart("-$.").Equals("sid", StringComparison.OrdinalIgnoreCase);

    // NAME_PAT = r"[a-z]+", a pattern and no personal access token.
    private static bool IsPattern(ReadOnlySpan<char> name, ReadOnlySpan<char> content) =>
        name.EndsWith("pat", StringComparison.OrdinalIgnoreCase) && content.ContainsAny(PatternChars);

    // People choose secrets as they do passwords, and frameworks draw them from all signs.
    private static bool IsKeyOfStrongName(
        ReadOnlySpan<char> text,
        ReadOnlySpan<char> name,
        AssignedValue value,
        PasswordPlace place
    )
    {
        var content = text[value.Start..value.End];
        var isWhole =
            value.IsQuoted && value.Gap.Kind is GapKind.Sign or GapKind.Comma
            || value.Gap.IsEnvironment
            || value.Gap.IsLine;
        if (isWhole && SecretName.MayBeNoise(name) && DrawnPassword.IsNoise(content))
            return true;
        if (!SecretName.IsStrong(name))
            return false;
        if (isWhole && DrawnPassword.IsKeyWithSign(content))
            return true;
        if (SecretValue.IsUuid(content))
            return !Examples.IsExampleUuid(content);
        var isSecret = SecretName.IsSecret(name);
        if (
            isSecret
            && place != PasswordPlace.Doubtful
            && (
                ChosenPassword.IsLongPhrase(content)
                || IsPassphraseOfSecret(content, place)
                || DrawnPassword.IsSpoken(content)
                || Passphrase.AreNumberedWords(content)
                || content[^1] is '!' or '%' or '_' or '-' or '.' && SaidPassword.Is(content)
            )
        )
            return true;
        // Sunflower2022!
        if (place != PasswordPlace.Doubtful && content[^1] is '!' or '#' or '$' && SaidPassword.Is(content))
            return true;
        if (place == PasswordPlace.Setting && content.Count('-') >= 3 && Passphrase.Is(content, place))
            return true;
        return SecretValue.IsKeyOfStrongName(content, isSecret)
            || (
                isSecret
                || value.Gap.IsOption
                || AssignedPairs.EndsInOption(text[..(value.Gap.End - value.Gap.Length - name.Length)])
            )
                && place != PasswordPlace.Doubtful
                && (ChosenPassword.IsWordsAndNumber(content) || DrawnPassword.IsShortKey(content))
                && SecretValue.IsPassword(content, place);
    }

    // Of small letters and hyphens are the names of secrets as well.
    private static bool IsPassphraseOfSecret(ReadOnlySpan<char> content, PasswordPlace place) =>
        Passphrase.Is(content, place)
        && (
            content.ContainsAnyInRange('A', 'Z')
            || content.ContainsAny('+', '&')
            || place == PasswordPlace.Setting
        );

    private static PasswordPlace PlaceOf(
        ReadOnlySpan<char> text,
        ReadOnlySpan<char> name,
        AssignedValue value,
        char next
    )
    {
        var gap = value.Gap;
        if (
            gap.Kind == GapKind.Row
            && IsInTable(text, value.Start)
            && (IsCellEnd(text, value.End) || LinePlace.IsEnd(text, value.End))
        )
            return PasswordPlace.Line;
        if (gap.Kind is GapKind.Row or GapKind.Words)
            return PasswordPlace.Doubtful;
        if (gap.Kind == GapKind.Comma && value.IsQuoted && name.StartsWith("--"))
            return PasswordPlace.Literal;
        if (gap.Kind == GapKind.Comma && !gap.IsAlternative)
            return
                IsInTable(text, value.Start) && IsCellEnd(text, value.End)
                || value.IsQuoted
                    && (gap.IsCall ? IsSetter(name) : Gap.IsVariable(name) || IsGiven(text, value, name))
                ? PasswordPlace.Literal
                : PasswordPlace.Doubtful;
        if (value.IsQuoted)
            return PasswordPlace.Literal;
        if (gap.Kind == GapKind.Blank)
            return gap.IsOption || gap.IsDirective ? PasswordPlace.Setting
                : LinePlace.IsEnd(text, value.End) && IsNoWord(text[value.Start..value.End])
                    ? PasswordPlace.Line
                : PasswordPlace.Doubtful;
        var isCertain =
            gap.IsEnvironment
            || gap.Length == 1 && AssignedPairs.IsDataSource(text, value)
            || gap.Length == 1
                && (
                    gap.IsOption
                    || next is ';' or '&' or '\0' or '"' or '\'' or '<' or '`' or '\n'
                        && AssignedPairs.IsConnectionString(text, value)
                );
        return isCertain ? PasswordPlace.Setting
            : gap.IsLine
            || next == '}' && gap.Kind == GapKind.Sign
            || gap.Length == 1 && AssignedPairs.IsPair(text, value)
                ? PasswordPlace.Line
            : PasswordPlace.Doubtful;
    }

    // setPassword("…") and password("…"), and not findByPassword("…").
    private static bool IsSetter(ReadOnlySpan<char> name)
    {
        var last = name[(name.LastIndexOf('.') + 1)..];
        return last.StartsWith("set", StringComparison.OrdinalIgnoreCase)
            || last.StartsWith("with", StringComparison.OrdinalIgnoreCase)
            || last
                is "password"
                    or "Password"
                    or "pass"
                    or "passwd"
                    or "passphrase"
                    or "Passphrase"
                    or "pwd";
    }

    // "X-API-Key: …[\r][\n]", as clients of Apache's print what they send.
    private static bool IsWire(ReadOnlySpan<char> rest) =>
        rest.StartsWith("[\\r]") || rest.Length > 3 && rest[1] is ' ' or '\r' or '\n' && rest[2] == ']';

    private static bool IsNoWord(ReadOnlySpan<char> content) =>
        content.ContainsAny(NoWordChars) && !IsExclaimed(content)
        || Passphrase.Is(content, PasswordPlace.Line);

    // "Your password is reset!" ends in no sign of a password's.
    private static bool IsExclaimed(ReadOnlySpan<char> content) =>
        !content.TrimEnd('!').ContainsAnyExceptInRange('a', 'z');

    // set("db.password", "…"), getenv("DB_PASSWORD", "…"), fill('#password', '…')
    private static bool IsGiven(ReadOnlySpan<char> text, AssignedValue value, ReadOnlySpan<char> name)
    {
        var before = text[..(value.Gap.End - value.Gap.Length - name.Length)].TrimEnd("\"'`#.[ ");
        if (before.IsEmpty || before[^1] != '(')
            return before.EndsWith("fill_in");
        before = before[..^1];
        foreach (var giver in Givers)
            if (before.EndsWith(giver, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    private static bool IsCellEnd(ReadOnlySpan<char> text, int end)
    {
        var rest = text[end..].TrimStart("` ");
        return !rest.IsEmpty && rest[0] == '|';
    }

    private static bool IsType(ReadOnlySpan<char> text, AssignedValue value) =>
        text[..value.Start].TrimEnd().EndsWith(':')
        && SecretValue.IsIdentifier(text[value.Start..value.End])
        && !SecretValue.IsRandom(text[value.Start..value.End]);

    private static bool IsInTable(ReadOnlySpan<char> text, int start) =>
        text[..start].TrimEnd(" `").EndsWith('|');
}
