using System.Buffers;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Names of machines where something says that they are: lines of a system's log, names of local networks,
/// settings of a host. Also the users in the messages of a log.
/// </summary>
internal static class Hosts
{
    public const string RuleId = "host-name";
    private const int HostCharsMax = 253;
    private const int TimeChars = 16;

    private static readonly SearchValues<char> HostChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
    );

    // What makes a name with .local behind it a machine's and no member of an object or file.
    private static readonly SearchValues<string> Machines = SearchValues.Create(
        [
            "macbook",
            "imac",
            "mac-",
            "laptop",
            "desktop",
            "thinkpad",
            "workstation",
            "-pc",
            "-mbp",
            "nas",
            "raspberry",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    private static readonly SearchValues<string> HostWords = SearchValues.Create(
        [
            "host ",
            "host:",
            "host=",
            "host\"",
            "hostname",
            "ssh ",
            "ping ",
            "curl ",
            "telnet ",
            "nslookup ",
            "dig ",
            "machine",
            "computername",
            "enotfound ",
            "running on ",
            "127.0.1.1",
            "ok: [",
            "changed: [",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    // Names that containers and clouds give to what is nobody's machine.
    /// <summary>Finds the machine in a line of a system's log, and the user it speaks of.</summary>
    /// <remarks><c>Nov 28 10:00:00 host sshd[12]: …</c>, or with a time as in RFC 3339.</remarks>
    /// <param name="text">The piece.</param>
    /// <param name="mark">Where what stands behind the program begins.</param>
    /// <param name="found">Takes what is found.</param>
    public static void FindInLog(ReadOnlySpan<char> text, int mark, List<Found> found)
    {
        var start = TimeEnd(text);
        var end = start < 0 ? 0 : HostEnd(text, start);
        if (
            start < 0
            || end == start
            || end >= text.Length
            || text[end] != ' '
            || !IsProgram(text[(end + 1)..])
        )
        {
            // Behind the time of what shows the log, or in a string that holds more lines.
            (start, end) = BeforeProgram(text, mark);
            if (end == start)
                return;
        }
        Add(text, start, end, found);
        FindUser(text, end, found);
    }

    /// <summary>Finds NAME.local, NAME.lan and their like.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="dot">Where the ending begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="found">Takes what is found.</param>
    public static void FindLocal(ReadOnlySpan<char> text, int dot, int end, List<Found> found)
    {
        // machine.corp.name.net
        var isZone = end + 1 < text.Length && text[end] == '.' && HostChars.Contains(text[end + 1]);
        if (isZone)
            end += text[end..HostEnd(text, end)].TrimEnd('.').Length;
        if (
            end < text.Length
            && (HostChars.Contains(text[end]) && text[end] != '.' || text[end] is '(' or '=')
        )
            return;
        var start = dot;
        while (start > 0 && dot - start < HostCharsMax && HostChars.Contains(text[start - 1]))
            start--;
        while (start < dot && text[start] is '-' or '.' or '_')
            start++;
        if (
            start == dot
            || start > 0 && text[start - 1] is '/' && !text[..start].EndsWith("//")
            || start > 0 && text[start - 1] is '$' or '{'
            || isZone && !SaidHosts.IsSomebodys(text[start..end])
        )
            return;
        if (Nobodies.HasHost(text[start..end]))
            return;
        var before = text[..start];
        var hasPort = end + 2 < text.Length && text[end] == ':' && char.IsAsciiDigit(text[end + 1]);
        var isSaid =
            before.EndsWith("//")
            || before.EndsWith("@") && before.Length > 1 && char.IsAsciiLetterOrDigit(before[^2])
            || hasPort
            || text[start..end] is ['i', 'p', '-', >= '0' and <= '9', ..]
            || text[start..dot].IndexOfAny(Machines) >= 0
            || IsNumbered(text[start..dot]) && (start == 0 || before[^1] is ' ' or '\t' or '"')
            || Surroundings.DistanceTo(before, HostWords) is >= 0 and <= 24;
        if (isSaid)
            Add(text, start, end, found);
    }

    // A number in the machine's own name, and a zone behind it, which no version has.
    private static bool IsNumbered(ReadOnlySpan<char> name) =>
        name.IndexOf('.') is var dot and > 0
        && name[..dot].ContainsAnyInRange('0', '9')
        && char.IsAsciiLetter(name[dot + 1]);

    /// <summary>Finds the value behind <c>HOSTNAME=</c>, <c>HostName</c>, <c>Static hostname:</c>.</summary>
    public static void FindNamed(ReadOnlySpan<char> text, int start, int end, List<Found> found)
    {
        if (end >= text.Length || start > 0 && char.IsAsciiLetterOrDigit(text[start - 1]))
            return;
        var word = text[start..end];
        var value = end;
        while (
            value < text.Length && value - end < 8 && text[value] is ' ' or '"' or '\'' or ':' or '=' or '\t'
        )
            value++;
        var gap = text[end..value];
        var stop = HostEnd(text, value);
        var isAll = stop == text.Length || text[stop] is ' ' or '"' or '\'' or ';' or ',' or '\r' or '<';
        if (!isAll || stop == value || gap.IsEmpty || text[value] == '-')
            return;
        var sign = gap.TrimStart(' ') is [var first, ..] ? first : ' ';
        var isNamed =
            word is "HOSTNAME" or "COMPUTERNAME" && gap[0] == '='
            || word is "USERDOMAIN" && gap[0] == '=' && text[value..stop].Contains('-')
            || word is "HostName" && gap[0] == ' ' && start == 0
            || gap[0] == ':' && text[..start].EndsWith("Static ")
            || sign == '"'
                && (
                    text[..start].EndsWith("\"_") || text[stop..].Contains("\"pid", StringComparison.Ordinal)
                );
        var isSaid = word[^1] == ':' || gap.ContainsAny(':', '=');
        if (isNamed || isSaid && IsPersonal(text[value..stop], word))
            Add(text, value, stop, found);
    }

    // Settings have names of services too, which are nobody's.
    private static bool IsPersonal(ReadOnlySpan<char> host, ReadOnlySpan<char> word)
    {
        var name = host.IndexOf('.') is var dot and > 0 ? host[..dot] : host;
        var isComputer =
            word.StartsWith("comp", StringComparison.OrdinalIgnoreCase)
            || word.StartsWith("Host N", StringComparison.Ordinal);
        return SaidHosts.IsSomebodys(host) || isComputer && name.Contains('-') && !host.Contains('.');
    }

    public static void Add(ReadOnlySpan<char> text, int start, int end, List<Found> found)
    {
        var host = text[start..end];
        if (
            host.ContainsAnyInRange('A', 'z')
            && !Prompts.IsNobodysMachine(host)
            && !Addresses.IsNobodysHost(host)
            && !Placeholder.IsIn(host)
        )
            found.Add(new Found(start, end, RuleId, "host", Rank.Personal));
    }

    private static int HostEnd(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        while (end < text.Length && end - start < HostCharsMax && HostChars.Contains(text[end]))
            end++;
        return end;
    }

    // Nov 28 10:00:00 and Nov  8 10:00:00.123, or 2026-11-28T10:00:00.123456+01:00; behind <34> or <34>1.
    private static int TimeEnd(ReadOnlySpan<char> text)
    {
        var at = 0;
        if (text.StartsWith("<"))
            at = Math.Max(0, text[..Math.Min(text.Length, 8)].IndexOf('>') + 1);
        if (text[at..].StartsWith("1 "))
            at += 2;
        var rest = text[at..];
        if (rest.Length < 24)
            return -1;
        if (
            char.IsAsciiLetterUpper(rest[0])
            && rest[3] == ' '
            && rest[6] == ' '
            && rest[9] == ':'
            && rest[12] == ':'
        )
            at += 7;
        else if (rest[4] == '-' && rest[7] == '-' && rest[10] == 'T' && rest[13] == ':')
            at += 11;
        else
            return -1;
        while (at < text.Length && text[at] != ' ')
            at++;
        return at + 1 < text.Length ? at + 1 : -1;
    }

    // Nov 28 10:00:00 host sshd[12, read from its end.
    private static (int Start, int End) BeforeProgram(ReadOnlySpan<char> text, int mark)
    {
        var at = mark;
        while (at > 0 && char.IsAsciiDigit(text[at - 1]))
            at--;
        if (at == mark || at < 2 || text[at - 1] != '[')
            return (0, 0);
        var program = text[..(at - 1)].LastIndexOfAnyExcept(HostChars);
        if (program < 1 || text[program] != ' ')
            return (0, 0);
        var start = text[..program].LastIndexOfAnyExcept(HostChars) + 1;
        if (start < TimeChars || text[start - 1] != ' ')
            return (0, 0);
        var time = text[(start - TimeChars)..start];
        return
            time[0] is >= 'A' and <= 'Z'
            && time[3] == ' '
            && time[6] == ' '
            && time[9] == ':'
            && time[12] == ':'
            ? (start, program)
            : (0, 0);
    }

    // sshd[123]: and kernel: behind the machine; RFC 5424 has the number by itself.
    private static bool IsProgram(ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAnyExcept(HostChars);
        if (end < 1 || !rest[..end].ContainsAnyInRange('A', 'z'))
            return false;
        var tail = rest[end..];
        return tail.StartsWith(": ")
            || tail[0] is '[' or '(' or '/' or '@' && tail.Contains("]: ", StringComparison.Ordinal)
            || tail.Length > 2 && tail[0] == ' ' && (char.IsAsciiDigit(tail[1]) || tail.StartsWith(" - "));
    }

    // Accepted publickey for NAME from …, session opened for user NAME(uid=1000), sudo: NAME : TTY=….
    private static void FindUser(ReadOnlySpan<char> text, int from, List<Found> found)
    {
        var rest = text[from..];
        int at;
        if ((at = rest.IndexOf(" for user ")) >= 0)
            at += " for user ".Length;
        else if ((at = rest.IndexOf(" for invalid user ")) >= 0)
            at += " for invalid user ".Length;
        else if ((at = rest.IndexOf(" invalid user ", StringComparison.OrdinalIgnoreCase)) >= 0)
            at += " invalid user ".Length;
        else if (rest.Contains(" from ", StringComparison.Ordinal) && (at = rest.IndexOf(" for ")) >= 0)
            at += " for ".Length;
        else if (rest.Contains(" : TTY=", StringComparison.Ordinal) && (at = rest.IndexOf(": ")) >= 0)
            at += 2;
        else
            return;
        while (at < rest.Length && rest[at] == ' ')
            at++;
        var end = at;
        while (end < rest.Length && HostChars.Contains(rest[end]))
            end++;
        var user = rest[at..end];
        if (
            user.Length > 1
            && user.ContainsAnyInRange('a', 'z')
            && !Nobodies.Has(user)
            && !Placeholder.IsIn(user)
        )
            found.Add(new Found(from + at, from + end, RuleId, "user", Rank.Personal));
    }
}
