namespace Datacurve.Core.Replay;

/// <summary>
/// One file before and after a fix; <c>null</c> where it does not exist. Paths are relative, with <c>/</c>. A
/// rename is a deletion and an addition.
/// </summary>
public sealed record FileChange(string Path, FileState? Before, FileState? After);

/// <summary>
/// A file's content and the one mode bit that git keeps. A symbolic link's content is its target.
/// </summary>
public sealed record FileState(byte[] Content, FileMode Mode)
{
    /// <summary>Whether both are absent, or the same bytes with the same mode.</summary>
    public static bool SameAs(FileState? left, FileState? right) =>
        left is null || right is null
            ? left is null && right is null
            : left.Mode == right.Mode && left.Content.AsSpan().SequenceEqual(right.Content);
}

public enum FileMode
{
    Regular,
    Executable,
    SymbolicLink,
}
