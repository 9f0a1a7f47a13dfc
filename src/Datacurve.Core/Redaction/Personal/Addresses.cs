using System.Buffers;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>Mail addresses, in every form that a mail or a program writes.</summary>
internal static class Addresses
{
    public const string MailRule = "email-address";
    private const int LocalCharsMax = 64;
    private const int HostCharsMax = 254;

    private static readonly SearchValues<char> LocalChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-"
    );
    private static readonly SearchValues<char> HostChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"
    );

    // Addresses of machines and of documentation.
    private static readonly string[] NobodysLocals =
    [
        "git",
        "hg",
        "svn",
        "noreply",
        "no-reply",
        "donotreply",
        "do-not-reply",
        "root",
        "postmaster",
        "you",
        "your-email",
        "your_email",
        "youremail",
        "user",
        "username",
        "email",
        "name",
        "someone",
        "foo",
        "bar",
        "test",
        "support",
        "info",
        "security",
        "admin",
        "hello",
        "contact",
        "help",
        "sales",
        "abuse",
        "bugs",
        "nobody",
        "somebody",
        "bot",
        "github-actions",
        "this",
        "super",
    ];

    private static readonly string[] NobodysHosts =
    [
        "example.com",
        "example.org",
        "example.net",
        "example.edu",
        "domain.com",
        "yourdomain.com",
        "test.com",
        "email.com",
        "company.com",
        "host.com",
        "foo.com",
        "bar.com",
        "localhost",
        "mydomain.com",
        "acme.com",
        "foo.bar",
        "site.com",
        "yoursite.com",
        "nowhere.net",
        "nowhere.com",
        "a.com",
        "b.com",
        "mail.com",
        "openssh.com",
        "libssh.org",
    ];

    private static readonly string[] NobodysEnds =
    [
        ".example",
        ".test",
        ".invalid",
        ".localhost",
        ".example.com",
        ".example.org",
        ".example.net",
        ".tld",
    ];

    // What code has behind an @ that is no top-level domain.
    private static readonly string[] FileEnds = (
        "png jpg jpeg svg gif webp js ts css scss swift py go rs java json md txt html xml yml yaml h "
        + "c so dll service socket timer mount target slice component module get set setter property "
        + "bind plt got git header po cs cmake tar gz zip lst log lock toml cpp jsx tsx vue php exe jar "
        + "conf path scope swap device"
    ).Split(' ');

    public static void Find(ReadOnlySpan<char> text, List<Found> found)
    {
        for (var at = 0; at < text.Length; )
        {
            var sign = text[at..].IndexOf('@');
            if (sign < 0)
                return;
            sign += at;
            at = sign + 1;
            FindAround(text, sign, sign + 1, found);
        }
    }

    /// <summary>Looks for an address around its sign, which may be encoded: <c>%40</c>.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="sign">Where the sign begins.</param>
    /// <param name="signEnd">Where it ends.</param>
    /// <param name="found">Takes what is found.</param>
    public static void FindAround(ReadOnlySpan<char> text, int sign, int signEnd, List<Found> found)
    {
        var start = LocalStart(text, sign, isEncoded: text[sign] == '%');
        var end = signEnd;
        while (end < text.Length && end - signEnd < HostCharsMax && IsHostChar(text, end))
            end++;
        while (start < sign && text[start] is '.' or '-' or '%' or '+')
            start++;
        if (start == sign || end == signEnd)
            return;
        var host = text[signEnd..end].TrimEnd(".-");
        end = signEnd + host.Length;
        var local = text[start..sign];
        if (!IsMail(local, host))
        {
            if (signEnd == sign + 1)
                Prompts.Judge(text, start, sign, end, found);
            return;
        }
        if (IsUrl(text, start) || Placeholder.IsIn(text[start..end]))
            return;
        if (IsNobodys(local, host))
        {
            // An account that everybody has, on a machine that is somebody's.
            if (signEnd == sign + 1 && local is not "git" && !IsNobodysHost(host))
                Prompts.Judge(text, start, sign, end, found);
            return;
        }
        found.Add(new Found(start, end, MailRule, "email", Rank.Personal));
        People.FindBeside(text, start, end, found);
    }

    private static int LocalStart(ReadOnlySpan<char> text, int sign, bool isEncoded)
    {
        var start = sign;
        if (sign > 1 && text[sign - 1] == '"')
        {
            // "first last"@example.com: whatever is quoted, if it looks like a name.
            start = text[..(sign - 1)].LastIndexOf('"');
            var quoted = text[(start + 1)..(sign - 1)];
            return start >= 0 && quoted.Length is > 0 and < LocalCharsMax && IsQuotedLocal(quoted)
                ? start
                : sign;
        }
        while (start > 0 && sign - start < LocalCharsMax && IsLocalChar(text, start - 1))
            start--;
        if (!isEncoded)
            return start;

        // What is encoded before it is what separates it from a name.
        var local = text[start..sign];
        for (var i = local.Length - 3; i >= 0; i--)
            if (local[i] == '%' && !local[i..].StartsWith("%2B", StringComparison.OrdinalIgnoreCase))
                return start + i + 3;
        return start;
    }

    private static bool IsQuotedLocal(ReadOnlySpan<char> quoted)
    {
        foreach (var c in quoted)
            if (!LocalChars.Contains(c) && c is not ' ' and < (char)0x80)
                return false;
        return true;
    }

    private static bool IsLocalChar(ReadOnlySpan<char> text, int at) =>
        LocalChars.Contains(text[at]) || Letters.IsAt(text, at);

    private static bool IsHostChar(ReadOnlySpan<char> text, int at) =>
        HostChars.Contains(text[at]) || Letters.IsAt(text, at);

    // user@host in a URL or in scp's form names a machine's account; a person's is a credential's business.
    private static bool IsUrl(ReadOnlySpan<char> text, int start) =>
        start >= 1
            && text[start - 1] is ':'
            && text[..(start - 1)].Contains("://", StringComparison.Ordinal)
            && !text[..start].TrimEnd(':').EndsWith("mailto", StringComparison.OrdinalIgnoreCase)
        || start >= 3 && text[..start].EndsWith("://", StringComparison.Ordinal);

    private static bool IsMail(ReadOnlySpan<char> local, ReadOnlySpan<char> host)
    {
        var dot = host.LastIndexOf('.');
        if (dot < 1 || host.Contains("..", StringComparison.Ordinal) || host[0] is '-' or '.')
            return false;
        var top = host[(dot + 1)..];
        if (
            top.Length is < 2 or > 18
            || top.ContainsAnyInRange('0', '9') && !top.StartsWith("xn--", StringComparison.OrdinalIgnoreCase)
        )
            return false;
        // Members@odata.count, en_US@iso.utf, module@2013-09-29.yang
        if (host.StartsWith("odata.") || IsLocale(local) || Dates.AreAtStart(host))
            return false;
        // odata.nextLink, Redfish.AllowableValues: members and no hosts
        if (top[1..].ContainsAnyInRange('A', 'Z') && top.ContainsAnyInRange('a', 'z'))
            return false;
        // io.ktor.http.Cookie, a type behind the label of a return
        if (
            char.IsAsciiLetterUpper(top[0])
            && char.IsAsciiLetterLower(top[1])
            && !host[..dot].ContainsAnyInRange('A', 'Z')
        )
            return false;
        foreach (var end in FileEnds)
            if (top.Equals(end, StringComparison.Ordinal))
                return false;
        return local.ContainsAnyInRange('A', '\uffff') || local.ContainsAnyInRange('0', '9');
    }

    private static bool IsLocale(ReadOnlySpan<char> local) =>
        local.Length == 5
        && local[2] == '_'
        && !local[..2].ContainsAnyExceptInRange('a', 'z')
        && !local[3..].ContainsAnyExceptInRange('A', 'Z');

    /// <summary>Whether a host is one of those kept for documentation.</summary>
    public static bool IsNobodysHost(ReadOnlySpan<char> host)
    {
        var port = host.IndexOf(':');
        host = port < 0 ? host : host[..port];
        foreach (var end in NobodysEnds)
            if (host.EndsWith(end, StringComparison.OrdinalIgnoreCase))
                return true;
        return host.StartsWith("example.", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsNobodys(ReadOnlySpan<char> local, ReadOnlySpan<char> host)
    {
        foreach (var end in NobodysEnds)
            if (host.EndsWith(end, StringComparison.OrdinalIgnoreCase))
                return true;
        foreach (var nobody in NobodysHosts)
            if (host.Equals(nobody, StringComparison.OrdinalIgnoreCase))
                return true;
        foreach (var nobody in NobodysLocals)
            if (local.Equals(nobody, StringComparison.OrdinalIgnoreCase))
                return true;
        return local.Contains("noreply", StringComparison.OrdinalIgnoreCase) && !local.Contains('+')
            || local.EndsWith("-bot", StringComparison.OrdinalIgnoreCase);
    }
}
