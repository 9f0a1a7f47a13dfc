using System.Buffers;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>Names of machines that their form tells: those that systems make from who owns them.</summary>
internal static class Machines
{
    private const int CharsMax = 64;
    private const int KernelReach = 160;
    private static readonly SearchValues<char> NameChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
    );

    private static readonly SearchValues<char> HostChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
    );

    // Hardware; with a number behind them or without.
    private static readonly string[] Makes =
    [
        "macbook",
        "imac",
        "macmini",
        "mac",
        "mbp",
        "mba",
        "thinkpad",
        "xps",
        "latitude",
        "elitebook",
        "probook",
        "surface",
        "nuc",
        "laptop",
        "desktop",
        "notebook",
        "workstation",
        "ws",
        "pc",
        "zenbook",
        "ideapad",
        "vivobook",
        "legion",
        "alienware",
        "rig",
        "tower",
    ];

    private static readonly string[] Particles =
    [
        "de",
        "von",
        "van",
        "di",
        "of",
        "da",
        "du",
        "do",
        "la",
        "af",
    ];

    /// <param name="text">The piece.</param>
    /// <param name="start">Where a word that such a name has begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="found">Takes what is found.</param>
    public static void Find(ReadOnlySpan<char> text, int start, int end, List<Found> found)
    {
        if (text[start] == ' ' || text[start] is 'D' or 'd' && text[end - 1] is 'l' or 'L')
        {
            FindInKernel(text, start, found);
            return;
        }
        var (first, last) = (start, end);
        while (first > 0 && start - first < CharsMax && NameChars.Contains(text[first - 1]))
            first--;
        while (last < text.Length && last - end < CharsMax && NameChars.Contains(text[last]))
            last++;
        var before = text[..first];
        if (before.EndsWith('/') && !before.EndsWith("//") || before.EndsWith('.') || before.EndsWith('@'))
            return;
        var name = text[first..last];
        var isWindows = text[end - 1] == '-' && text[start] is not 'M' and not 'm';
        if (isWindows ? IsWindows(name) : IsApple(name) || IsOwned(name))
            Hosts.Add(text, first, last, found);
    }

    /// <summary>Whether a name that is said to be a machine's is that of a person's machine.</summary>
    public static bool IsPersonal(ReadOnlySpan<char> name)
    {
        if (!name.Contains('-'))
            return false;
        var isPair = name.Count('-') == 1;
        foreach (var range in name.Split('-'))
        {
            var part = name[range].TrimEnd("0123456789");
            if (isPair && (GivenNames.Has(part) || part.EndsWith('s') && GivenNames.Has(part[..^1])))
                return true;
            foreach (var make in Makes)
                if (part.Equals(make, StringComparison.OrdinalIgnoreCase))
                    return true;
        }
        return false;
    }

    // What Windows calls a machine: its make and seven or eight capitals and digits.
    private static bool IsWindows(ReadOnlySpan<char> name)
    {
        var rest =
            name.StartsWith("DESKTOP-") ? name[8..]
            : name.StartsWith("LAPTOP-") ? name[7..]
            : [];
        if (rest.Length is not (7 or 8))
            return false;
        foreach (var c in rest)
            if (!char.IsAsciiLetterUpper(c) && !char.IsAsciiDigit(c))
                return false;
        return rest.ContainsAnyInRange('0', '9') || !Words.AreMost(rest);
    }

    // What macOS calls a machine: its owner and its make, or its make, a particle and its owner.
    private static bool IsApple(ReadOnlySpan<char> name)
    {
        var at = name.IndexOf("-macbook", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            at = name.IndexOf("-imac", StringComparison.OrdinalIgnoreCase);
        if (at < 0 && name.EndsWith("-mbp", StringComparison.OrdinalIgnoreCase))
            at = name.Length - 4;
        if (at > 0)
            return name[at - 1] == 's' && at > 2 && !name[..at].Contains('_') || IsPersonal(name[..(at + 1)]);
        if (!name.StartsWith("MacBook-"))
            return false;
        foreach (var particle in Particles)
        {
            var place = name.IndexOf($"-{particle}-", StringComparison.OrdinalIgnoreCase);
            if (place > 0 && place + particle.Length + 3 < name.Length)
                return true;
        }
        return false;
    }

    private static bool IsOwned(ReadOnlySpan<char> name)
    {
        var dash = name.IndexOf('-');
        if (dash < 2)
            return false;
        var owner = name[..dash];
        return GivenNames.Has(owner) || owner[^1] == 's' && GivenNames.Has(owner[..^1]);
    }

    // Linux NAME 6.5.0-26-generic … and Darwin NAME 23.4.0 …, as uname prints them.
    private static void FindInKernel(ReadOnlySpan<char> text, int end, List<Found> found)
    {
        var from = Math.Max(0, end - KernelReach);
        var before = text[from..end];
        var at = before.LastIndexOf("Linux ");
        at =
            at >= 0 ? at + 6
            : before.LastIndexOf("Darwin ") is var darwin and >= 0 ? darwin + 7
            : -1;
        if (at < 0)
            return;
        var length = before[at..].IndexOf(' ');
        if (length < 2 || at + length + 3 > before.Length)
            return;
        var version = before[(at + length + 1)..];
        var name = before.Slice(at, length);
        if (
            char.IsAsciiDigit(version[0])
            && version[1..Math.Min(version.Length, 4)].Contains('.')
            && !name.ContainsAnyExcept(HostChars)
        )
            Hosts.Add(text, from + at, from + at + length, found);
    }
}
