using System.Buffers;
using Datacurve.Core.Redaction.Lines;
using Datacurve.Core.Redaction.Rules;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Pem;

/// <summary>
/// Lines of base64, as in private keys and certificates. Each is known by itself, without the <c>BEGIN</c>
/// and <c>END</c> around it, so that a key is redacted line by line and a diff of it still applies. The
/// markers stay.
/// </summary>
/// <remarks>
/// A line that is nothing but base64 is one from 16 characters on, one that ends in padding from 8. Behind
/// what programs put before lines (numbers, times, names of files, quotes) the same holds; behind anything
/// else only for the lengths that lines of keys have: 64 and 70. Lines of more than 72 are what mail and
/// programs make of pictures and archives: these are a key's only where their text says so.
/// </remarks>
internal static class PemLines
{
    public const string RuleId = "pem-line";
    private const int CharsMin = 16;
    private const int PaddedCharsMin = 8;
    private const int FullCharsMin = 48;
    private const int CharsMax = 80;
    private const int ClosersMax = 12;
    private const int TagCharsMax = 12;
    private const int DigestReach = 8;
    private const int KeyCharsMax = 72;
    private const int MailCharsMax = 76;
    private const int Sha1Chars = 28;
    private const int Sha256Chars = 44;

    // What a key in the format of OpenSSH begins with; most of its first line is zeros.
    private const string OpenSshStart = "b3BlbnNzaC1rZXktdjEA";

    // What the ids of algorithms of RSA's company begin with, the exponent 65537, and the name of Ed25519 in
    // keys of OpenSSH, each in the three ways that it can stand.
    private static readonly SearchValues<string> Constants = SearchValues.Create(
        [
            "KoZIhvcN",
            "qGSIb3DQ",
            "hkiG9w0B",
            "AgMBAAE",
            "IDAQAB",
            "CAwEAAQ",
            "C3NzaC1lZDI1NTE5",
            "tzc2gtZWQyNTUxO",
            "Lc3NoLWVkMjU1MTk",
        ],
        StringComparison.Ordinal
    );
    private static readonly SearchValues<char> Base64 = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/="
    );
    private static readonly SearchValues<char> Befores = SearchValues.Create(" \t\"'`:>|,#*([");
    private static readonly SearchValues<char> Behinds = SearchValues.Create(" \t\r\"'`<,;.)]|\\");

    private static readonly bool[] IsCloser = ByteTable.Of("\r\"',; +\\nr.)]}|"u8);
    private static readonly bool[] IsBase64 = ByteTable.Of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/="u8
    );

    /// <summary>What a line has in which bodies follow one another behind escaped ends of lines.</summary>
    public static ReadOnlySpan<byte> Begin => "-----BEGIN "u8;

    /// <summary>Whether the end of a line is such that <see cref="Find"/> is worth calling.</summary>
    public static bool MayEndLine(ReadOnlySpan<byte> text)
    {
        for (var closers = 0; closers < ClosersMax && text.Length >= PaddedCharsMin; closers++)
        {
            var last = text[^1];
            if (IsBase64[last])
            {
                var length = last == (byte)'=' ? PaddedCharsMin : CharsMin;
                if (text.Length >= length && IsBase64[text[^length]] && AreBase64(text[^length..]))
                    return true;
            }
            if (last == (byte)'>')
            {
                // The end of an element, such as that of <code>.
                var tag = text[^Math.Min(text.Length, TagCharsMax)..];
                var open = tag.LastIndexOf((byte)'<');
                if (open < 0)
                    return false;
                text = text[..^(tag.Length - open)];
                continue;
            }
            if (!IsCloser[last])
                return false;
            text = text[..^1];
        }
        return false;
    }

    private static bool AreBase64(ReadOnlySpan<byte> text)
    {
        for (var at = text.Length - 1; at >= 0; at--)
            if (!IsBase64[text[at]])
                return false;
        return true;
    }

    /// <summary>Finds the bodies of keys that stand in a piece.</summary>
    public static void Find(ReadOnlySpan<char> text, List<Found> found)
    {
        // As WireGuard shows that of a peer.
        if (text.StartsWith("public key: "))
            return;
        for (var at = 0; at < text.Length; )
        {
            var start = text[at..].IndexOfAny(Base64);
            if (start < 0)
                return;
            start += at;
            var length = text[start..].IndexOfAnyExcept(Base64);
            var end = length < 0 ? text.Length : start + length;
            at = end;
            if (
                end - start < PaddedCharsMin
                || end - start > CharsMax && end - start != KeyMember.LongChars
                || !IsBounded(text, start, end)
            )
                continue;
            // The plus of a diff that is itself in a string.
            if (text[start] == '+' && IsOfKey(end - start - 1))
                start++;
            if (IsBody(text, start, end))
                found.Add(new Found(start, end, RuleId, RuleId.Replace('-', '_'), Rank.Context));
        }
    }

    private static bool IsBounded(ReadOnlySpan<char> text, int start, int end) =>
        (start == 0 || Befores.Contains(text[start - 1]) || IsMark(text, start - 1))
        && (end == text.Length || Behinds.Contains(text[end]));

    // The minus of a diff inside a string, or the sign that joins lines of grep's context.
    private static bool IsMark(ReadOnlySpan<char> text, int at) =>
        text[at] == '-' && (at == 0 || text[at - 1] is ' ' || char.IsAsciiDigit(text[at - 1]));

    private static bool IsBody(ReadOnlySpan<char> text, int start, int end)
    {
        var body = text[start..end];
        var padding = body.Length - body.TrimEnd('=').Length;
        if (padding > 2 || body[..^padding].Contains('='))
            return false;
        if (PemEnds.IsPicture(body) || PemEnds.IsPublicKey(body) || body.EndsWith("Padding"))
            return false;
        if (body.StartsWith(OpenSshStart) || IsOfKeyOrMail(body.Length) && body.ContainsAny(Constants))
            return true;
        if (PemEnds.IsOfOpenSsh(body) && !IsString(text, start, end))
            if (PemFrame.Around(text, start, end) is Frame.Line or Frame.Log)
                return true;
        if (!IsMixed(body) || Examples.IsExample(body))
            return false;
        if (KeyMember.Is(text, start, body))
            return true;
        var hidden = body.Length >= CharsMin ? EncodedText.KindOf(body) : HiddenText.None;
        if (hidden == HiddenText.Other || body.Length > KeyCharsMax && hidden != HiddenText.Base64)
            return false;
        if (IsDigest(text, start))
            return false;
        if (IsLineOfKey(body))
            return true;
        if (IsPath(body) || IsDigestOfList(text, start, end, padding))
            return false;
        var frame = PemFrame.Around(text, start, end);
        if (frame == Frame.Other)
            return false;
        if (body.Length >= FullCharsMin)
            return Entropy.Of(body) >= 4.2 && IsRandom(body);

        // Programs log digests and ids in base64 too.
        if (frame == Frame.Program || frame == Frame.Log && padding == 0)
            return false;

        // A plus or minus at the start of a line is taken for that of a diff, and is not seen here.
        // Lines of 70, as OpenSSH has them, leave two for the last.
        var isWhole =
            body.Length % 4 == 0
            || padding > 0 && body.Length % 4 == 2 && body.Length >= CharsMin
            || start == 0 && padding > 0 && body.Length % 4 == 3;
        if (!isWhole || padding == 0 && body.Length < CharsMin)
            return false;
        if (body.Length == CharsMin && IsString(text, start, end) || IsFileOfDiff(body, start))
            return false;
        if (padding == 0)
            return Entropy.Of(body) >= 3.3 && IsRandom(body) && !IsIdentifier(body);
        return body.Length >= CharsMin
            ? CharClasses.Changes(body) * 5 >= body.Length * 2 && Words.Share(body) < 0.7
                || CharClasses.Changes(body) * 3 >= body.Length && CommonGrams.AreFewIn(body)
            : CharClasses.Changes(body) * 5 >= body.Length * 3
                && (end == text.Length || text[end] is '<' or ' ');
    }

    private static bool IsOfKey(int length) => length is 64 or 70;

    private static bool IsOfKeyOrMail(int length) => IsOfKey(length) || length == MailCharsMax;

    private static bool IsLineOfKey(ReadOnlySpan<char> body) =>
        IsOfKey(body.Length)
        && CountIn(body, '0', '9') >= 2
        && CountIn(body, 'A', 'Z') >= 6
        && CountIn(body, 'a', 'z') >= 6
        && CharClasses.Changes(body) * 5 >= body.Length * 2
        && Entropy.Of(body) >= 4.2
        && IsRandom(body);

    // Half of a random line may be words by chance; it still changes between cases as no text does, or its
    // letters follow one another as those of words seldom do.
    private static bool IsRandom(ReadOnlySpan<char> body) =>
        !Words.AreMost(body)
        || Words.Share(body) < 0.75 && CharClasses.Changes(body) * 2 >= body.Length
        || CommonGrams.AreFewIn(body);

    private static int CountIn(ReadOnlySpan<char> body, char first, char last)
    {
        var count = 0;
        foreach (var c in body)
            count += c >= first && c <= last ? 1 : 0;
        return count;
    }

    private static bool IsMixed(ReadOnlySpan<char> body) =>
        body.ContainsAnyInRange('A', 'Z')
        && body.ContainsAnyInRange('a', 'z')
        && (
            body.ContainsAnyInRange('0', '9')
            || body.ContainsAny('+', '/', '=') && CharClasses.Changes(body) * 2 >= body.Length
        );

    // sha384-…, as browsers want it, is just as long as a line of a key; h1:… is of Go's modules.
    private static bool IsDigest(ReadOnlySpan<char> text, int start)
    {
        var before = text[Math.Max(0, start - DigestReach)..start];
        return before.Contains("384", StringComparison.Ordinal)
            || before.Contains("sha", StringComparison.Ordinal)
            || before.EndsWith("h1:");
    }

    // X25519PrivateKey: short words that each begin with a capital. Lokhttp3/Address; is a type of Java's.
    private static bool IsIdentifier(ReadOnlySpan<char> body) =>
        !body.ContainsAny('+', '/') && (CharClasses.Changes(body) * 2 < body.Length || IsPascalCase(body))
        || body[0] == 'L'
            && body.Contains('/')
            && !body.Contains('+')
            && CharClasses.Changes(body) * 2 < body.Length;

    // AssignAddPtrInt8: small letters behind each capital, and digits at the end alone.
    private static bool IsPascalCase(ReadOnlySpan<char> body)
    {
        body = body.TrimEnd("0123456789");
        if (!char.IsAsciiLetterUpper(body[0]) || body.IndexOfAnyInRange('0', '9') >= 0)
            return false;
        for (var at = 1; at < body.Length; at++)
            if (char.IsAsciiLetterUpper(body[at]) && char.IsAsciiLetterUpper(body[at - 1]))
                return false;
        return char.IsAsciiLetterLower(body[^1]);
    }

    // sun/nio/ch/SelChImpl, Sun/Nov/6/94/GMT
    private static bool IsPath(ReadOnlySpan<char> body)
    {
        if (body.Count('/') < 2 || body.ContainsAny('+', '='))
            return false;
        foreach (var range in body.Split('/'))
        {
            var part = body[range].TrimEnd("0123456789");
            if (part.ContainsAnyExceptInRange('a', 'z') && !IsCapitals(part) && !IsPascalCase(part))
                return false;
        }
        return true;
    }

    private static bool IsCapitals(ReadOnlySpan<char> part) => !part.ContainsAnyExceptInRange('A', 'Z');

    // "48AV…=", of 160 or 256 bits, in a string or element of its own. No kind of key leaves as much for its
    // last line.
    private static bool IsDigestOfList(ReadOnlySpan<char> text, int start, int end, int padding) =>
        padding == 1
        && end - start is Sha1Chars or Sha256Chars
        && start > 0
        && end < text.Length
        && (text[start - 1], text[end]) is ('"', '"') or ('\'', '\'') or ('>', '<');

    // A member of a list or an object; a line of a key has its end in the string.
    private static bool IsString(ReadOnlySpan<char> text, int start, int end) =>
        start > 0 && end < text.Length && text[start - 1] == '"' && text[end] == '"';

    // --- a/net/bcp38/Makefile, of which the dashes are not seen here
    private static bool IsFileOfDiff(ReadOnlySpan<char> body, int start) =>
        start == 0 && body[0] is 'a' or 'b' && body[1] == '/' && Words.Share(body) >= 0.4;
}
