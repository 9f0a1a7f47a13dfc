using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Datacurve.Server.Auth;

/// <summary>
/// A key as it is shown once: <c>dck_</c>, 12 hex digits that name it, <c>_</c>, 48 hex digits that nobody
/// can guess (192 random bits). The prefix lets secret scanners know it. What is stored is the SHA-256 of the
/// whole; a slow hash would add nothing to a secret of this size.
/// </summary>
internal sealed partial record ApiKey(string KeyId, string Text)
{
    private const int IdBytes = 6;
    private const int SecretBytes = 24;

    public byte[] Hash => SHA256.HashData(Encoding.ASCII.GetBytes(Text));

    public static ApiKey New()
    {
        var keyId = RandomNumberGenerator.GetHexString(2 * IdBytes, lowercase: true);
        return new ApiKey(
            keyId,
            $"dck_{keyId}_{RandomNumberGenerator.GetHexString(2 * SecretBytes, lowercase: true)}"
        );
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out ApiKey? key)
    {
        key = Pattern().Match(text) is { Success: true } match
            ? new ApiKey(match.Groups["id"].Value, text)
            : null;
        return key is not null;
    }

    [GeneratedRegex(
        @"\Adck_(?<id>[0-9a-f]{12})_[0-9a-f]{48}\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Pattern();
}
