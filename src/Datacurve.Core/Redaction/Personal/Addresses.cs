using System.Buffers;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>Mail addresses, and the user and machine in the prompt of a shell.</summary>
internal static class Addresses
{
    public const string MailRule = "email-address";
    public const string PromptRule = "shell-prompt";

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
    ];

    private static readonly string[] NobodysEnds =
    [
        ".example",
        ".test",
        ".invalid",
        ".localhost",
        ".local",
        ".example.com",
        ".example.org",
        ".example.net",
    ];

    // What code has behind an @ that is no top-level domain.
    private static readonly string[] FileEnds =
    [
        "png",
        "jpg",
        "jpeg",
        "svg",
        "gif",
        "webp",
        "js",
        "ts",
        "css",
        "scss",
        "py",
        "go",
        "rs",
        "java",
        "json",
        "md",
        "txt",
        "html",
        "xml",
        "yml",
        "yaml",
        "h",
        "c",
        "so",
        "dll",
        "service",
        "socket",
        "timer",
        "mount",
        "target",
        "slice",
        "component",
        "module",
        "get",
        "set",
        "setter",
        "property",
        "bind",
        "plt",
        "got",
        "git",
    ];

    public static void Find(ReadOnlySpan<char> text, List<Found> found)
    {
        for (var at = 0; at < text.Length; )
        {
            var sign = text[at..].IndexOf('@');
            if (sign < 0)
                return;
            sign += at;
            at = sign + 1;
            var start = sign;
            while (start > 0 && sign - start < 64 && LocalChars.Contains(text[start - 1]))
                start--;
            var end = sign + 1;
            while (end < text.Length && end - sign < 254 && HostChars.Contains(text[end]))
                end++;
            while (start < sign && text[start] is '.' or '-' or '%' or '+')
                start++;
            if (start == sign || end == sign + 1)
                continue;
            Judge(text, start, sign, end, found);
        }
    }

    private static void Judge(ReadOnlySpan<char> text, int start, int sign, int end, List<Found> found)
    {
        var host = text[(sign + 1)..end].TrimEnd(".-");
        end = sign + 1 + host.Length;
        var local = text[start..sign];
        if (IsMail(local, host))
        {
            if (!IsUrl(text, start) && !IsNobodys(local, host) && !Placeholder.IsIn(text[start..end]))
                found.Add(new Found(start, end, MailRule, "email", Rank.Personal));
            return;
        }
        if (IsPrompt(text, start, end, host) && !Placeholder.IsIn(text[start..end]))
        {
            if (!HomeFolders.IsNobodys(local))
                found.Add(new Found(start, sign, PromptRule, "user", Rank.Personal));
            if (!IsNobodysMachine(host))
                found.Add(new Found(sign + 1, end, PromptRule, "host", Rank.Personal));
        }
    }

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
        if (top.Length is < 2 or > 18 || top.ContainsAnyExcept(HostChars) || top.ContainsAnyInRange('0', '9'))
            return false;
        foreach (var end in FileEnds)
            if (top.Equals(end, StringComparison.Ordinal))
                return false;
        return local.ContainsAnyInRange('A', 'z') || local.ContainsAnyInRange('0', '9');
    }

    /// <summary>Whether a host is one of those kept for documentation.</summary>
    public static bool IsNobodysHost(ReadOnlySpan<char> host)
    {
        var port = host.IndexOf(':');
        host = port < 0 ? host : host[..port];
        foreach (var end in NobodysEnds)
            if (host.EndsWith(end, StringComparison.OrdinalIgnoreCase) && end != ".local")
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
        return local.Contains("noreply", StringComparison.OrdinalIgnoreCase) && !local.Contains('+');
    }

    // ada@laptop:~/src$, [ada@laptop src]$, ada@laptop src %.
    private static bool IsPrompt(ReadOnlySpan<char> text, int start, int end, ReadOnlySpan<char> host)
    {
        if (start > 0 && text[start - 1] is not (' ' or '[' or '(' or ')' or ';' or '\a' or '\t'))
            return false;
        if (!host.ContainsAnyInRange('A', 'z'))
            return false;
        var rest = text[end..];
        if (
            rest.StartsWith(":~")
            || rest.StartsWith(":/") && rest.IndexOfAny("$#%") > 0
            || rest.StartsWith(": ~")
        )
            return true;
        if (rest.IsEmpty || rest[0] != ' ')
            return false;
        var mark = rest[1..].IndexOfAny("$#%>");
        if (mark is < 1 or > 120)
            return false;
        var folder = rest[1..(mark + 1)];
        var isBracketed = start > 0 && text[start - 1] == '[';
        return isBracketed
            ? folder[^1] == ']'
            : folder[^1] == ' '
                && !folder[..^1].Contains(' ')
                && (mark + 2 >= rest.Length || rest[mark + 2] == ' ');
    }

    private static bool IsNobodysMachine(ReadOnlySpan<char> host) =>
        host is "localhost" or "host" or "hostname" or "machine";
}
