using System.Buffers;
using System.Globalization;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// The people whose accounts a system lists: what <c>id</c> prints, lines of <c>/etc/passwd</c>, who runs a
/// process, and whom an environment names. Accounts below 1000 are the system's.
/// </summary>
internal static class Accounts
{
    public const string RuleId = "account-name";
    private const int NameCharsMax = 64;
    private const int PasswordCharsMax = 128;
    private const int FirstPerson = 1000;
    private const int FirstPersonOfMac = 501;
    private const int Nobody = 65534;

    private static readonly SearchValues<char> NoLoginChars = SearchValues.Create(" \t:/=,;\n");
    private static readonly SearchValues<char> NoNameChars = SearchValues.Create("()<>{}%$\"'");

    // What stands in the place of a full name where the account is nobody's.
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Roles = new HashSet<string>(
        "account admin administrator agent client cloud daemon default demo local manager network operator server service system test user".Split(
            ' '
        ),
        StringComparer.OrdinalIgnoreCase
    ).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary><c>uid=1000(NAME) gid=1000(NAME)</c>, and <c>user NAME(uid=1000)</c> of logs.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="start">Where <c>uid=</c> begins.</param>
    /// <param name="end">Where the number begins.</param>
    /// <param name="found">Takes what is found.</param>
    public static void FindId(ReadOnlySpan<char> text, int start, int end, List<Found> found)
    {
        var stop = Numbers.DigitsEnd(text, end);
        if (
            stop == text.Length
            || start > 0 && char.IsAsciiLetter(text[start - 1])
            || !IsPerson(text[end..stop], text[stop..].Contains("(staff)", StringComparison.Ordinal))
        )
            return;
        if (text[stop] == ')' && start > 0 && text[start - 1] == '(')
        {
            Add(text, NameStart(text, start - 1), start - 1, found);
            return;
        }
        var length = text[stop] == '(' ? text[(stop + 1)..].IndexOf(')') : -1;
        if (length <= 0)
            return;
        var name = text.Slice(stop + 1, length);
        for (var at = stop; Add(text, at + 1, at + 1 + length, found); )
        {
            // The groups that are called as the user is.
            var next = text[(at + 1 + length)..].IndexOf(text.Slice(stop, length + 2));
            if (next < 0)
                return;
            at += 1 + length + next;
        }
    }

    /// <summary><c>NAME:x:1000:1000:Full Name,,,:/home/NAME:/bin/bash</c>.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="home">Where <c>/home/</c> begins.</param>
    /// <param name="found">Takes what is found.</param>
    public static void FindInPasswd(ReadOnlySpan<char> text, int home, List<Found> found)
    {
        // /usr/home and /var/home too.
        var parent = text[..home].TrimEnd("/abcdefghijklmnopqrstuvwxyz").Length;
        home = parent < home && text[parent] == '/' ? parent : home;
        if (home == 0 || text[home - 1] != ':')
            return;
        var gecos = FieldStart(text, home);
        var group = FieldStart(text, gecos);
        var user = FieldStart(text, group);
        var password = FieldStart(text, user);
        if (
            password == 0
            || user - password > PasswordCharsMax
            || text[password..user].Contains(' ')
            || text[group..(gecos - 1)].ContainsAnyExceptInRange('0', '9')
            || !IsPerson(text[user..(group - 1)], isMac: false)
            || !Add(text, NameStart(text, password - 1), password - 1, found)
        )
            return;
        var full = text[gecos..(home - 1)];
        var comma = full.IndexOf(',');
        full = comma < 0 ? full : full[..comma];
        if (IsFullName(full))
            found.Add(new Found(gecos, gecos + full.Length, RuleId, "person", Rank.Personal));
    }

    /// <summary>The first column of what <c>ps</c> prints, where it is the owner of a home folder.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="user">The name in the folder.</param>
    /// <param name="found">Takes what is found.</param>
    public static void FindInProcesses(ReadOnlySpan<char> text, ReadOnlySpan<char> user, List<Found> found)
    {
        if (!text.StartsWith(user) || text.Length <= user.Length || text[user.Length] != ' ')
            return;
        var process = text[user.Length..].TrimStart(' ');
        var next = process.TrimStart("0123456789");
        if (
            next.Length < process.Length
            && next is [' ', ..]
            && next.TrimStart(' ') is [>= '0' and <= '9', ..]
        )
            Add(text, 0, user.Length, found);
    }

    /// <summary>
    /// <c>[sudo] password for NAME:</c>, <c>LOGNAME=NAME</c> and <c>USER=NAME</c> of an environment, and who
    /// is at a terminal.
    /// </summary>
    /// <param name="text">The piece.</param>
    /// <param name="start">Where the words before the name begin.</param>
    /// <param name="end">Where they end.</param>
    /// <param name="found">Takes what is found.</param>
    public static void FindLogin(ReadOnlySpan<char> text, int start, int end, List<Found> found)
    {
        if (text[start] == ' ')
        {
            // alice    pts/0    2026-11-30 10:11, as who and last print it.
            var name = text[..start].TrimEnd(' ');
            if (!name.ContainsAny(NoLoginChars))
                Add(text, 0, name.Length, found);
            else
                FindProcess(text, found);
            return;
        }

        var isPrompt = text[start] == '[';
        if (!isPrompt && !IsVariable(text, start, end))
            return;
        if (!isPrompt && end < text.Length && text[end] is '"' or '\'')
            end++;
        var stop = end;
        while (stop < text.Length && IsNameChar(text[stop]))
            stop++;
        var next = stop < text.Length ? text[stop] : ' ';
        if (isPrompt ? next == ':' : next is ' ' or '"' or '\'' or ',' or ';' or '\r' or '\n')
            Add(text, end, stop, found);
    }

    /// <summary>A line of <c>ps aux</c> or <c>ps -ef</c>, known by its columns of numbers.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="found">Takes what is found.</param>
    public static void FindProcess(ReadOnlySpan<char> text, List<Found> found)
    {
        var name = text.IndexOf(' ');
        if (name is < 2 or > NameCharsMax || !IsNameChar(text[0]) || char.IsAsciiDigit(text[0]))
            return;
        var line = text[name..].TrimStart(' ');
        if (line.IsEmpty || !char.IsAsciiDigit(line[0]))
            return;
        Span<Range> columns = stackalloc Range[8];
        if (
            line.Split(columns, ' ', StringSplitOptions.RemoveEmptyEntries) < 7
            || !IsNumber(line[columns[0]])
        )
            return;
        // PID %CPU %MEM VSZ RSS, and PID PPID C STIME TTY TIME
        var isLong =
            IsShare(line[columns[1]])
            && IsShare(line[columns[2]])
            && IsNumber(line[columns[3]])
            && IsNumber(line[columns[4]]);
        var isFull =
            IsNumber(line[columns[1]])
            && IsNumber(line[columns[2]])
            && line[columns[5]] is [_, _, ':', _, _, ':', _, _];
        if (isLong || isFull)
            Add(text, 0, text[..name].TrimEnd('+').Length, found);
    }

    // In capitals and by itself, or what sudo tells of who called it.
    private static bool IsVariable(ReadOnlySpan<char> text, int start, int end)
    {
        if (text[start..end].ContainsAnyInRange('a', 'z'))
            return false;
        var before = text[..start];
        return start == 0 || !IsNameChar(before[^1]) || before.EndsWith("SUDO_");
    }

    private static bool IsNumber(ReadOnlySpan<char> column) => !column.ContainsAnyExceptInRange('0', '9');

    // 12.5
    private static bool IsShare(ReadOnlySpan<char> column) =>
        column.IndexOf('.') == column.Length - 2 && column.Length >= 3 && IsNumber(column[..^2]);

    private static bool Add(ReadOnlySpan<char> text, int start, int end, List<Found> found)
    {
        var name = text[start..end];
        if (
            name.Length is < 2 or > NameCharsMax
            || !name.ContainsAnyInRange('A', '\uffff')
            || name.ContainsAny(NoNameChars)
            || Nobodies.Has(name)
            || Placeholder.IsIn(name)
        )
            return false;
        found.Add(new Found(start, end, RuleId, "user", Rank.Personal));
        return true;
    }

    private static bool IsPerson(ReadOnlySpan<char> number, bool isMac) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        && id >= (isMac ? FirstPersonOfMac : FirstPerson)
        && id != Nobody;

    // The field before the one that begins here; 0 where there is none.
    private static int FieldStart(ReadOnlySpan<char> text, int next) =>
        next < 2 ? 0 : text[..(next - 1)].LastIndexOf(':') + 1;

    private static int NameStart(ReadOnlySpan<char> text, int end)
    {
        var start = end;
        while (start > 0 && IsNameChar(text[start - 1]))
            start--;
        return start;
    }

    private static bool IsNameChar(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' || c >= '\u0080';

    private static bool IsFullName(ReadOnlySpan<char> full)
    {
        if (full.Count(' ') is < 1 or > 3 || Placeholder.IsIn(full) || full.Length > NameCharsMax)
            return false;
        foreach (var range in full.Split(' '))
        {
            var word = full[range];
            if (word.IsEmpty || !char.IsAsciiLetter(word[0]) && word[0] < '\u0080' || Roles.Contains(word))
                return false;
            foreach (var c in word)
                if (!char.IsAsciiLetter(c) && c < '\u0080' && c is not ('.' or '\'' or '-'))
                    return false;
        }
        return true;
    }
}
