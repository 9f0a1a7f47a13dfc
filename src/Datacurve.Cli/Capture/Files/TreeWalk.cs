using System.IO.Enumeration;
using Datacurve.Cli.Capture.Git;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// Goes through the folders that are not ignored, sees to it that each is watched before it is read, and
/// gives the files in them. Repositories inside the repository are passed by. Not thread-safe.
/// </summary>
internal sealed class TreeWalk(WorkingTree tree, IgnoreRules rules, IChangeWatch watch)
{
    private readonly HashSet<string> _nested = [];

    /// <summary>Folders that are repositories of their own.</summary>
    public IReadOnlySet<string> Nested => _nested;

    /// <summary>Whether the system lets every folder be watched; once it refused, it stays false.</summary>
    public bool IsWatchComplete { get; private set; } = true;

    public void AddNested(IEnumerable<string> folders) => _nested.UnionWith(folders);

    /// <summary>
    /// The files, links and special files below a folder, ignored ones among them; nothing where the folder
    /// itself is ignored, nested or no folder.
    /// </summary>
    public async Task<List<string>> FilesUnderAsync(string folder, CancellationToken ct)
    {
        var files = new List<string>();
        if (Datacurve.Core.Replay.RepoPath.Ancestors(folder).Any(IsNested))
            return files;
        var level = await EnterableAsync([folder], ct);
        while (level.Count > 0)
        {
            var below = new List<string>();
            foreach (var current in level)
            {
                IsWatchComplete &= watch.TryWatch(current);

                // It may have become a repository before it was watched, which nobody told.
                if (IsNested(current))
                    continue;
                foreach (var (path, isFolder) in EntriesOf(current))
                    (isFolder ? below : files).Add(path);
            }
            level = await EnterableAsync(below, ct);
        }
        return files;
    }

    /// <summary>Watches the folders that a file lies in, whatever the rules say of them.</summary>
    public void WatchFoldersOf(string path)
    {
        foreach (var folder in Datacurve.Core.Replay.RepoPath.Ancestors(path))
            if (!IsNested(folder) && tree.IsFolder(folder))
                IsWatchComplete &= watch.TryWatch(folder);
    }

    private async Task<List<string>> EnterableAsync(List<string> folders, CancellationToken ct)
    {
        var own = folders.Where(folder => !IsNested(folder) && tree.IsFolder(folder)).ToList();
        var ignored = await rules.IgnoredFoldersOfAsync(own.Where(folder => folder.Length > 0).ToList(), ct);
        foreach (var folder in ignored)
            watch.Unwatch(folder);
        return own.Where(folder => !ignored.Contains(folder)).ToList();
    }

    private bool IsNested(string folder)
    {
        if (folder.Length == 0)
            return false;
        var nested = IsRepository(folder);
        if (nested && _nested.Add(folder))
            watch.Unwatch(folder);
        if (nested)
        {
            // The folder itself is watched, and may be another of the same name, since it may cease to be a
            // repository; whether it has by now nobody told.
            IsWatchComplete &= watch.TryWatch(folder);
            nested = IsRepository(folder);
        }
        if (!nested)
            _nested.Remove(folder);
        return nested;
    }

    private bool IsRepository(string folder) =>
        rules.Submodules.Contains(folder) || tree.IsRepository(folder);

    private List<(string Path, bool IsFolder)> EntriesOf(string folder)
    {
        var found = new List<(string, bool)>();
        try
        {
            var entries = new FileSystemEnumerable<(string Name, bool IsFolder)>(
                tree.FullPath(folder),
                (ref entry) => (entry.FileName.ToString(), entry.IsDirectory),
                new EnumerationOptions { AttributesToSkip = FileAttributes.None }
            );
            foreach (var (name, isFolder) in entries)
                if (name != ".git")
                {
                    var path = folder.Length == 0 ? name : $"{folder}/{name}";

                    // A link to a folder counts as one there; here it is a link.
                    found.Add((path, isFolder && tree.IsFolder(path)));
                }
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It went, or was closed to us, while it was read; its watch or that of its parent tells.
        }
        return found;
    }
}
