using System.Buffers;
using System.Text;
using Datacurve.Core.Redaction.Assigned;
using Datacurve.Core.Redaction.Rules;

namespace Datacurve.Core.Redaction.Values;

/// <summary>
/// Judges values: what stands where a secret may stand is a secret, an example, a reference to where the
/// secret is, or code.
/// </summary>
internal static class SecretValue
{
    public static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private const int KeyCharsMin = 10;
    private const int PasswordCharsMin = 6;
    private const int CharsMax = 8192;
    private const int LongCharsMin = 32;
    private const int UuidChars = 36;
    private const int PhraseCharsMin = 14;
    private const int RandomCharsMin = 24;
    private const double WordShareMax = 0.7;
    private static readonly SearchValues<char> CodeChars = SearchValues.Create("(){}[]<>|`");
    private static readonly SearchValues<char> PhraseChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!"
    );
    private static readonly SearchValues<char> CodeMarks = SearchValues.Create("(){}<>;,|");
    private static readonly SearchValues<char> VariableChars = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:.-"
    );
    private static readonly SearchValues<char> Joints = SearchValues.Create("-.:/_ ");
    private static readonly SearchValues<char> Symbols = SearchValues.Create("!@#$%^&*()+=~?|[]{};,<>\"'`");

    private static readonly string[] FileTypes =
        "pem key json yaml yml txt crt cert cfg conf html py js ts go php java svg png xml sh toml".Split(
            ' '
        );

    private static readonly (string Opening, char Closing)[] Templates =
    [
        ("${", '}'),
        ("{{", '}'),
        ("$(", ')'),
        ("#{", '}'),
    ];

    /// <summary>Whether a key or token of this form is made by a machine.</summary>
    public static bool IsKey(ReadOnlySpan<char> value)
    {
        if (value.Length is < KeyCharsMin or > CharsMax || Examples.IsExample(value) || IsReference(value))
            return false;
        if (
            value.ContainsAny(" \t")
            || !Ascii.IsValid(value)
            || (value.Length < LongCharsMin && value.ContainsAny(CodeChars))
            || value.Contains("://", StringComparison.Ordinal)
        )
            return false;
        if (IsUuid(value) || IsPath(value) || IsDigest(value) || IsVersion(value) || IsHexNumber(value))
            return false;
        if (Dates.AreAtEnd(value))
            return false;
        var digits = DigitsIn(value);
        if (digits == 0)
            return value.Length >= 16
                && !Words.AreMost(value)
                && Entropy.Of(value) >= 3.4
                && LetterCase.IsMixed(value)
                && !LetterCase.IsCamel(value);
        if (digits + value.CountAny(Joints) == value.Length)
            return false;
        return Words.Share(value) < (value.Length < 20 ? 0.5 : WordShareMax)
            && Entropy.Of(value) >= (value.Length < 16 ? 2.6 : 2.8);
    }

    /// <summary>Whether it is a key and neither a digest nor a name with a number.</summary>
    public static bool IsRandomKey(ReadOnlySpan<char> value) =>
        value.Length >= RandomCharsMin
        && value.ContainsAnyInRange('A', 'Z')
        && value.ContainsAnyInRange('a', 'z')
        && value.ContainsAnyInRange('0', '9')
        && !Words.AreMost(value)
        && Entropy.Of(value) >= 4
        && IsKey(value);

    /// <summary>
    /// Whether it is a key whatever stands around it: of small letters, capitals and digits, or a long one of
    /// letters and digits that is no number in hex.
    /// </summary>
    public static bool IsRandom(ReadOnlySpan<char> value) =>
        IsRandomKey(value) && !(value.Length > UuidChars && IsUuid(value[^UuidChars..]))
        || value.Length >= RandomCharsMin
            && value.ContainsAnyInRange('0', '9')
            && value.ContainsAnyExcept(HexDigits)
            && Words.AreUnlikely(value)
            && Entropy.Of(value) >= 3.8
            && IsKey(value);

    /// <summary>
    /// Whether it is a key where the name leaves no doubt that one stands here: a UUID may be one then, and
    /// words with a number among them.
    /// </summary>
    /// <param name="value">Without its quotes.</param>
    /// <param name="mayBeChosen">Whether people choose such a value themselves.</param>
    public static bool IsKeyOfStrongName(ReadOnlySpan<char> value, bool mayBeChosen) =>
        !Examples.IsExample(value)
        && !IsReference(value)
        && (
            IsUuid(value) && !Examples.IsExampleUuid(value)
            || mayBeChosen && IsPhrase(value)
            || Words.AreRare(value)
                && !LetterCase.IsCamel(value)
                && Ascii.IsValid(value)
                && !IsVersion(value)
                && !IsHexNumber(value)
            || EncodedText.Of(value) is { } decoded && (IsKey(decoded) || IsUuid(decoded))
        );

    // correct-horse-7-battery
    private static bool IsPhrase(ReadOnlySpan<char> value) =>
        value.Length is >= PhraseCharsMin and < 64
        && value.ContainsAnyInRange('0', '9')
        && value.Count('-') >= 2
        && !value.ContainsAnyExcept(PhraseChars)
        && !IsVersion(value)
        && !IsDigest(value)
        && !EndsInFileType(value);

    /// <summary>Whether it may be a password that someone chose.</summary>
    /// <param name="value">Without its quotes.</param>
    /// <param name="place">What says that one stands here.</param>
    public static bool IsPassword(ReadOnlySpan<char> value, PasswordPlace place)
    {
        var isDoubtful = place == PasswordPlace.Doubtful;
        if (value.Length < (isDoubtful ? PasswordCharsMin : 4) || value.Length > 256)
            return false;
        if (ChosenPassword.IsWalk(value))
            return true;
        if (Examples.IsExample(value) || IsReference(value))
            return false;
        if (IsPath(value) || value.Contains("://", StringComparison.Ordinal))
            return false;
        if (ChosenPassword.Is(value, place))
            return true;
        if (value.ContainsAny(" \t"))
            return false;
        var digits = DigitsIn(value);
        var letters = value.ContainsAnyInRange('A', 'Z') || value.ContainsAnyInRange('a', 'z');
        if (place == PasswordPlace.Setting)
            return digits > 0
                || Words.Share(value) < WordShareMax
                || (value.Length >= 8 && !IsIdentifier(value));
        if (!letters)
            return false;
        if (value.ContainsAny(Symbols))
            return digits > 0 && !LooksLikeCode(value);
        if (digits == 0)
            return value.Length >= 10
                && LetterCase.IsMixed(value)
                && (
                    !Words.AreMost(value) || value.Length >= 12 && !isDoubtful && CommonGrams.AreFewIn(value)
                );

        // A word and a number is what people choose; with joints between its parts it is a name.
        return value.ContainsAny(Joints)
            ? !Words.AreMost(value) || IsPhrase(value)
            : Words.Share(value) < WordShareMax || (digits > 1 && value.Length >= 8);
    }

    /// <summary>Whether it looks like a password, a key or a UUID that stands for one.</summary>
    public static bool MayBeSecret(ReadOnlySpan<char> value) =>
        IsPassword(value, PasswordPlace.Literal)
        || IsKey(value)
        || IsUuid(value) && !Examples.IsExampleUuid(value);

    /// <summary>A variable, a template, or a call that gives the value elsewhere.</summary>
    public static bool IsReference(ReadOnlySpan<char> value) =>
        value[0] is '$'
            && (
                value.Length < 2
                || value[1] is '{' or '(' or '$'
                || IsIdentifier(value[1..])
                || char.IsAsciiDigit(value[1]) && !value[2..].Contains('$')
            )
        || value[0] is '<' && value[^1] is '>'
        || value[0] is '{' && value[^1] is '}'
        || value[0] is '<' or '{' or '@' && value.Length > 1 && value[1] is '{'
        || HasTemplate(value)
        || (value[0] == '%' && (value[^1] == '%' || value.Length <= 3))
        || value is ['%', 's', ..] or [.., '%', 's'] or ['%', '(', .., ')', 's']
        || value is ['!', .. var variable, '!']
            && variable.Length > 2
            && Gap.IsVariable(variable)
            && IsIdentifier(variable)
        || value.Contains("%s:", StringComparison.Ordinal)
        || value.Trim("\"'\\,.;)").SequenceEqual("%s")
        || value is ['s', 'e', 'l', 'f', '.', ..] or ['t', 'h', 'i', 's', '.', ..]
        || value.StartsWith("env.", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("env:", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("process.env", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("os.", StringComparison.Ordinal)
        || value.StartsWith("urn:", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("vault:", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("secretref:", StringComparison.OrdinalIgnoreCase)
        || EncodedText.IsSealed(value)
        || value.StartsWith("arn:", StringComparison.OrdinalIgnoreCase);

    /// <summary>All of it a variable that something else fills in: <c>${env:NAME}</c>.</summary>
    public static bool IsVariable(ReadOnlySpan<char> value) =>
        value is ['$', '{', .. var name, '}'] && !name.ContainsAnyExcept(VariableChars);

    // ${NAME}, {{ name }}, $(command), #{name}: with what closes it, unless the piece ends before.
    private static bool HasTemplate(ReadOnlySpan<char> value)
    {
        foreach (var (opening, closing) in Templates)
        {
            var at = value.IndexOf(opening);
            if (at >= 0 && (at == 0 || value[at..].Contains(closing)))
                return true;
        }
        return false;
    }

    /// <summary>A dotted name such as <c>self.token2.value</c>.</summary>
    public static bool IsIdentifier(ReadOnlySpan<char> value)
    {
        var isStart = true;
        foreach (var c in value)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '$'))
                return false;
            if (isStart && (char.IsAsciiDigit(c) || c == '.'))
                return false;
            isStart = c == '.';
        }
        return !isStart;
    }

    public static bool IsUuid(ReadOnlySpan<char> value) =>
        value.Length is 36 or 38 && Guid.TryParse(value, out _);

    // 7.9.0-rc.42413 and the like.
    private static bool IsVersion(ReadOnlySpan<char> value)
    {
        var dot = value.TrimStart('v').IndexOfAnyExceptInRange('0', '9');
        var rest = dot is > 0 and < 5 ? value.TrimStart('v')[dot..] : [];
        return value.Length < 32
            && rest.Length > 3
            && rest[0] == '.'
            && rest[1..].IndexOf('.') is > 0 and < 5;
    }

    // 0x34ed9ac1c1e0083: at most 64 bits.
    private static bool IsHexNumber(ReadOnlySpan<char> value) =>
        value.Length <= 18 && value.StartsWith("0x") && !value[2..].ContainsAnyExcept(HexDigits);

    private static int DigitsIn(ReadOnlySpan<char> value)
    {
        var digits = 0;
        foreach (var c in value)
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        return digits;
    }

    // SOME_CONSTANT+5 too.
    private static bool LooksLikeCode(ReadOnlySpan<char> value) =>
        (value.ContainsAny(CodeMarks) || value.Contains('+') && value.Contains('_')) && Words.AreMost(value);

    private static bool IsPath(ReadOnlySpan<char> value) =>
        value[0] is '/' or '~' && value[1..].Contains('/') && Words.AreMost(value)
        || value.StartsWith("./")
        || value.StartsWith("../")
        || (value.Contains('/') && Words.AreMost(value))
        || EndsInFileType(value);

    private static bool EndsInFileType(ReadOnlySpan<char> value)
    {
        var dot = value.LastIndexOf('.');
        if (dot <= 0 || value.Length - dot is <= 2 or >= 7)
            return false;
        foreach (var type in FileTypes)
            if (value[(dot + 1)..].SequenceEqual(type))
                return true;
        return false;
    }

    private static bool IsDigest(ReadOnlySpan<char> value) =>
        value.StartsWith("sha1-")
        || value.StartsWith("sha256-")
        || value.StartsWith("sha384-")
        || value.StartsWith("sha512-")
        || value.StartsWith("sha256:")
        || value.StartsWith("sha1:")
        || value.StartsWith("sha512:")
        || value.StartsWith("h1:")
        || value.StartsWith("md5:")
        || value.StartsWith("md5-");
}
