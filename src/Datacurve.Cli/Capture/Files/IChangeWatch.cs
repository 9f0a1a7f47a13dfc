namespace Datacurve.Cli.Capture.Files;

internal enum HintKind
{
    /// <summary>A program writes to the file and has not closed it.</summary>
    Written,

    /// <summary>A program that wrote to the file has closed it.</summary>
    Closed,

    /// <summary>Anything else may have happened to the file or link, also that it is gone.</summary>
    Touched,
    FolderAppeared,
    FolderGone,

    /// <summary>Git's own state changed; the path is the file's name in git's folder.</summary>
    Git,

    /// <summary>Events were lost: only a look at the whole tree tells what changed.</summary>
    Lost,
}

/// <summary>
/// Where something may have changed. A hint is never trusted for more: what is on disk decides.
/// </summary>
/// <param name="Path">Relative to the repository.</param>
/// <param name="GitHolds">Whether git held its index locked at that moment, as it does while it writes
/// files.</param>
/// <param name="From">Of a rename, the other name.</param>
internal readonly record struct ChangeHint(HintKind Kind, string Path, bool GitHolds, string? From = null);

/// <summary>Tells of changes in folders, on a thread of its own, in the order of their happening.</summary>
internal interface IChangeWatch : IDisposable
{
    /// <summary>
    /// Watches the entries of a folder. True where the folder is gone already; false where the system lets
    /// no more folders be watched.
    /// </summary>
    bool TryWatch(string folder);

    /// <summary>Stops watching a folder and all below it.</summary>
    void Unwatch(string folder);
}
