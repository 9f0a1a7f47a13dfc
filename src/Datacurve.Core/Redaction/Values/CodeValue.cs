using System.Buffers;
using Datacurve.Core.Redaction.Assigned;
using Datacurve.Core.Redaction.Lines;

namespace Datacurve.Core.Redaction.Values;

/// <summary>
/// What stands where a secret's value would, and is a version of a package, a constant, a reference or a
/// piece of packed code: names of secrets are names of packages, types and functions too.
/// </summary>
internal static class CodeValue
{
    private static readonly SearchValues<char> ConstantChars = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
    );
    private static readonly SearchValues<char> WordChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789_"
    );

    // What lock files and manifests put before a version.
    private static readonly string[] Ranges = ["npm:", "workspace:", "patch:", "link:", "file:"];

    // Names of what signs a request, which stand before its parts.
    private static readonly string[] Algorithms = ["HMAC-SHA256", "HMAC-SHA512", "HMAC-SHA1", "HMAC-MD5"];

    // What variables that hold keys are named after, before the number of bits.
    private static readonly string[] KeyTypes = ["KeyRSA", "KeyECDSA", "KeyEC", "KeyEd", "KeyAES"];

    public static bool Is(ReadOnlySpan<char> text, ReadOnlySpan<char> name, AssignedValue value)
    {
        var content = text[value.Start..value.End];
        return IsVersion(content)
            || IsRequirement(text[..value.Start], content)
            || EndsInAny(content.TrimEnd("\"\\"), Algorithms)
            || IsNumber(content)
            || IsMigration(content)
            || IsTranslation(content)
            || IsTemplate(content)
            || IsSealed(content)
            || IsJoined(content)
            || IsExpression(content)
            || IsAddress(content)
            || IsObject(content)
            || name is "PWD" or "OLDPWD" && content[0] is '/' or '+' or '$'
            || !value.IsQuoted && IsCode(text, name, value, content);
    }

    // npm:^1.0.0, ^4.0.0, >=4,<=4.0.11
    private static bool IsVersion(ReadOnlySpan<char> content)
    {
        foreach (var range in Ranges)
            if (content.StartsWith(range))
                return true;
        var version = content.TrimStart("^~<>=");
        return version.Length < content.Length
            && version.Length > 0
            && char.IsAsciiDigit(version[0])
            && version.ContainsAny('.', ',')
            && !version.ContainsAnyInRange('A', 'Z');
    }

    // django-token==10.24.1-beta.3
    private static bool IsRequirement(ReadOnlySpan<char> before, ReadOnlySpan<char> content)
    {
        if (!before.EndsWith("==") || !char.IsAsciiDigit(content[0]))
            return false;
        var number = content.TrimStart("0123456789");
        return number.Length > 1 && number[0] == '.' && char.IsAsciiDigit(number[1]);
    }

    // 0xc2, 464/tcp
    private static bool IsNumber(ReadOnlySpan<char> content) =>
        content.Length <= 10
        && (
            content.StartsWith("0x") && !content[2..].ContainsAnyExcept(SecretValue.HexDigits)
            || content.EndsWith("/tcp")
            || content.EndsWith("/udp")
        );

    // 0002_auto_20160226_1747, as Django names what changes its tables.
    private static bool IsMigration(ReadOnlySpan<char> content) =>
        content.Length > 8
        && content[4] == '_'
        && !content[..4].ContainsAnyExceptInRange('0', '9')
        && char.IsAsciiLetterLower(content[5])
        && !content.ContainsAnyExcept(WordChars);

    // @name@, #{name}#, which a build puts values in place of
    private static bool IsTemplate(ReadOnlySpan<char> content) =>
        content.Length > 2
        && content[^1] == content[0]
        && (content[0] == '@' && SecretValue.IsIdentifier(content[1..^1]) || content.StartsWith("#{"));

    // 2.iv==|text==|mac, as a program writes what it has encrypted; the scope that a request is signed for
    private static bool IsSealed(ReadOnlySpan<char> content) =>
        content.IndexOf('.') == 1
            && content.LastIndexOf('.') == 1
            && char.IsAsciiDigit(content[0])
            && (content.EndsWith("==") || content.Contains("==|", StringComparison.Ordinal))
        || content.Contains("%2F", StringComparison.Ordinal)
            && content.Contains("_request", StringComparison.Ordinal);

    // '" + name + "', {name['
    private static bool IsJoined(ReadOnlySpan<char> content) =>
        content.StartsWith("\"+")
        || content.StartsWith("'+")
        || content[0] == '{'
            && content.IndexOf('[') is var open and > 0
            && SecretValue.IsIdentifier(content[1..open]);

    // [a-zA-Z0-9+/]+={0,2}
    private static bool IsExpression(ReadOnlySpan<char> content) =>
        content.Contains("[a-z", StringComparison.OrdinalIgnoreCase)
        || content.Contains("[0-9", StringComparison.Ordinal);

    // //vault/1/name/key, the rest of an address whose scheme is secret
    private static bool IsAddress(ReadOnlySpan<char> content) =>
        content.StartsWith("//")
        && content.Count('/') > 3
        && !content.ContainsAnyInRange('A', 'Z')
        && !content.ContainsAny('+', '=');

    // android.os.BinderProxy@2bd79ce, as Java prints what it has no text for
    private static bool IsObject(ReadOnlySpan<char> content)
    {
        var sign = content.IndexOf('@');
        return sign > 0
            && content.Length - sign is > 4 and < 10
            && !content[(sign + 1)..].ContainsAnyExcept(SecretValue.HexDigits)
            && content[..sign].Contains('.')
            && SecretValue.IsIdentifier(content[..sign]);
    }

    // Letters that take three bytes each, at least every second byte.
    private static bool IsTranslation(ReadOnlySpan<char> content)
    {
        var letters = 0;
        foreach (var c in content)
            letters += c >= PieceText.CharOf(0x80) ? 1 : 0;
        return letters >= 6 && letters * 2 >= content.Length;
    }

    private static bool IsCode(
        ReadOnlySpan<char> text,
        ReadOnlySpan<char> name,
        AssignedValue value,
        ReadOnlySpan<char> content
    )
    {
        if (
            content.StartsWith("$Env:", StringComparison.OrdinalIgnoreCase) || content.StartsWith("function(")
        )
            return true;
        // --token-secret:#b021075e, a colour
        if (
            content.Length <= 9
            && content[0] == '#'
            && !content[1..].ContainsAnyExcept(SecretValue.HexDigits)
        )
            return true;
        // "restore-password"===t
        var before = text[..value.Start].TrimEnd(' ');
        if (
            before.EndsWith("===")
            || before.EndsWith("!==")
            || before.EndsWith("\"==")
            || before.EndsWith("'==")
        )
            return true;
        // "PWD=" + folder, \&function, *pointer.Type
        if (content[0] == '+' && text[value.Start - 1] is '"' or '\'' || content.StartsWith("\\&"))
            return true;
        if (content[0] == '*' && SecretValue.IsIdentifier(content[1..]) && content.Contains('.'))
            return true;
        // NGHTTP3_QPACK_TOKEN__STATUS
        if (content.Count('_') >= 3 && !content.ContainsAnyExcept(ConstantChars))
            return true;
        // savedGpgPass, and no password that ends so in small letters
        if (
            content.EndsWith("Pass")
            && SecretValue.IsIdentifier(content)
            && !content.ContainsAnyInRange('0', '9')
        )
            return char.IsAsciiLetterLower(content[0]);
        if (value.Gap.Kind == GapKind.Blank && text[value.End..].StartsWith(";") && IsDeclared(name, content))
            return true;
        // keyRSA2048, x509PrivateKeyRSA4096
        if (SecretValue.IsIdentifier(content) && EndsInAny(content.TrimEnd("0123456789"), KeyTypes))
            return true;
        var nameStart = value.Gap.End - value.Gap.Length - name.Length;
        var isMember = name.Contains('.') || nameStart > 0 && text[nameStart - 1] == '.';
        return isMember && content.Contains(';') && content.Contains('=') || IsSameName(name, content);
    }

    // restoreApiKey:Gt.restoreApiKey, privateKey ed25519.PrivateKey
    private static bool IsSameName(ReadOnlySpan<char> name, ReadOnlySpan<char> content)
    {
        var last = name[(name.LastIndexOf('.') + 1)..];
        return content.EndsWith(last, StringComparison.OrdinalIgnoreCase)
            && (content.Length == last.Length || content[^(last.Length + 1)] == '.');
    }

    // AudioOutputToken m_activeCue; declares a member of a type.
    private static bool IsDeclared(ReadOnlySpan<char> name, ReadOnlySpan<char> content) =>
        char.IsAsciiLetterUpper(name[0])
        && name.ContainsAnyInRange('a', 'z')
        && !name.ContainsAny('_', '-')
        && SecretValue.IsIdentifier(content)
        && !SecretValue.IsRandom(content);

    private static bool EndsInAny(ReadOnlySpan<char> content, string[] endings)
    {
        foreach (var ending in endings)
            if (content.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
