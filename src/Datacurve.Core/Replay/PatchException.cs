namespace Datacurve.Core.Replay;

/// <summary>
/// A patch, or a path that it names, is refused; nothing of it was applied. The message is one sentence that
/// may be shown to whoever sent the patch.
/// </summary>
public sealed class PatchException(string reason) : Exception(reason);

/// <summary>The bounds within which patches are read and applied.</summary>
public static class PatchLimits
{
    /// <summary>The text of one diff.</summary>
    public const int PatchBytesMax = 32 << 20;

    /// <summary>One file, before or after.</summary>
    public const int FileBytesMax = 64 << 20;

    /// <summary>Files in one diff.</summary>
    public const int FilesMax = 10_000;

    /// <summary>Hunks in one diff.</summary>
    public const int HunksMax = 100_000;

    /// <summary>All files that one diff writes, and all that a replay holds changed, together.</summary>
    public const long StateBytesMax = 256L << 20;

    /// <summary>
    /// What all edits of one replay may read and write, since many small ones of a large file add up.
    /// </summary>
    public const long WorkBytesMax = 32L << 30;
}
