namespace Datacurve.Cli.Capture.Files;

/// <summary>The bounds within which files are captured.</summary>
internal sealed record CaptureLimits
{
    /// <summary>One file whose changes are recorded; a larger one is left out, and said so.</summary>
    public int FileBytesMax { get; init; } = 12 << 20;

    /// <summary>One file of the base, which is taken whole and once; the bound of every replay.</summary>
    public int BaseFileBytesMax { get; init; } = 64 << 20;

    /// <summary>The base as a tar, below what the service takes as one repository.</summary>
    public long BaseBytesMax { get; init; } = 1L << 30;

    /// <summary>Files that are followed, the service's own bound of a repository.</summary>
    public int FilesMax { get; init; } = 200_000;

    /// <summary>A file is read when nothing has happened to it for this long.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>As <see cref="Quiet"/>, for a file that a program still writes to.</summary>
    public TimeSpan OpenQuiet { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A file that never is quiet is read after this long all the same.</summary>
    public TimeSpan JoinMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often the whole tree is looked at where the system does not let every folder be watched.
    /// </summary>
    public TimeSpan UnwatchedRescan { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>By how much later than git's log the watch may tell of what was before.</summary>
    public TimeSpan HearingDelay { get; init; } = TimeSpan.FromMilliseconds(30);

    /// <summary>After a failure of git or of the disk.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Lines added and removed up to which the smallest diff is looked for; beyond, the lines between the
    /// first and the last difference are replaced as one.
    /// </summary>
    public int DiffEditsMax { get; init; } = 800;

    /// <summary>Content of past states that may lie unused on disk before it is cleared away.</summary>
    public long UnusedBytesMax { get; init; } = 256L << 20;

    /// <summary>One call of git.</summary>
    public TimeSpan GitTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What one call of git may print.</summary>
    public int GitOutputBytesMax { get; init; } = 64 << 20;

    /// <summary>Commits that are recorded of one change of HEAD, as a rebase makes many.</summary>
    public int CommitsMax { get; init; } = 500;
}
