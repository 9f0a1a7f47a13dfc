namespace Datacurve.Core.Replay;

/// <summary>
/// The files of a repository at one moment. Paths are relative, with <c>/</c>; folders are implied.
/// </summary>
public interface IFileTree
{
    /// <summary>
    /// The file, or null where there is none. A link in the middle of a path is never followed.
    /// </summary>
    /// <exception cref="PatchException">The file is over <see cref="PatchLimits.FileBytesMax"/>.</exception>
    FileState? Find(string path);

    /// <summary>Every file below a folder, in no order; the empty path is the whole tree.</summary>
    IEnumerable<string> PathsUnder(string folder);
}

/// <summary>A tree with changes laid over it; the tree below is only read.</summary>
public sealed class OverlayTree(IFileTree below) : IFileTree
{
    private readonly Dictionary<string, FileState?> _changed = [];

    /// <summary>The bytes that the changes hold.</summary>
    public long ChangedBytes { get; private set; }

    /// <summary>Every path that was ever set, also where it is again as below.</summary>
    public IReadOnlyCollection<string> ChangedPaths => _changed.Keys;

    public FileState? Find(string path) =>
        _changed.TryGetValue(path, out var state) ? state : below.Find(path);

    public IEnumerable<string> PathsUnder(string folder)
    {
        var prefix = folder.Length == 0 ? "" : folder + "/";
        var added = _changed
            .Where(change => change.Value is not null)
            .Select(change => change.Key)
            .Where(path => path.StartsWith(prefix, StringComparison.Ordinal));
        return below.PathsUnder(folder).Where(path => !_changed.ContainsKey(path)).Concat(added);
    }

    /// <summary>Sets a file, or removes it with null.</summary>
    public void Set(string path, FileState? state)
    {
        ChangedBytes += state?.Content.Length ?? 0;
        ChangedBytes -= _changed.GetValueOrDefault(path)?.Content.Length ?? 0;
        _changed[path] = state;
    }

    /// <summary>What differs from the tree below, by path.</summary>
    public IReadOnlyList<FileChange> Changes() =>
        [
            .. _changed
                .Select(change => new FileChange(change.Key, below.Find(change.Key), change.Value))
                .Where(change => !FileState.SameAs(change.Before, change.After))
                .OrderBy(change => change.Path, StringComparer.Ordinal),
        ];

    /// <summary>
    /// Refuses a file where a folder is, and a file below what is itself a file or a link: writing there
    /// would go through the link.
    /// </summary>
    /// <exception cref="PatchException">The path cannot hold a file in this tree.</exception>
    public void RequireRoomFor(string path)
    {
        foreach (var ancestor in RepoPath.Ancestors(path))
            if (Find(ancestor) is { } file)
                throw new PatchException(
                    file.Mode == FileMode.SymbolicLink
                        ? $"{RepoPath.Quote(path)} lies behind the link {RepoPath.Quote(ancestor)}"
                        : $"{RepoPath.Quote(path)} lies below the file {RepoPath.Quote(ancestor)}"
                );
        if (PathsUnder(path).Any())
            throw new PatchException($"{RepoPath.Quote(path)} is a folder");
    }
}
