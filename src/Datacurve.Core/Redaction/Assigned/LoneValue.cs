using System.Buffers;
using System.Text.RegularExpressions;
using Datacurve.Core.Redaction.Lines;
using Datacurve.Core.Redaction.Pem;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Assigned;

/// <summary>
/// A drawn value that is all of its line, as programs print it that were asked for a secret:
/// <c>vault kv get -field=…</c>, <c>openssl rand</c>, <c>pass show</c>. Also in quotes, in a table of one
/// column, and behind what a language's shell puts before its answers (<c>Out[3]: '…'</c>).
/// </summary>
/// <remarks>
/// Nothing says here that a secret stands on the line, so its form has to: small letters, capitals and
/// digits in no order, of a length that neither digests, ids nor full lines of base64 have. What
/// <c>PemLines</c> takes as well counts as its own.
/// </remarks>
internal static class LoneValue
{
    public const string RuleId = "secret-alone";
    private const int CharsMin = 20;
    private const int SignedCharsMin = 14;
    private const int BlockCharsMin = 60;
    private const int CharsMax = 88;
    private const int LowerCharsMin = 30;
    private const int FormCharsMax = 180;
    private const int LineCharsMax = 240;
    private const int ClosersMax = 4;
    private const int MarkCharsMax = 64;

    // What nanoid draws, for ids.
    private const int NanoIdChars = 21;
    private const int KsuidChars = 27;
    private const string Signs = "!@#$%^&*?~";
    private static readonly bool[] IsToken = ByteTable.Of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_+/=!@#$%^&*?~."u8
    );
    private static readonly SearchValues<char> UrlChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
    );
    private static readonly SearchValues<char> Base64 = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"
    );
    private static readonly SearchValues<char> SignedChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_+!@#$%^&*?~."
    );
    private static readonly SearchValues<char> Base58 = SearchValues.Create(
        "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    );

    private static readonly bool[] IsCloser = ByteTable.Of("\r \"'`,;|\\)"u8);

    // What shells of languages and debuggers put before an answer, tests before what they wanted and got, and
    // programs before the lines of a file.
    private static readonly string[] AnswerMarks =
    [
        @"(Out\[\d{1,5}\]|[Ee]xpected|[Rr]eceived|[Aa]ctual|[Gg]ot|[Ww]ant|left|right): +",
        @"(#|\$\d{1,4} =|=)?=> +",
        @"(\([\w :*&<>]{1,40}\) )?\$R?\d{1,4}(: String)? = (0x[0-9a-f]{1,16} )?",
        @"(val )?(res\d{1,4}|it): ?[\w.]{1,20} = ",
        ": string = ",
        @"string\(\d{1,4}\) ",
        @"\[1\] ",
        "E +[-+]? *",
        @"([\w./-]{1,48}:)?\d{1,5}[:\t] ?",
    ];
    private static readonly Lazy<Regex> AnswerMark = new(() =>
        new Regex(
            $"^({string.Join('|', AnswerMarks)})",
            RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
        )
    );

    // Tokens with a form of their own that no word begins: of Vault before 1.10, Airtable, Infisical,
    // hCaptcha, Discord, Sanity and X.
    private const string Forms =
        @"s\.[A-Za-z0-9]{24}|pat[A-Za-z0-9]{14}\.[0-9a-f]{64}|st\.[0-9a-f]{24}\.[0-9a-f]{32}\.[0-9a-f]{32}"
        + @"|ES_[0-9a-f]{32}|[MNO][A-Za-z0-9]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}|sk[A-Za-z0-9]{178}"
        + @"|[0-9]{15,19}-[A-Za-z0-9]{40}";
    private static readonly Lazy<Regex> Form = new(() =>
        new Regex($@"\A({Forms})\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)
    );

    /// <summary>Whether the end of a line is such that <see cref="Find"/> is worth calling.</summary>
    public static bool MayBe(ReadOnlySpan<byte> line)
    {
        if (line.Length is < SignedCharsMin or > LineCharsMax)
            return false;
        var end = line.Length;
        for (; !IsToken[line[end - 1]]; end--)
            if (line.Length - end >= ClosersMax || !IsCloser[line[end - 1]])
                return false;
        if (end < SignedCharsMin || !IsToken[line[end - SignedCharsMin]])
            return false;
        var (start, hasDigit, hasSmall) = (end, false, false);
        for (; start > 0 && IsToken[line[start - 1]]; start--)
        {
            hasDigit |= char.IsAsciiDigit((char)line[start - 1]);
            hasSmall |= char.IsAsciiLetterLower((char)line[start - 1]);
        }
        return hasDigit
            && hasSmall
            && end - start >= SignedCharsMin
            && line[..start].TrimStart(" \t+-"u8).Length <= MarkCharsMax;
    }

    /// <summary>Finds the value that a line is, but for what stands around it.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="found">Takes what is found.</param>
    public static void Find(ReadOnlySpan<char> text, List<Found> found)
    {
        // What browsers draw between the parts of a form.
        if (text.StartsWith("WebKitFormBoundary"))
            return;
        var (start, end) = (0, text.TrimEnd(" \t\r").Length);
        var isAnswer = false;
        if (text.StartsWith("| ") && text[..end].EndsWith(" |") && end > 4)
        {
            end = text[..(end - 1)].TrimEnd(' ').Length;
            start = text[..end].LastIndexOf(' ') + 1;
            if (text[1..start].ContainsAnyExcept(' '))
                return;
        }
        else
        {
            start = AnswerStart(text[..end]);
            isAnswer = start > 0;
            if (text[..end].EndsWith(" \\"))
                end = text[..(end - 2)].TrimEnd(' ').Length;
            end = text[..end].TrimEnd(",;").Length;
            if (end > 2 && text[end - 1] == ')' && text[end - 2] is '"' or '\'')
                end--;
        }
        if (end - start > 3 && text[start] == 'b' && text[start + 1] is '\'' or '"')
            (start, isAnswer) = (start + 1, true);
        if (end - start > 2 && text[start] is '"' or '\'' or '`')
        {
            if (text[end - 1] != text[start])
                return;
            (start, end) = (start + 1, end - 1);
        }
        if (end - start < SignedCharsMin)
            return;
        var value = text[start..end];
        if (value.Length <= CharsMax && IsSecret(value, isAnswer) || IsOfForm(value))
            found.Add(new Found(start, end, RuleId, "secret", Rank.Context));
    }

    private static int AnswerStart(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAny(" :\t"))
            return 0;
        var marks = AnswerMark.Value.EnumerateMatches(text);
        return marks.MoveNext() ? marks.Current.Length : 0;
    }

    private static bool IsOfForm(ReadOnlySpan<char> value) =>
        value.Length <= FormCharsMax
        && value[0] is 's' or 'p' or 'E' or 'M' or 'N' or 'O' or (>= '0' and <= '9')
        && Form.Value.IsMatch(value)
        && !Examples.IsExample(value);

    private static bool IsSecret(ReadOnlySpan<char> value, bool isAnswer)
    {
        if (!value.ContainsAnyInRange('0', '9') || !value.ContainsAnyInRange('a', 'z'))
            return false;
        var isPlain = !value.ContainsAnyExcept(CharClasses.LettersAndDigits);
        if (!value.ContainsAnyInRange('A', 'Z'))
            return isPlain && IsOfSmallLetters(value);
        if (isPlain)
            return IsOfLength(value, isAnswer)
                && !IsAddress(value)
                && !LetterCase.IsCamel(value)
                && IsDrawn(value);
        if (!value.ContainsAnyExcept(UrlChars))
            return !HasPrefix(value) && IsDrawn(value);
        if (!value.TrimEnd('=').ContainsAnyExcept(Base64))
            return IsOfLength(value, isAnswer)
                && !IsDigest(value)
                && !PemEnds.IsPicture(value)
                && !(value.Contains('/') && IsPath(value))
                && EncodedText.KindOf(value) == HiddenText.None
                && IsDrawn(value);
        return !value.ContainsAnyExcept(SignedChars) && IsSigned(value);
    }

    // No line of many.
    private static bool IsOfLength(ReadOnlySpan<char> value, bool isAnswer) =>
        isAnswer
        || value.Length < BlockCharsMin
        || value.Length == KeyMember.LongChars && value.EndsWith("==");

    private static bool IsDrawn(ReadOnlySpan<char> value) =>
        value.Length >= CharsMin
        && value.Length != NanoIdChars
        && Entropy.Of(value) >= (value.Length < 24 ? 3.6 : 4)
        && CharClasses.Changes(value) * 5 >= value.Length * 2
        && !Words.AreMost(value)
        && SecretValue.IsKey(value);

    // As long as neither Nix's hashes (32, or 52 without e, o, t and u) nor the names of onions (56) and of
    // content (59) are.
    private static bool IsOfSmallLetters(ReadOnlySpan<char> value) =>
        value.Length is >= LowerCharsMin and < BlockCharsMin and not (32 or 56 or 59)
        && !(value.Length == 52 && !value.ContainsAny("eotu"))
        && value.ContainsAnyExcept(SecretValue.HexDigits)
        && Words.AreUnlikely(value)
        && Entropy.Of(value) >= 3.8
        && SecretValue.IsKey(value);

    private static bool IsSigned(ReadOnlySpan<char> value)
    {
        var different = 0;
        foreach (var sign in Signs)
            different += value.Contains(sign) ? 1 : 0;
        return different >= 2
            && Words.Share(value) < 0.45
            && CharClasses.Changes(value) * 2 >= value.Length
            && !IsEncoded(value)
            && !(value.Contains('@') && value[value.LastIndexOf('@')..].Contains('.'))
            && SecretValue.IsKey(value);
    }

    // foo%5B%5D
    private static bool IsEncoded(ReadOnlySpan<char> value)
    {
        for (var at = 0; at + 2 < value.Length; at++)
            if (
                value[at] == '%'
                && char.IsAsciiHexDigit(value[at + 1])
                && char.IsAsciiHexDigit(value[at + 2])
            )
                return true;
        return false;
    }

    // msg_01Ab…, Curl_sha512_…, b1_36vJ…: the part before says whose id or name it is, or what is behind it a
    // part of. Outlook's boundaries are _000_….
    private static bool HasPrefix(ReadOnlySpan<char> value)
    {
        if (value.StartsWith("_00"))
            return true;
        var prefix = value[..value.IndexOfAny('-', '_')];
        if (prefix.Length < 2)
            return false;
        var behind = prefix[1..].TrimEnd("0123456789");
        return !behind.ContainsAnyExceptInRange('a', 'z') && prefix.Length - behind.Length <= 2
            || !prefix.ContainsAnyExceptInRange('A', 'Z');
    }

    // Of a wallet, of content (Qm…), of a public key in base58, or an id that sorts by time (KSUID).
    private static bool IsAddress(ReadOnlySpan<char> value) =>
        value.Length == KsuidChars && value[0] <= '3'
        || !value.ContainsAnyExcept(Base58)
            && (
                value.Length is >= 26 and <= 35 && value[0] is '1' or '3'
                || value.Length is 43 or 44
                || value.StartsWith("Qm")
                || value.StartsWith("12D3Koo")
            );

    // a/net/bcp38/Makefile, of which the header of a diff has nothing else on its line.
    private static bool IsPath(ReadOnlySpan<char> value) =>
        value is ['a' or 'b', '/', ..]
        || CharClasses.Changes(value) * 2 < value.Length
        || Words.Share(value) >= 0.4;

    // Of 16, 20, 32 and 48 bytes. Of 64, whose line nothing else is on, are keys of accounts.
    private static bool IsDigest(ReadOnlySpan<char> value) =>
        value.Length == 64
        || value[^1] == '=' && value.Length is 24 or 28 or 44
        || value.StartsWith("sha256//");
}
