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
        var folders = new Dictionary<string, bool>();
        var held = 0L;
        foreach (var (path, look) in looks)
        {
            var isIgnored = ignored.Contains(path);
            if (!isIgnored && IsUnchanged(path))
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

    /// <summary>Whether the file on disk is surely the one that was read before.</summary>
    public bool IsUnchanged(string path) =>
        shadow.Find(path) is { } known
        && known.Stamp != FileStamp.None
        && tree.Stat(path, out var stamp) is DiskKind.File or DiskKind.Link
        && stamp == known.Stamp;

    private Observed? Observe(string path, Look look, Dictionary<string, bool> folders)
    {
        if (RepoPath.Objection(path) is { } objection)
        {
            _leftOut[path] = objection;
            return null;
        }
        var disk = LiesInFolders(path, folders) ? tree.Read(path) : default;
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
        var stamp = disk.Stamp.IfSettled(time);
        return new Observed(path, state.Mode, content, ContentDigest.Of(content), stamp, look);
    }

    private Observed? Gone(string path, Look look) =>
        shadow.Find(path) is null ? null : new Observed(path, null, null, default, default, look);

    private static bool IsLink(FileMode mode) => mode == FileMode.SymbolicLink;

    private bool LiesInFolders(string path, Dictionary<string, bool> known)
    {
        foreach (var folder in RepoPath.Ancestors(path))
        {
            if (!known.TryGetValue(folder, out var isFolder))
                known[folder] = isFolder = !walk.Nested.Contains(folder) && tree.IsFolder(folder);
            if (!isFolder)
                return false;
        }
        return true;
    }
}
