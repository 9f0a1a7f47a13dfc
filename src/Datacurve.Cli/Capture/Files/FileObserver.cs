using Datacurve.Core.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Cli.Capture.Files;

/// <summary>Why a path is looked at: what was heard of it, and where the change comes from.</summary>
internal readonly record struct Look(PathHint Hint, LookReason Reason);

internal enum LookReason
{
    /// <summary>It was heard of as it happened.</summary>
    Heard,

    /// <summary>A look at the whole tree found it.</summary>
    Found,

    /// <summary>Nobody watched when it happened.</summary>
    Unobserved,

    /// <summary>The ignore rules changed, or what is tracked.</summary>
    Rules,
}

/// <summary>
/// A path as the disk has it now, cleansed; no mode where it is gone or not recorded, and no content where
/// that would be too much to hold until it is written.
/// </summary>
internal sealed record Observed(
    string Path,
    FileMode? Mode,
    byte[]? Content,
    ContentDigest Digest,
    FileStamp Stamp,
    Look Look
)
{
    public FileState State => new(Content!, Mode!.Value);
}

/// <summary>
/// Reads what is on disk at given paths, and decides what of it belongs to the record: no ignored file, no
/// other repository's, nothing behind a link, nothing special, too large or unreadable.
/// </summary>
internal sealed class FileObserver(
    WorkingTree tree,
    TreeWalk walk,
    Shadow shadow,
    Cleanse cleanse,
    TimeProvider time
)
{
    private const long HeldBytesMax = 8 << 20;

    private readonly Dictionary<string, string> _leftOut = [];

    /// <summary>Files that are not recorded, with the reason as the end of a sentence.</summary>
    public IReadOnlyDictionary<string, string> LeftOut => _leftOut;

    /// <summary>
    /// What differs from the shadow, or may. An unchanged file is passed over unless it is ignored now.
    /// </summary>
    public List<Observed> Observe(IReadOnlyDictionary<string, Look> looks, IReadOnlySet<string> ignored)
    {
        var observed = new List<Observed>();
        var folders = new Dictionary<string, DiskKind>();
        var held = 0L;
        foreach (var (path, look) in looks)
        {
            var isIgnored = ignored.Contains(path);
            if (!isIgnored && IsUnchanged(path, folders))
                continue;
            if ((isIgnored ? Gone(path, look) : Observe(path, look, folders)) is not { } seen)
                continue;
            held += seen.Content?.Length ?? 0;
            observed.Add(held > HeldBytesMax ? seen with { Content = null } : seen);
        }
        return observed;
    }

    /// <summary>
    /// With its content, read again where it was not held; null where the disk has gone on, which another
    /// look will tell.
    /// </summary>
    public Observed? Load(Observed seen)
    {
        if (seen.Mode is null || seen.Content is not null)
            return seen;
        var again = Observe(seen.Path, seen.Look, []);
        return again?.Mode is { } mode && IsLink(mode) == IsLink(seen.Mode.Value) ? again : null;
    }

    /// <summary>
    /// Of the paths, those that git can be asked about: a name that it takes, and a file or link on disk.
    /// What is gone is not recorded whether it was ignored or not, and git ends at what lies behind a link.
    /// </summary>
    public List<string> Askable(IEnumerable<string> paths)
    {
        var folders = new Dictionary<string, DiskKind>();
        return
        [
            .. paths.Where(path =>
                RepoPath.Objection(path) is null
                && tree.Stat(path, folders, out _) is DiskKind.File or DiskKind.Link
            ),
        ];
    }

    // A file under another folder's link has the stamp that it had in the folder.
    private bool IsUnchanged(string path, Dictionary<string, DiskKind> folders) =>
        shadow.Find(path) is { } known
        && known.Stamp != FileStamp.None
        && !IsNested(path)
        && tree.Stat(path, folders, out var stamp) is DiskKind.File or DiskKind.Link
        && stamp == known.Stamp;

    private Observed? Observe(string path, Look look, Dictionary<string, DiskKind> folders)
    {
        if (RepoPath.Objection(path) is { } objection)
        {
            _leftOut[path] = objection;
            return null;
        }
        var read = time.GetUtcNow();
        var disk = IsNested(path) || IsNewInRepository(path) ? default : tree.Read(path, folders);
        if (disk.LeftOut is { } reason)
        {
            // What the log has of it stays as it was when it could be read.
            _leftOut[path] = reason;
            return null;
        }
        _leftOut.Remove(path);
        if (disk.State is not { } state)
            return Gone(path, look);

        if ((IsLink(state.Mode) ? state.Content : cleanse(path, state.Content)) is not { } content)
        {
            _leftOut[path] = Cleansed.Refusal;
            return null;
        }
        var stamp = disk.Stamp.IfSettled(read);
        return new Observed(path, state.Mode, content, ContentDigest.Of(content), stamp, look);
    }

    private Observed? Gone(string path, Look look) =>
        shadow.Find(path) is null ? null : new Observed(path, null, null, default, default, look);

    private static bool IsLink(FileMode mode) => mode == FileMode.SymbolicLink;

    // A folder may have become a repository of its own a moment ago, which the watch has yet to tell.
    private bool IsNewInRepository(string path) =>
        shadow.Find(path) is null && RepoPath.Ancestors(path).Any(tree.IsRepository);

    private bool IsNested(string path) =>
        walk.Nested.Count > 0 && RepoPath.Ancestors(path).Any(walk.Nested.Contains);
}
