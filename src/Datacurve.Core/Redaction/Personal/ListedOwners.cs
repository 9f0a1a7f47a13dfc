using System.Buffers;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// The owner of what <c>ls -l</c> lists on macOS, where people and nobody else have the group that stands
/// behind: <c>drwxr-xr-x  5 NAME staff  160 Mar  3 10:11 src</c>.
/// </summary>
internal static class ListedOwners
{
    private const int ModeChars = 9;

    // Dashes that a line begins with are no part of its piece, and a file's mode begins with one.
    private const int ModeCharsMin = 7;
    private static readonly SearchValues<char> ModeSigns = SearchValues.Create("rwxsStT-");

    /// <param name="text">The piece.</param>
    /// <param name="end">Where the owner's name ends.</param>
    /// <param name="found">Takes what is found.</param>
    public static void Find(ReadOnlySpan<char> text, int end, List<Found> found)
    {
        end = text[..end].TrimEnd(' ').Length;
        var start = text[..end].LastIndexOf(' ') + 1;
        var owner = text[start..end];
        var links = text[..start].TrimEnd(' ');
        var mode = links.TrimEnd("0123456789");
        if (owner.Length < 2 || owner[0] == '_' || mode.Length == links.Length || !IsMode(mode))
            return;
        if (owner.ContainsAnyInRange('A', 'z') && !Nobodies.Has(owner) && !Placeholder.IsIn(owner))
            found.Add(new Found(start, end, HomeFolders.RuleId, "user", Rank.Personal));
    }

    // drwxr-xr-x and the sign of attributes behind it; the number of links follows a blank.
    private static bool IsMode(ReadOnlySpan<char> text)
    {
        var mode = text.TrimEnd(' ');
        if (mode.Length == text.Length)
            return false;
        if (!mode.IsEmpty && mode[^1] is '@' or '+' or '.')
            mode = mode[..^1];
        mode = mode[^Math.Min(mode.Length, ModeChars)..];
        return mode.Length >= ModeCharsMin && !mode.ContainsAnyExcept(ModeSigns);
    }
}
