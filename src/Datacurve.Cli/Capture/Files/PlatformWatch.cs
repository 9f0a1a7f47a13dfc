namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// Watches by .NET's own watcher, on systems without inotify. It watches the whole tree, so that changes of
/// ignored files are heard and then passed over.
/// </summary>
internal sealed class PlatformWatch : IChangeWatch
{
    private const int BufferBytes = 64 << 10;

    private readonly string _root;
    private readonly Action<ChangeHint> _tell;
    private readonly GitLock _lock = new();
    private readonly List<FileSystemWatcher> _watchers = [];

    /// <inheritdoc cref="InotifyWatch.TryStart"/>
    public PlatformWatch(string root, IReadOnlyList<string> gitFolders, Action<ChangeHint> tell)
    {
        (_root, _tell) = (root, tell);
        _lock.Restart(gitFolders[0]);
        var tree = NewWatcher(root, deep: true);
        tree.Created += (_, changed) => Tell(changed.FullPath, HintKind.FolderAppeared);
        tree.Changed += (_, changed) => Tell(changed.FullPath, HintKind.Touched);
        tree.Deleted += (_, changed) => Tell(changed.FullPath, HintKind.FolderGone);
        tree.Renamed += (_, changed) =>
        {
            Tell(changed.OldFullPath, HintKind.FolderGone);
            Tell(changed.FullPath, HintKind.FolderAppeared);
        };
        foreach (var folder in gitFolders.Where(Directory.Exists))
            WatchGit(folder);
        foreach (var watcher in _watchers)
            watcher.EnableRaisingEvents = true;
    }

    public bool TryWatch(string folder) => true;

    public void Unwatch(string folder) { }

    public void Dispose() => _watchers.ForEach(watcher => watcher.Dispose());

    private FileSystemWatcher NewWatcher(string folder, bool deep)
    {
        var watcher = new FileSystemWatcher(folder)
        {
            IncludeSubdirectories = deep,
            InternalBufferSize = BufferBytes,
            NotifyFilter =
                NotifyFilters.FileName
                | NotifyFilters.DirectoryName
                | NotifyFilters.LastWrite
                | NotifyFilters.Attributes
                | NotifyFilters.Size,
        };
        watcher.Error += (_, _) => _tell(new ChangeHint(HintKind.Lost, "", GitHolds: false));
        _watchers.Add(watcher);
        return watcher;
    }

    private void WatchGit(string folder)
    {
        var git = NewWatcher(folder, deep: false);
        git.Created += (_, changed) => TellGit(changed.Name, appeared: true);
        git.Changed += (_, changed) => TellGit(changed.Name, appeared: true);
        git.Deleted += (_, changed) => TellGit(changed.Name, appeared: false);
        git.Renamed += (_, changed) =>
        {
            TellGit(changed.OldName, appeared: false);
            TellGit(changed.Name, appeared: true);
        };
    }

    private void TellGit(string? path, bool appeared)
    {
        if (path is null)
            return;
        var name = Path.GetFileName(path);
        lock (_lock)
            if (appeared)
                _lock.Appeared(name);
            else
                _lock.Gone(name);
        if (GitLock.IsTelling(name))
            _tell(new ChangeHint(HintKind.Git, name, IsHeld()));
    }

    // Which of both it is, a file or a folder, is told by the disk; a hint for the other costs a look.
    private void Tell(string fullPath, HintKind kind)
    {
        var path = Path.GetRelativePath(_root, fullPath);
        if (path.Split('/').Contains(".git"))
            return;
        _tell(new ChangeHint(HintKind.Touched, path, IsHeld()));
        if (kind == HintKind.FolderGone || (kind == HintKind.FolderAppeared && Directory.Exists(fullPath)))
            _tell(new ChangeHint(kind, path, IsHeld()));
    }

    private bool IsHeld()
    {
        lock (_lock)
            return _lock.IsHeld;
    }
}
