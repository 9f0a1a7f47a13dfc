namespace Datacurve.Core.Replay;

/// <summary>
/// A unified diff of one or more files. Own code, because no maintained .NET library applies unified diffs.
/// </summary>
/// <remarks>
/// Applying is strict: each hunk must match byte for byte at its stated line, without fuzz and without a
/// search for a better place; the line numbers of the new side are not looked at. Content is bytes: line
/// ends, a missing last newline and other encodings stay as they are. All reads are of the tree as it was
/// before the diff, as git means it, so that a diff may swap two files. What is refused is refused whole.
/// </remarks>
public sealed class UnifiedDiff
{
    private UnifiedDiff(IReadOnlyList<FilePatch> files) => Files = files;

    public IReadOnlyList<FilePatch> Files { get; }

    /// <summary>Reads a diff. Empty text is a diff of nothing.</summary>
    /// <param name="text">At most <see cref="PatchLimits.PatchBytesMax"/>.</param>
    /// <param name="knownPath">
    /// The file that the diff is about, where something beside the diff says so. It may then be hunks
    /// alone, and of a diff of one file that is no rename the names are labels, which count only as
    /// <c>/dev/null</c>.
    /// </param>
    /// <exception cref="PatchException">The text is no diff, over a limit, or names an unsafe
    /// path.</exception>
    public static UnifiedDiff Parse(ReadOnlyMemory<byte> text, string? knownPath = null)
    {
        if (text.Length > PatchLimits.PatchBytesMax)
            throw new PatchException($"the diff is over {PatchLimits.PatchBytesMax} bytes");
        var files = new DiffParser(text, knownPath).Parse();
        if (files.Count == 0 && text.Span.ContainsAnyExcept(" \t\r\n"u8))
            throw new PatchException("the text holds no diff");

        return new UnifiedDiff(
            knownPath is not null && files is [{ } only] && !IsMove(only)
                ? [WithKnownPath(only, RepoPath.Require(knownPath))]
                : [.. files.Select(file => WithSafePaths(file, knownPath))]
        );
    }

    /// <summary>What the diff makes of a tree, by path; the tree itself is not changed.</summary>
    /// <exception cref="PatchException">Something of the diff does not fit the tree.</exception>
    public IReadOnlyList<FileChange> Apply(IFileTree tree)
    {
        var after = new OverlayTree(tree);
        var written = new HashSet<string>();
        var removed = new HashSet<string>();
        foreach (var file in Files)
        {
            if (file.OldPath is { } old && old != file.NewPath && !file.IsCopy)
                Remove(after, written, removed, old);
            if (file.NewPath is null)
                FilePatchApplier.RequireDeletable(file, tree);
            else if (written.Add(file.NewPath))
                after.Set(file.NewPath, FilePatchApplier.Apply(file, tree));
            else
                throw new PatchException($"the diff writes {RepoPath.Quote(file.NewPath)} twice");
            if (after.ChangedBytes > PatchLimits.StateBytesMax)
                throw new PatchException($"the diff writes more than {PatchLimits.StateBytesMax} bytes");
        }
        RequireNoContradiction(tree, removed);
        var changes = after.Changes();
        foreach (var change in changes.Where(change => change is { Before: null, After: not null }))
            after.RequireRoomFor(change.Path);
        return changes;
    }

    private static void Remove(
        OverlayTree after,
        HashSet<string> written,
        HashSet<string> removed,
        string path
    )
    {
        if (!removed.Add(path))
            throw new PatchException($"the diff removes {RepoPath.Quote(path)} twice");
        if (!written.Contains(path))
            after.Set(path, state: null);
    }

    private void RequireNoContradiction(IFileTree tree, HashSet<string> removed)
    {
        foreach (var file in Files)
        {
            if (file.NewPath is not { } path)
                continue;
            if (path == file.OldPath && removed.Contains(path))
                throw new PatchException($"the diff both changes and removes {RepoPath.Quote(path)}");
            if (path != file.OldPath && !removed.Contains(path) && tree.Find(path) is not null)
                throw new PatchException($"the diff creates {RepoPath.Quote(path)}, which exists");
        }
    }

    private static bool IsMove(FilePatch file) =>
        file.OldPath is not null && file.NewPath is not null && file.OldPath != file.NewPath;

    private static FilePatch WithKnownPath(FilePatch file, string path)
    {
        RequireHarmlessLabel(file.OldPath, path);
        RequireHarmlessLabel(file.NewPath, path);
        return file with
        {
            OldPath = file.OldPath is null ? null : path,
            NewPath = file.NewPath is null ? null : path,
        };
    }

    private static void RequireHarmlessLabel(string? label, string path)
    {
        // A recorder may write the whole path of the file on the developer's machine.
        if (label is not null && !label.EndsWith("/" + path, StringComparison.Ordinal))
            RepoPath.Require(label);
    }

    private static FilePatch WithSafePaths(FilePatch file, string? knownPath)
    {
        if (file.OldPath is not null)
            RepoPath.Require(file.OldPath);
        if (file.NewPath is not null)
            RepoPath.Require(file.NewPath);
        if (knownPath is not null && IsMove(file) && knownPath != file.OldPath && knownPath != file.NewPath)
            throw new PatchException($"the diff renames other files than {RepoPath.Quote(knownPath)}");
        return file;
    }
}
