using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// Watches by Linux's inotify. Own code, because .NET's watcher takes a whole tree or nothing: it would also
/// watch <c>node_modules</c> and git's objects, and pays for each of their events.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class InotifyWatch : IChangeWatch
{
    private const uint Modify = 0x2;
    private const uint Attributes = 0x4;
    private const uint CloseWrite = 0x8;
    private const uint MovedFrom = 0x40;
    private const uint MovedTo = 0x80;
    private const uint Create = 0x100;
    private const uint Delete = 0x200;
    private const uint MoveSelf = 0x800;
    private const uint QueueOverflow = 0x4000;
    private const uint Ignored = 0x8000;
    private const uint OnlyFolders = 0x1000000;
    private const uint NoFollow = 0x2000000;
    private const uint NotUnlinked = 0x4000000;
    private const uint IsFolder = 0x40000000;
    private const uint Wanted =
        Modify
        | Attributes
        | CloseWrite
        | MovedFrom
        | MovedTo
        | Create
        | Delete
        | OnlyFolders
        | NoFollow
        | NotUnlinked;
    private const int NonBlockingCloseOnExec = 0x80800;
    private const int BufferBytes = 64 << 10;
    private const int PollMs = 200;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly string _root;
    private readonly IReadOnlyList<string> _gitFolders;
    private readonly Action<ChangeHint> _tell;
    private readonly int _inotify;
    private readonly Thread _thread;
    private readonly GitLock _lock = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<int, string> _folders = [];
    private readonly Dictionary<string, int> _watches = [];
    private readonly HashSet<int> _gitWatches = [];
    private (uint Cookie, string Path) _movedFrom;
    private volatile bool _stopping;

    private InotifyWatch(string root, IReadOnlyList<string> gitFolders, Action<ChangeHint> tell, int inotify)
    {
        (_root, _gitFolders, _tell, _inotify) = (root, gitFolders, tell, inotify);
        WatchGit();
        _lock.Restart(gitFolders[0]);
        _thread = new Thread(Run) { IsBackground = true, Name = "inotify" };
        _thread.Start();
    }

    /// <summary>Null where the system gives no more inotify instances.</summary>
    /// <param name="root">The working tree.</param>
    /// <param name="gitFolders">Git's folder of this working tree, and others of its state.</param>
    /// <param name="tell">Called on the thread of the watch; must not block.</param>
    public static InotifyWatch? TryStart(
        string root,
        IReadOnlyList<string> gitFolders,
        Action<ChangeHint> tell
    )
    {
        var inotify = LinuxFiles.InotifyInit(NonBlockingCloseOnExec);
        return inotify < 0 ? null : new InotifyWatch(root, gitFolders, tell, inotify);
    }

    public bool TryWatch(string folder)
    {
        lock (_gate)
        {
            if (folder.Length == 0)
                WatchGit();
            var wanted = folder.Length == 0 ? Wanted | MoveSelf : Wanted;
            var watch = LinuxFiles.InotifyAddWatch(_inotify, FullPath(folder), wanted);
            if (watch < 0)
                return Marshal.GetLastPInvokeError() != LinuxFiles.NoSpace;

            // One folder has one watch, under the name it has now.
            if (_folders.TryGetValue(watch, out var old) && old != folder)
                _watches.Remove(old);
            _folders[watch] = folder;
            _watches[folder] = watch;
            return true;
        }
    }

    public void Unwatch(string folder)
    {
        lock (_gate)
        {
            var prefix = folder + "/";
            var below = _watches
                .Where(watch => watch.Key == folder || watch.Key.StartsWith(prefix, StringComparison.Ordinal))
                .ToList();
            foreach (var (path, watch) in below)
            {
                _watches.Remove(path);
                _folders.Remove(watch);
                _ = LinuxFiles.InotifyRemoveWatch(_inotify, watch);
            }
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        _ = LinuxFiles.Close(_inotify);
    }

    // A repository that was put in the place of this one has folders of its own.
    private void WatchGit()
    {
        foreach (var folder in _gitFolders)
            if (LinuxFiles.InotifyAddWatch(_inotify, folder, Wanted) is var watch and >= 0)
                _gitWatches.Add(watch);
    }

    private string FullPath(string folder) => folder.Length == 0 ? _root : $"{_root}/{folder}";

    private void Run()
    {
        var buffer = new byte[BufferBytes];
        while (!_stopping)
        {
            var entry = new LinuxFiles.PollEntry { Descriptor = _inotify, Events = 1 };
            if (LinuxFiles.Poll(&entry, 1, PollMs) <= 0)
                continue;
            nint read;
            fixed (byte* start = buffer)
                read = LinuxFiles.Read(_inotify, start, BufferBytes);
            if (read > 0)
                ReadEvents(buffer.AsSpan(0, (int)read));
        }
    }

    // struct inotify_event: watch, mask, cookie and the length of the name, which is padded with NULs.
    private void ReadEvents(ReadOnlySpan<byte> events)
    {
        while (events.Length >= 16)
        {
            var watch = BinaryPrimitives.ReadInt32LittleEndian(events);
            var mask = BinaryPrimitives.ReadUInt32LittleEndian(events[4..]);
            var cookie = BinaryPrimitives.ReadUInt32LittleEndian(events[8..]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(events[12..]);
            Read(watch, mask, cookie, events.Slice(16, length).TrimEnd((byte)0));
            events = events[(16 + length)..];
        }
    }

    private void Read(int watch, uint mask, uint cookie, ReadOnlySpan<byte> nameBytes)
    {
        if ((mask & QueueOverflow) != 0)
        {
            _lock.Restart(_gitFolders[0]);
            _tell(new ChangeHint(HintKind.Lost, "", GitHolds: false));
            return;
        }
        if ((mask & Ignored) != 0)
        {
            Forget(watch);
            return;
        }
        if ((mask & MoveSelf) != 0)
        {
            // Its watch goes with it; that it ends says so.
            _ = LinuxFiles.InotifyRemoveWatch(_inotify, watch);
            return;
        }
        if (nameBytes.IsEmpty || NameOf(nameBytes) is not { } name)
            return;
        if (IsGit(watch))
            ReadGit(mask, name);
        else if (FolderOf(watch) is { } folder)
            ReadEntry(mask, cookie, folder, name);
    }

    private void ReadGit(uint mask, string name)
    {
        if ((mask & (Create | MovedTo)) != 0)
            _lock.Appeared(name);
        else if ((mask & (Delete | MovedFrom)) != 0)
            _lock.Gone(name);
        if ((mask & IsFolder) != 0)
        {
            // Git makes the folder of its log with the first commit.
            if ((mask & (Create | MovedTo)) != 0)
                lock (_gate)
                    WatchGit();
            return;
        }
        if (GitLock.IsTelling(name))
            _tell(new ChangeHint(HintKind.Git, name, _lock.IsHeld));
    }

    private void ReadEntry(uint mask, uint cookie, string folder, string name)
    {
        var path = folder.Length == 0 ? name : $"{folder}/{name}";
        var appeared = (mask & (Create | MovedTo)) != 0;
        var gone = (mask & (Delete | MovedFrom)) != 0;
        if (name == ".git")
        {
            // A repository inside the repository: what is around it changes its meaning.
            if (folder.Length > 0 && (appeared || gone))
                _tell(new ChangeHint(HintKind.FolderAppeared, folder, _lock.IsHeld));
            return;
        }
        if ((mask & IsFolder) != 0)
        {
            if (gone)
                Unwatch(path);
            if (gone || appeared)
                Tell(gone ? HintKind.FolderGone : HintKind.FolderAppeared, path);
            return;
        }
        if ((mask & MovedFrom) != 0)
            _movedFrom = (cookie, path);
        var from = (mask & MovedTo) != 0 && _movedFrom.Cookie == cookie ? _movedFrom.Path : null;
        var kind =
            (mask & CloseWrite) != 0 ? HintKind.Closed
            : (mask & Modify) != 0 || ((mask & Create) != 0 && !IsLink(path)) ? HintKind.Written
            : HintKind.Touched;
        _tell(new ChangeHint(kind, path, _lock.IsHeld, from));
    }

    // A link is whole as soon as it is there: nobody will close it.
    private bool IsLink(string path) =>
        LinuxFiles.Stat(FullPath(path), out var entry) == 0
        && WorkingTree.ModeOf(entry.Mode) == Core.Replay.FileMode.SymbolicLink;

    private void Tell(HintKind kind, string path) => _tell(new ChangeHint(kind, path, _lock.IsHeld));

    private bool IsGit(int watch)
    {
        lock (_gate)
            return _gitWatches.Contains(watch);
    }

    private string? FolderOf(int watch)
    {
        lock (_gate)
            return _folders.GetValueOrDefault(watch);
    }

    // Of the root and of git's folder nobody above tells that they went, or what is there in their place.
    private void Forget(int watch)
    {
        bool isTop;
        lock (_gate)
        {
            isTop = _gitWatches.Remove(watch);
            if (_folders.Remove(watch, out var folder) && _watches.GetValueOrDefault(folder) == watch)
                isTop |= _watches.Remove(folder) && folder.Length == 0;
        }
        if (!isTop)
            return;
        _tell(new ChangeHint(HintKind.Lost, "", GitHolds: false));
        _tell(new ChangeHint(HintKind.Git, "HEAD", GitHolds: false));
    }

    // A name that is not UTF-8 cannot be said in an event, and the walk over the tree reports it.
    private static string? NameOf(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
