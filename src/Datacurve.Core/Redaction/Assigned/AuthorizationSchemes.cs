using System.Buffers;
using System.Text;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Assigned;

/// <summary>Credentials behind the name of an HTTP authentication scheme, wherever they stand.</summary>
internal static class AuthorizationSchemes
{
    public const string BasicRule = "http-basic-credentials";
    public const string BearerRule = "http-bearer-token";
    private const int BearerCharsMin = 16;

    private static readonly SearchValues<char> TokenChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~+/=-:"
    );

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Names = new HashSet<string>(
        StringComparer.OrdinalIgnoreCase
    )
    {
        "bearer",
        "basic",
        "token",
        "apikey",
        "api-key",
        "ssws",
        "splunk",
        "geniekey",
        "bot",
        "oauth",
        "jwt",
        "key",
        "hmac",
        "apitoken",
        "digest",
        "negotiate",
        "ntlm",
        "pve",
        "token:",
        "client",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool IsScheme(ReadOnlySpan<char> word) => Names.Contains(word);

    /// <summary>What follows <c>Bearer</c> or <c>Basic</c>.</summary>
    public static void Find(ReadOnlySpan<char> text, int start, int end, List<Found> found)
    {
        if (start > 0 && char.IsAsciiLetterOrDigit(text[start - 1]))
            return;
        var isBasic = (text[start + 1] | 0x20) == 'a';
        var at = end;
        while (at < text.Length && text[at] == ' ')
            at++;
        var run = text[at..].IndexOfAnyExcept(TokenChars);
        var stop = run < 0 ? text.Length : at + run;
        while (stop > at && text[stop - 1] is '.' or ':')
            stop--;
        var value = text[at..stop];
        if (isBasic)
        {
            if (IsUserAndPassword(value))
                found.Add(new Found(at, stop, BasicRule, "secret", Rank.Context));
        }
        else if (value.Length >= BearerCharsMin && (SecretValue.IsKey(value) || SecretValue.IsUuid(value)))
        {
            found.Add(new Found(at, stop, BearerRule, "secret", Rank.Context));
        }
    }

    private static bool IsUserAndPassword(ReadOnlySpan<char> base64)
    {
        Span<byte> bytes = stackalloc byte[384];
        if (base64.Length is < 8 or > 512 || !Convert.TryFromBase64Chars(base64, bytes, out var written))
            return false;
        bytes = bytes[..written];
        var colon = bytes.IndexOf((byte)':');
        if (colon < 0 || bytes.ContainsAnyInRange((byte)0, (byte)0x1f))
            return false;
        var password = Encoding.Latin1.GetString(bytes[(colon + 1)..]);
        return password.Length > 0 && !Examples.IsExample(password);
    }
}
