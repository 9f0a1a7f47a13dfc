using System.Buffers;
using Datacurve.Core.Redaction.Personal;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Assigned;

/// <summary>The password in <c>scheme://user:password@host</c>, or a token as its user.</summary>
internal static class UrlCredentials
{
    public const string RuleId = "url-credentials";
    private const int CharsMax = 1024;
    private const int DrawnCharsMin = 12;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly SearchValues<char> Ends = SearchValues.Create("/?\\ \t\r\0\"'`<>|");

    /// <param name="text">The piece.</param>
    /// <param name="at">Where the part behind <c>://</c> begins.</param>
    /// <param name="found">Takes what is found.</param>
    public static void Find(ReadOnlySpan<char> text, int at, List<Found> found)
    {
        var rest = text[at..Math.Min(text.Length, at + CharsMax)];
        var end = rest.IndexOfAny(Ends);
        var authority = end < 0 ? rest : rest[..end];
        var host = authority.LastIndexOf('@');
        if (host <= 0)
            return;
        var isNobodys = Addresses.IsNobodysHost(authority[(host + 1)..]);
        var info = authority[..host];
        var colon = info.IndexOf(':');
        var user = colon < 0 ? info : info[..colon];
        var password = colon < 0 ? [] : info[(colon + 1)..];

        // A mail address as the user is no key, and [user[:pass]@] is how a manual writes it.
        if (info.Contains("[:", StringComparison.Ordinal))
            return;
        if (!isNobodys && !user.Contains("%40", StringComparison.Ordinal) && SecretValue.IsKey(user))
            found.Add(new Found(at, at + user.Length, RuleId, "secret", Rank.Context));
        if (password.Length < 2 || Examples.IsExample(password) || SecretValue.IsReference(password))
            return;
        if (!isNobodys || IsDrawn(password))
            found.Add(new Found(at + colon + 1, at + host, RuleId, "secret", Rank.Context));
    }

    // An example has an example's password too: who only hid the host has left this one.
    private static bool IsDrawn(ReadOnlySpan<char> password) =>
        password.Length >= DrawnCharsMin
        && (
            SecretValue.IsKey(password)
            || SaidPassword.Is(password)
            || password.Length >= 24
                && !password.ContainsAnyExcept(HexDigits)
                && password.ContainsAnyInRange('0', '9')
        );
}
