namespace Datacurve.Core.Redaction.Personal;

/// <summary>The user and the machine in the prompt of a shell, and behind <c>ssh</c> and its like.</summary>
internal static class Prompts
{
    public const string RuleId = "shell-prompt";

    private const int NameCharsMax = 64;
    private const int KeyCharsMin = 40;
    private const int FolderCharsMax = 120;

    // ╭─, as a piece has its bytes, before user and machine of a prompt of two lines
    private const string Corner = "\ue0e2\ue095\ue0ad\ue0e2\ue094\ue080";

    // Their arguments name an account and a machine, user@machine.
    private static readonly string[] Remotes =
    [
        "ssh",
        "scp",
        "sftp",
        "rsync",
        "mosh",
        "ssh-copy-id",
        "autossh",
    ];

    /// <param name="text">The piece.</param>
    /// <param name="start">Where the user begins.</param>
    /// <param name="sign">Where the @ is.</param>
    /// <param name="end">Where the machine ends.</param>
    /// <param name="found">Takes what is found.</param>
    public static void Judge(ReadOnlySpan<char> text, int start, int sign, int end, List<Found> found)
    {
        var user = text[start..sign];
        var host = text[(sign + 1)..end];
        if (Placeholder.IsIn(text[start..end]) || !host.ContainsAnyInRange('A', 'z') || IsScheme(host))
            return;
        if (!IsPrompt(text, start, end) && !IsRemote(text, start) && !IsComment(text, start))
            return;
        if (!Nobodies.Has(user))
            found.Add(new Found(start, sign, RuleId, "user", Rank.Personal));
        if (!IsNobodysMachine(host))
            found.Add(new Found(sign + 1, end, RuleId, "host", Rank.Personal));
    }

    /// <summary>
    /// Finds user and machine around the sign of Kali's prompt: <c>┌──(user㉿machine)-[~]</c>.
    /// </summary>
    /// <param name="text">The piece.</param>
    /// <param name="sign">Where the sign begins.</param>
    /// <param name="signEnd">Where it ends.</param>
    /// <param name="found">Takes what is found.</param>
    public static void FindAround(ReadOnlySpan<char> text, int sign, int signEnd, List<Found> found)
    {
        if (text[sign..].StartsWith(" in "))
        {
            FindBesideGlobe(text, sign, signEnd, found);
            return;
        }
        var start = text[Math.Max(0, sign - NameCharsMax)..sign].LastIndexOf('(');
        var length = text[signEnd..Math.Min(text.Length, signEnd + NameCharsMax)].IndexOf(")-[");
        if (start < 0 || length < 1)
            return;
        start += Math.Max(0, sign - NameCharsMax) + 1;
        var user = text[start..sign].TrimEnd(' ');
        var host = text.Slice(signEnd, length);
        if (user.Length > 1 && !Nobodies.Has(user) && !Placeholder.IsIn(user))
            found.Add(new Found(start, start + user.Length, RuleId, "user", Rank.Personal));
        if (!IsNobodysMachine(host) && !Placeholder.IsIn(host))
            found.Add(new Found(signEnd, signEnd + length, RuleId, "host", Rank.Personal));
    }

    // user in 🌐 machine in folder, as Starship has it
    private static void FindBesideGlobe(ReadOnlySpan<char> text, int sign, int signEnd, List<Found> found)
    {
        var start = text[..sign].LastIndexOf(' ') + 1;
        var length = text[signEnd..Math.Min(text.Length, signEnd + NameCharsMax)].IndexOf(' ');
        if (length < 0)
            length = Math.Min(text.Length - signEnd, NameCharsMax);
        if (sign - start is > 1 and <= NameCharsMax)
            Add(text, start, sign, "user", Nobodies.Has(text[start..sign]), found);
        if (length > 0)
            Add(
                text,
                signEnd,
                signEnd + length,
                "host",
                IsNobodysMachine(text.Slice(signEnd, length)),
                found
            );
    }

    private static void Add(
        ReadOnlySpan<char> text,
        int start,
        int end,
        string label,
        bool isNobodys,
        List<Found> found
    )
    {
        if (!isNobodys && !Placeholder.IsIn(text[start..end]))
            found.Add(new Found(start, end, RuleId, label, Rank.Personal));
    }

    /// <summary>Whether a name of a machine says nothing of whose it is.</summary>
    public static bool IsNobodysMachine(ReadOnlySpan<char> host) =>
        host is "localhost" or "host" or "hostname" or "machine" or "server" or "example" or "ip" or "remote"
        || host.Length < 2
        || host.EndsWith("EXAMPLE");

    // package@npm:~1.2.3 and package@https://…, as lock files have it.
    private static bool IsScheme(ReadOnlySpan<char> host) =>
        host is "npm" or "https" or "http" or "git" or "file" or "patch" or "workspace" or "link";

    // user@host:~/src$, [user@host src]$, user@host src %.
    private static bool IsPrompt(ReadOnlySpan<char> text, int start, int end)
    {
        if (text[..start].EndsWith(Corner))
            return text[end..].StartsWith(" ~")
                || text[end..].StartsWith(" /")
                || text[end..].StartsWith(" in ");
        // A shell that draws its prompt again goes back to the beginning of the line.
        if (
            start > 0
            && text[start - 1]
                is not ('\r' or ' ' or '[' or '(' or ')' or ';' or '\a' or '\t' or '"' or '\'' or '>' or ':')
        )
            return false;
        var rest = text[end..];
        if (
            rest.StartsWith(":~") && (rest.Length == 2 || !char.IsAsciiDigit(rest[2]))
            || rest.StartsWith(":/") && rest.IndexOfAny("$#%") > 0
            || rest.StartsWith(": ~")
            || rest.StartsWith(": Permission denied")
        )
            return true;
        // Where the colours between them are escaped.
        if (
            rest.StartsWith("   ")
            && rest.TrimStart(' ') is [':', .. var path]
            && path.TrimStart(' ') is ['~', ..]
        )
            return true;
        if (rest.StartsWith(" MINGW64 ") || rest.StartsWith(" MSYS "))
            return true;
        // user@host src git:(main)
        if (
            rest.StartsWith(" ")
            && rest[..Math.Min(rest.Length, FolderCharsMax)].Contains(" git:(", StringComparison.Ordinal)
        )
            return true;
        if (rest.IsEmpty || rest[0] != ' ')
            return false;
        var mark = rest[1..].IndexOfAny("$#%>");
        if (mark is < 1 or > 120)
            return false;
        var folder = rest[1..(mark + 1)];
        var isBracketed = start > 0 && text[start - 1] == '[';
        if (isBracketed)
            return folder[^1] == ']';

        // fish has no blank before its mark.
        var isPath = folder[0] is '~' or '/' && rest[mark + 1] is '>' or '#';
        if (isPath && rest[mark + 1] == '>' && folder.IndexOf(" (") is var branch and > 0)
            folder = folder[..branch];
        return (folder[^1] == ' ' || isPath)
            && !folder[..^1].Contains(' ')
            && (mark + 2 >= rest.Length || rest[mark + 2] == ' ');
    }

    // ssh-ed25519 AAAAC3… user@host: the comment of a public key.
    private static bool IsComment(ReadOnlySpan<char> text, int start)
    {
        if (start < KeyCharsMin || text[start - 1] != ' ')
            return false;
        var before = text[..(start - 1)];
        var key = before[(before.LastIndexOf(' ') + 1)..];
        return key.Length >= KeyCharsMin && key.StartsWith("AAAA");
    }

    // ssh -p 22 user@host: among the words behind the program, of which none ends the command.
    private static bool IsRemote(ReadOnlySpan<char> text, int start)
    {
        var before = text[Math.Max(0, start - 120)..start];
        if (before.LastIndexOfAny("|;&`(") is var cut and >= 0)
            before = before[(cut + 1)..];
        foreach (var program in Remotes)
            if (before.LastIndexOf(program, StringComparison.Ordinal) is var at and >= 0)
            {
                var end = at + program.Length;
                if (
                    end < before.Length
                    && before[end] == ' '
                    && (at == 0 || before[at - 1] is ' ' or '/' or '"' or '\'')
                )
                    return before[^1] is ' ' or '"' or '\'' or '=';
            }
        return false;
    }
}
