namespace Datacurve.Core.Replay;

/// <summary>Makes the file that one part of a diff describes.</summary>
internal static class FilePatchApplier
{
    private const int LinkBytesMax = 4095;
    private const int FullIdLength = 40;

    /// <exception cref="PatchException">The patch does not fit the tree.</exception>
    public static FileState Apply(FilePatch file, IFileTree tree)
    {
        var path = file.NewPath!;
        var before = Before(file, tree);
        var mode = file.NewMode ?? before?.Mode ?? FileMode.Regular;
        if (before is not null && (before.Mode == FileMode.SymbolicLink) != (mode == FileMode.SymbolicLink))
            throw new PatchException($"the diff turns {RepoPath.Quote(path)} into a link or back in place");

        var content = Content(file, before?.Content ?? []);
        if (content.Length > PatchLimits.FileBytesMax)
            throw new PatchException(
                $"{RepoPath.Quote(path)} would be over {PatchLimits.FileBytesMax} bytes"
            );
        if (mode == FileMode.SymbolicLink)
            RequireLinkTarget(content, path);
        return new FileState(content, mode);
    }

    /// <exception cref="PatchException">The file is not there, or is not what the diff deletes.</exception>
    public static void RequireDeletable(FilePatch file, IFileTree tree)
    {
        if (Content(file, Before(file, tree)!.Content).Length > 0)
            throw new PatchException(
                $"the diff deletes {RepoPath.Quote(file.OldPath!)} but not all that is in it"
            );
    }

    private static FileState? Before(FilePatch file, IFileTree tree)
    {
        if (file.OldPath is null)
            return null;
        var before = tree.Find(file.OldPath);

        // Recorders that diff texts write the creation of a file as lines added to nothing.
        var startsFromNothing = file.OldMode is null && file.Hunks is [{ OldStart: 0, OldCount: 0 }];
        if (before is null)
            return startsFromNothing
                ? null
                : throw new PatchException($"{RepoPath.Quote(file.OldPath)} does not exist");
        var expectsLink = file.OldMode == FileMode.SymbolicLink;

        // A rename without a change of content states no mode.
        var changesContent = file.Hunks.Count > 0 || file.Binary is not null;
        if (changesContent && expectsLink != (before.Mode == FileMode.SymbolicLink))
            throw new PatchException(
                expectsLink
                    ? $"{RepoPath.Quote(file.OldPath)} is not a link"
                    : $"{RepoPath.Quote(file.OldPath)} is a link"
            );
        return before;
    }

    private static byte[] Content(FilePatch file, byte[] before)
    {
        if (file.Binary is null)
            return Prefixed(file, () => new HunkApplier(before).Apply(file.Hunks));

        // As git does: the content of a binary file has no context that could be compared.
        RequireId(file.OldBlobId, before, file);
        var after = Prefixed(file, () => BinaryPatchReader.Apply(file.Binary, before));
        RequireId(file.NewBlobId, after, file);
        return after;
    }

    private static void RequireId(string? id, byte[] content, FilePatch file)
    {
        var verdict =
            id is { Length: FullIdLength } && id.AsSpan().ContainsAnyExcept('0')
                ? ContentHash.Compare(id, content)
                : HashVerdict.Unchecked;
        if (verdict == HashVerdict.Differs)
            throw new PatchException(
                $"{RepoPath.Quote(file.NewPath ?? file.OldPath!)} is not the binary file that the diff is for"
            );
    }

    private static byte[] Prefixed(FilePatch file, Func<byte[]> apply)
    {
        try
        {
            return apply();
        }
        catch (PatchException refused)
        {
            throw new PatchException($"{RepoPath.Quote(file.NewPath ?? file.OldPath!)}: {refused.Message}");
        }
    }

    private static void RequireLinkTarget(byte[] target, string path)
    {
        if (target.Length is 0 or > LinkBytesMax || target.AsSpan().Contains((byte)0))
            throw new PatchException($"{RepoPath.Quote(path)} is a link without a usable target");
    }
}
