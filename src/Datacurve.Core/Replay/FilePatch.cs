namespace Datacurve.Core.Replay;

/// <summary>
/// What a diff does to one file. <see cref="OldPath"/> is null for a file that it creates,
/// <see cref="NewPath"/> for one that it deletes; two different paths are a rename or a copy.
/// </summary>
public sealed record FilePatch
{
    public required string? OldPath { get; init; }
    public required string? NewPath { get; init; }
    public bool IsCopy { get; init; }

    /// <summary>The mode that the diff states for the file before; null where it states none.</summary>
    public FileMode? OldMode { get; init; }

    /// <summary>The mode that the diff gives the file; null keeps the one it has.</summary>
    public FileMode? NewMode { get; init; }
    public IReadOnlyList<Hunk> Hunks { get; init; } = [];
    public BinaryPatch? Binary { get; init; }

    /// <summary>The git blob id of the file before, where the diff states it in full.</summary>
    public string? OldBlobId { get; init; }

    /// <summary>The git blob id of the file after, where the diff states it in full.</summary>
    public string? NewBlobId { get; init; }
}

/// <summary>
/// One hunk. <see cref="OldStart"/> counts lines from 1, and is the line before where nothing is old.
/// </summary>
public sealed record Hunk(int OldStart, int OldCount, int NewCount, IReadOnlyList<HunkLine> Lines);

/// <summary>
/// One line with its end; without one it is the last line of a file that has no newline there.
/// </summary>
public readonly record struct HunkLine(HunkLineKind Kind, ReadOnlyMemory<byte> Content);

public enum HunkLineKind
{
    Context,
    Added,
    Removed,
}

/// <summary>
/// A <c>GIT binary patch</c>: the new content, or a delta that makes it from the old, inflated.
/// </summary>
public sealed record BinaryPatch(bool IsDelta, ReadOnlyMemory<byte> Data)
{
    /// <summary>What would undo the patch, where the diff holds it; nothing here applies it.</summary>
    internal BinaryUndo? Undo { get; init; }
}

/// <summary>The content or delta that undoes a patch, as it is packed.</summary>
internal sealed record BinaryUndo(int Length, byte[] Deflated);
