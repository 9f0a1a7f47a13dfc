using System.Buffers;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Names of machines that a setting, a client's message or the path of a share gives: only those of an
/// organisation's own network and those of people, as anything else may be a public server or a service.
/// </summary>
internal static class SaidHosts
{
    /// <summary>The longest name of a machine.</summary>
    public const int NameCharsMax = 253;

    /// <summary>What names of machines are made of.</summary>
    public static readonly SearchValues<char> NameChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
    );

    /// <summary>One of these tells a machine's own name from a word.</summary>
    public static readonly SearchValues<char> OwnNameChars = SearchValues.Create("-0123456789");

    // Between a machine's own name and its organisation's domain.
    private static readonly string[] Zones =
    [
        "corp",
        "int",
        "intra",
        "intranet",
        "internal",
        "lan",
        "priv",
        "private",
        "ad",
        "office",
        "hq",
    ];

    /// <summary>Whether the words that announce a machine are of those that this class knows.</summary>
    public static bool Knows(ReadOnlySpan<char> word) =>
        word[0] is '_' or '\\' or ' ' or '1'
        || word[^1] == '['
        || word.Equals("running on ", StringComparison.OrdinalIgnoreCase)
        || word.Equals("enotfound ", StringComparison.OrdinalIgnoreCase)
        || word.StartsWith("host: ", StringComparison.OrdinalIgnoreCase)
        || word.StartsWith("\"host", StringComparison.OrdinalIgnoreCase)
        || word.Equals("server:", StringComparison.OrdinalIgnoreCase)
        || word.EndsWith("lookup ", StringComparison.OrdinalIgnoreCase)
        || word.EndsWith(" host name", StringComparison.OrdinalIgnoreCase)
        || word.EndsWith(" to host", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Finds the machine in <c>DB_HOST=…</c>, <c>host: …</c>, <c>connect to host … port 22</c>,
    /// <c>Server: …</c>, <c>lookup … on</c> and <c>could not translate host name "…"</c>.
    /// </summary>
    /// <param name="text">The piece.</param>
    /// <param name="start">Where the words that announce a machine begin.</param>
    /// <param name="end">Where they end.</param>
    /// <param name="found">Takes what is found.</param>
    public static void Find(ReadOnlySpan<char> text, int start, int end, List<Found> found)
    {
        if (start > 0 && text[start] is 'h' or 'H' && char.IsAsciiLetterOrDigit(text[start - 1]))
            return;
        var value = end;
        while (value < text.Length && value - end < 8 && text[value] is ' ' or '"' or '\'' or '\t')
            value++;
        var stop = value;
        while (stop < text.Length && stop - value < NameCharsMax && NameChars.Contains(text[stop]))
            stop++;
        while (stop > value && text[stop - 1] == '.')
            stop--;
        var isAll = stop == text.Length || text[stop] is ' ' or '"' or '\'' or ';' or ',' or ':' or '\r';
        if (stop == value)
            return;
        var host = text[value..stop];
        var isSomebodys = isAll && IsSomebodys(host);
        if (isSomebodys || IsMachine(text, start, end, value, stop))
            Hosts.Add(text, value, stop, found);
    }

    // Jenkins' agents, Ansible's machines, Debian's own name, and what cannot be found: a name that has a
    // number or a hyphen, or is one of a domain, where nothing but a machine stands.
    private static bool IsMachine(ReadOnlySpan<char> text, int start, int end, int value, int stop)
    {
        var host = text[value..stop];
        var rest = text[stop..];
        if (text[start] == '1')
            return value > end && rest.TrimEnd().IsEmpty && host.ContainsAnyInRange('a', 'z');
        if (!host.ContainsAny(OwnNameChars) || !host.ContainsAnyInRange('A', 'z'))
            return false;
        if (text[end - 1] == '[')
            return rest.StartsWith("]") || rest.StartsWith(" -> ");
        if (text[start] is 'R' or 'r')
            return rest.StartsWith(" in /") || rest.StartsWith(" in C:\\") || rest.StartsWith(" in D:\\");
        return text[start] is 'E' && !host.Contains('.') && host.Contains('-') && IsEnd(rest);
    }

    private static bool IsEnd(ReadOnlySpan<char> rest) =>
        rest.IsEmpty || rest[0] is ' ' or '"' or ':' or '\r';

    /// <summary>Finds the machine in the path of an administrator's share: <c>\\machine\C$</c>.</summary>
    /// <param name="text">The bytes of the piece, escapes as they stand.</param>
    /// <param name="end">Where the separator behind the machine begins, or its last character.</param>
    /// <param name="found">Takes what is found.</param>
    public static void FindShare(ReadOnlySpan<byte> text, int end, List<Found> found)
    {
        while (end > 0 && text[end - 1] == (byte)'\\')
            end--;
        var start = end;
        while (start > 0 && end - start < NameCharsMax && NameChars.Contains((char)text[start - 1]))
            start--;
        if (start == end || start < 2 || text[start - 1] != (byte)'\\' || text[start - 2] != (byte)'\\')
            return;
        Span<char> chars = stackalloc char[NameCharsMax];
        for (var i = start; i < end; i++)
            chars[i - start] = (char)text[i];
        ReadOnlySpan<char> host = chars[..(end - start)];
        if (
            host.ContainsAnyInRange('A', 'z')
            && (IsSomebodys(host) || host.ContainsAny('-', '.') && host.ContainsAnyInRange('0', '9'))
            && !Addresses.IsNobodysHost(host)
            && !Placeholder.IsIn(host)
        )
            found.Add(new Found(start, end, Hosts.RuleId, "host", Rank.Personal));
    }

    /// <summary>Whether a name is that of a machine in an organisation's network, or of a person's.</summary>
    public static bool IsSomebodys(ReadOnlySpan<char> host)
    {
        var dot = host.IndexOf('.');
        if (Machines.IsPersonal(dot > 0 ? host[..dot] : host))
            return true;
        if (dot < 2 || !host[..dot].ContainsAny(OwnNameChars))
            return false;
        var last = host.LastIndexOf('.');
        for (var at = dot; at < last; )
        {
            var length = host[(at + 1)..].IndexOf('.');
            if (Array.IndexOf(Zones, host.Slice(at + 1, length).ToString()) >= 0)
                return true;
            at += length + 1;
        }
        return host.EndsWith(".compute.internal");
    }
}
