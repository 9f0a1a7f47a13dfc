using System.Buffers;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// The owner of what <c>ls -l</c> lists on macOS, where people and nobody else have the group that stands
/// behind: <c>drwxr-xr-x  5 NAME staff  160 Mar  3 10:11 src</c>; elsewhere where owner and group have one
/// name, which is one that people are given; and of what <c>tar -tv</c> lists (<c>NAME/NAME</c>).
/// </summary>
internal static class ListedOwners
{
    private const int ModeChars = 9;

    // Dashes that a line begins with are no part of its piece, and a file's mode begins with one.
    private const int ModeCharsMin = 7;
    private static readonly SearchValues<char> PartEnds = SearchValues.Create("._-0123456789");
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

    /// <param name="text">The piece.</param>
    /// <param name="start">Where a part of a mode stands.</param>
    /// <param name="found">Takes what is found.</param>
    public static void FindBehindMode(ReadOnlySpan<char> text, int start, List<Found> found)
    {
        var first = start;
        while (first > 0 && (ModeSigns.Contains(text[first - 1]) || text[first - 1] is 'd' or 'l'))
            first--;
        var length = text[start..].IndexOfAnyExcept(ModeSigns);
        if (start - first > 1 || first > 0 && !IsEdge(text[first - 1]) || length < ModeCharsMin - 1)
            return;
        var at = start + length + (text[start + length] is '+' or '.' or '@' ? 1 : 0);
        var (ownerStart, ownerEnd) = Column(text, at);
        var owner = text[ownerStart..ownerEnd];
        if (ownerStart == at || owner.IsEmpty)
            return;
        if (owner.IndexOf('/') is > 1 and var slash)
        {
            if (IsSizeAndDay(text, ownerEnd))
                Add(text, ownerStart, ownerStart + slash, ownerEnd, found);
            return;
        }
        if (owner.ContainsAnyExceptInRange('0', '9'))
            return;
        (ownerStart, ownerEnd) = Column(text, ownerEnd);
        var (groupStart, groupEnd) = Column(text, ownerEnd);
        owner = text[ownerStart..ownerEnd];
        if (owner.SequenceEqual(text[groupStart..groupEnd]) && IsGiven(owner))
            Add(text, ownerStart, ownerEnd, groupEnd, found);
    }

    // The owner, and the group where it is called so.
    private static void Add(ReadOnlySpan<char> text, int start, int end, int groupEnd, List<Found> found)
    {
        var owner = text[start..end];
        if (
            !owner.ContainsAnyInRange('A', 'z')
            || !char.IsAsciiLetterOrDigit(owner[0]) && owner[0] < '\u0080'
            || Nobodies.Has(owner)
            || Placeholder.IsIn(owner)
        )
            return;
        found.Add(new Found(start, end, Accounts.RuleId, "user", Rank.Personal));
        if (text[..groupEnd].EndsWith(owner) && groupEnd - owner.Length > end)
            found.Add(new Found(groupEnd - owner.Length, groupEnd, Accounts.RuleId, "user", Rank.Personal));
    }

    private static (int Start, int End) Column(ReadOnlySpan<char> text, int from)
    {
        var start = from + text[from..].Length - text[from..].TrimStart(' ').Length;
        var length = text[start..].IndexOf(' ');
        return (start, length < 0 ? text.Length : start + length);
    }

    // 1234 2026-11-28
    private static bool IsSizeAndDay(ReadOnlySpan<char> text, int from)
    {
        var (start, end) = Column(text, from);
        return end > start
            && char.IsAsciiDigit(text[start])
            && Dates.AreAtStart(text[Column(text, end).Start..]);
    }

    private static bool IsEdge(char c) => c is ' ' or '\n' or '"' or '\'' or '\t' or '|' or '>';

    private static bool IsGiven(ReadOnlySpan<char> owner)
    {
        var end = owner.IndexOfAny(PartEnds);
        return owner.Length >= 3 && GivenNames.Has(end < 0 ? owner : owner[..end]);
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
