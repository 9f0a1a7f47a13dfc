using Datacurve.Core.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// One step of the log from one state of the tree to the next; a rename where <c>From</c> is set.
/// </summary>
internal sealed record TreeChange(string Path, ShadowFile? Before, Observed? After, Look Look, string? From);

/// <summary>
/// Turns what was seen at one moment into steps that each apply to what the steps before left: first what
/// goes, so that its place is free, then renames, changes and what is new.
/// </summary>
internal static class TreeChanges
{
    public static IReadOnlyList<TreeChange> Of(IReadOnlyCollection<Observed> observed, Shadow shadow)
    {
        var gone = new List<TreeChange>();
        var changed = new List<TreeChange>();
        var created = new List<TreeChange>();
        foreach (var seen in observed.OrderBy(seen => seen.Look.Hint.LastMs))
        {
            var before = shadow.Find(seen.Path);
            if (before is null && seen.Mode is null)
                continue;
            if (before is null)
                created.Add(New(seen));
            else if (seen.Mode is null)
                gone.Add(new TreeChange(seen.Path, before, null, seen.Look, null));
            else if (IsLink(before.Mode) != IsLink(seen.Mode!.Value))
            {
                // No diff turns a file into a link in place.
                gone.Add(new TreeChange(seen.Path, before, null, seen.Look, null));
                created.Add(New(seen));
            }
            else if (before.Digest == seen.Digest && before.Mode == seen.Mode)
                before.Stamp = seen.Stamp;
            else
                changed.Add(new TreeChange(seen.Path, before, seen, seen.Look, null));
        }
        var renamed = Renames(gone, created);
        return [.. gone, .. renamed, .. changed, .. created];
    }

    private static TreeChange New(Observed seen) => new(seen.Path, null, seen, seen.Look, null);

    private static bool IsLink(FileMode mode) => mode == FileMode.SymbolicLink;

    /// <summary>Takes out of both lists what is one file under another name.</summary>
    private static List<TreeChange> Renames(List<TreeChange> gone, List<TreeChange> created)
    {
        var renames = new List<TreeChange>();
        if (gone.Count == 0 || created.Count == 0)
            return renames;
        var sources = gone.Where(change => CanMove(change.Before!))
            .GroupBy(change => KeyOf(change.Before!.Digest, change.Before.Mode))
            .ToDictionary(same => same.Key, same => same.ToList());
        foreach (var change in created.ToList())
        {
            var after = change.After!;
            if (!sources.TryGetValue(KeyOf(after.Digest, after.Mode!.Value), out var same) || same.Count == 0)
                continue;

            // Of several alike, the one that keeps its name.
            var name = Path.GetFileName(change.Path);
            var source = same.Find(one => Path.GetFileName(one.Path) == name) ?? same[0];
            same.Remove(source);
            renames.Add(change with { Before = source.Before, From = source.Path });
        }
        return Separate(renames, gone, created);
    }

    private static bool CanMove(ShadowFile file) => file.Place.Length > 0;

    private static (ContentDigest, bool) KeyOf(ContentDigest digest, FileMode mode) => (digest, IsLink(mode));

    /// <summary>
    /// Keeps the renames that stand in no other's way: a name that is free only when another file has left
    /// its folder, or its place as a folder, is taken by a deletion and a creation.
    /// </summary>
    private static List<TreeChange> Separate(
        List<TreeChange> renames,
        List<TreeChange> gone,
        List<TreeChange> created
    )
    {
        var sources = renames.Select(rename => rename.From!).ToHashSet();
        var folders = sources.SelectMany(RepoPath.Ancestors).ToHashSet();
        var clean = renames
            .Where(rename =>
                !folders.Contains(rename.Path) && !RepoPath.Ancestors(rename.Path).Any(sources.Contains)
            )
            .ToList();
        var moved = clean.Select(rename => rename.From!).ToHashSet();
        var taken = clean.Select(rename => rename.Path).ToHashSet();
        gone.RemoveAll(change => moved.Contains(change.Path));
        created.RemoveAll(change => taken.Contains(change.Path));
        return clean;
    }
}
