namespace Datacurve.Core.Replay;

/// <summary>
/// The extended header lines that git writes between <c>diff --git</c> and the change itself.
/// </summary>
internal sealed record GitFileHeader
{
    /// <summary>The path of the <c>diff --git</c> line; null where both names there differ.</summary>
    public string? Path { get; init; }
    private FileMode? OldMode { get; init; }
    private FileMode? NewMode { get; init; }
    private bool IsNew { get; init; }
    private bool IsDeleted { get; init; }
    private string? From { get; init; }
    private string? To { get; init; }
    private bool IsCopy { get; init; }
    private string? OldBlobId { get; init; }
    private string? NewBlobId { get; init; }

    /// <summary>This header with one more line read, or null where the line is none of its own.</summary>
    public GitFileHeader? TryRead(DiffLines lines) =>
        lines.TryTake("old mode "u8, out var rest) ? this with { OldMode = Mode(rest) }
        : lines.TryTake("new mode "u8, out rest) ? this with { NewMode = Mode(rest) }
        : lines.TryTake("new file mode "u8, out rest) ? this with { NewMode = Mode(rest), IsNew = true }
        : lines.TryTake("deleted file mode "u8, out rest)
            ? this with
            {
                OldMode = Mode(rest),
                IsDeleted = true,
            }
        : lines.TryTake("rename from "u8, out rest) ? this with { From = DiffNames.Read(rest) }
        : lines.TryTake("rename to "u8, out rest) ? this with { To = DiffNames.Read(rest) }
        : lines.TryTake("copy from "u8, out rest) ? this with { From = DiffNames.Read(rest), IsCopy = true }
        : lines.TryTake("copy to "u8, out rest) ? this with { To = DiffNames.Read(rest), IsCopy = true }
        : lines.TryTake("similarity index "u8, out _) || lines.TryTake("dissimilarity index "u8, out _) ? this
        : lines.TryTake("index "u8, out rest) ? WithIndex(rest)
        : null;

    /// <summary>
    /// The names of the <c>---</c> and <c>+++</c> lines without their prefixes. Beside <c>/dev/null</c>
    /// only the pair on the <c>diff --git</c> line shows whether <c>b/x</c> is a prefix and <c>x</c>, or a
    /// path.
    /// </summary>
    public (string Old, string New) Agree((string Old, string New) names)
    {
        if (names.Old != DiffNames.Nothing && names.New != DiffNames.Nothing)
            return DiffNames.StripPair(names.Old, names.New);
        return (Agree(names.Old), Agree(names.New));
    }

    /// <exception cref="PatchException">The lines contradict each other.</exception>
    public FilePatch ToPatch((string Old, string New)? names, List<Hunk> hunks, BinaryPatch? binary)
    {
        var (old, @new) = Paths(names);
        if ((IsNew && IsDeleted) || (old is null && @new is null))
            throw new PatchException("the diff holds a file that is neither before nor after it");
        return new FilePatch
        {
            OldPath = old,
            NewPath = @new,
            IsCopy = IsCopy,
            OldMode = OldMode,
            NewMode = NewMode,
            Hunks = hunks,
            Binary = binary,
            OldBlobId = OldBlobId,
            NewBlobId = NewBlobId,
        };
    }

    private string Agree(string name) =>
        Path is not null
        && name.Length == Path.Length + 2
        && name.EndsWith("/" + Path, StringComparison.Ordinal)
            ? Path
            : name;

    private (string? Old, string? New) Paths((string Old, string New)? names)
    {
        if ((From is null) != (To is null))
            throw new PatchException("the diff holds half a rename");
        if (From is not null)
            return IsNew || IsDeleted
                ? throw new PatchException("the diff renames a file that it creates or deletes")
                : (From, To);

        var old = IsNew ? null : Side(names?.Old);
        var @new = IsDeleted ? null : Side(names?.New);
        if ((names?.Old == DiffNames.Nothing && !IsNew) || (names?.New == DiffNames.Nothing && !IsDeleted))
            throw new PatchException("the diff creates or deletes a file without saying its mode");
        return (old, @new);
    }

    private string Side(string? name)
    {
        if ((name ?? Path) is not { } path)
            throw new PatchException("the diff holds a file header whose two names do not agree");
        return Path is null || path == Path
            ? path
            : throw new PatchException("the diff calls one file by two names");
    }

    private GitFileHeader WithIndex(string rest)
    {
        var parts = rest.Split(' ');
        var ids = parts[0].Split("..");
        if (ids.Length != 2 || parts.Length > 2)
            throw new PatchException("the diff holds a malformed index line");
        var mode = parts.Length == 2 ? Mode(parts[1]) : (FileMode?)null;
        return this with { OldMode = OldMode ?? mode, OldBlobId = ids[0], NewBlobId = ids[1] };
    }

    private static FileMode Mode(string octal) =>
        octal switch
        {
            "100644" or "100664" => FileMode.Regular,
            "100755" => FileMode.Executable,
            "120000" => FileMode.SymbolicLink,
            "160000" => throw new PatchException(
                "the diff changes a submodule, whose content it does not hold"
            ),
            _ => throw new PatchException("the diff gives a file a mode that git does not have"),
        };
}
