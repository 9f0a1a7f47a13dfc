using Datacurve.Cli.Capture.Git;
using Datacurve.Cli.Spool;
using Datacurve.Core.Qa;
using Datacurve.Core.Replay;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Cli.Capture.Files;

/// <summary>A file that is not on disk as the log says.</summary>
/// <param name="Seq">The event that changed it last; null where none did.</param>
/// <param name="What">The difference, as the end of a sentence.</param>
internal sealed record Difference(string Path, long? Seq, string What);

/// <summary>Whether the log of a recording leads to the working tree, byte for byte.</summary>
internal sealed record FaithfulnessResult
{
    /// <summary>How the log replays by itself: an edit that does not apply is here, with its seq.</summary>
    public required ReplayResult Replay { get; init; }

    /// <summary>At most <see cref="DifferencesMax"/>, by path.</summary>
    public required IReadOnlyList<Difference> Differences { get; init; }
    public required int FilesCompared { get; init; }

    /// <summary>Files that are not recorded, with the reason as the end of a sentence.</summary>
    public required IReadOnlyDictionary<string, string> LeftOut { get; init; }

    /// <summary>The state that the log leads to, against the base.</summary>
    public required IReadOnlyList<FileChange> Changes { get; init; }

    public bool IsFaithful => Differences.Count == 0 && Replay is { BrokenAtSeq: null, UnrecordedChanges: 0 };

    public const int DifferencesMax = 100;
}

/// <summary>
/// Replays a recording's own log from its base, with the code of the service, and compares the outcome with
/// the working tree: every file that git does not ignore, its content cleansed, and its mode.
/// </summary>
internal static class Faithfulness
{
    /// <summary>Reads only; what is recorded must have been flushed.</summary>
    /// <exception cref="GitException">The repository is gone, or cannot be read.</exception>
    /// <exception cref="IOException">The recording has no base, or it cannot be read.</exception>
    public static async Task<FaithfulnessResult> CheckAsync(
        RecordingFolder recording,
        string repositoryRoot,
        CaptureSetup setup,
        CancellationToken ct
    )
    {
        var repository = await Repository.FindAsync(repositoryRoot, setup.Limits, setup.Time, ct);
        await using var rules = await IgnoreRules.OpenAsync(
            repository,
            CaptureStart.FolderOf(recording),
            setup.Warn,
            ct
        );
        using var start = BaseTar.Open(CaptureStart.BasePathOf(recording));
        var log = RecordedLog.Of(recording);
        var replay = log.Replay(start);
        var cleanse = setup.CleanseOf(
            recording.ReadManifest() ?? throw new IOException($"{recording.Path} is no recording.")
        );
        var comparison = new TreeComparison(replay.Tree, log, cleanse, setup.Limits, repository.Root);

        // Git's own list, found in another way than the recorder's: tracked and new, not ignored.
        string[] list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
        var listed = await rules.AnswerAsync(
            () => rules.Git.ReadListAsync(ct, list),
            replay.Tree.PathsUnder("")
        );
        comparison.Compare(listed);
        return new FaithfulnessResult
        {
            Replay = replay.Result(),
            Differences = comparison.Differences,
            FilesCompared = comparison.Compared,
            LeftOut = comparison.LeftOut,
            Changes = replay.Changes(),
        };
    }
}

/// <summary>Compares files on disk with those of a tree.</summary>
internal sealed class TreeComparison(
    IFileTree expected,
    RecordedLog log,
    Cleanse cleanse,
    CaptureLimits limits,
    string root
)
{
    private readonly WorkingTree _disk = new(root, limits.BaseFileBytesMax);
    private readonly List<Difference> _differences = [];
    private readonly Dictionary<string, string> _leftOut = [];
    private readonly Dictionary<string, DiskKind> _folders = [];
    private readonly Dictionary<string, bool> _nested = [];

    public IReadOnlyList<Difference> Differences => _differences;
    public IReadOnlyDictionary<string, string> LeftOut => _leftOut;
    public int Compared { get; private set; }

    /// <param name="listed">What is on disk, and belongs to the repository; some may be gone.</param>
    public void Compare(IEnumerable<string> listed)
    {
        var seen = new HashSet<string>();

        // A name that ends in a slash is another repository.
        foreach (var path in listed.Where(path => !path.EndsWith('/')).Order(StringComparer.Ordinal))
            if (seen.Add(path))
                Compare(path);
        foreach (var path in expected.PathsUnder("").Order(StringComparer.Ordinal))
            if (!seen.Contains(path) && !_leftOut.ContainsKey(path))
                Add(path, "is in the log but not in the working tree");
    }

    private void Compare(string path)
    {
        if (RepoPath.Objection(path) is { } objection)
        {
            _leftOut[path] = objection;
            return;
        }
        var known = expected.Find(path);
        var isNested = RepoPath.Ancestors(path).Any(IsNested);
        var disk = isNested ? default : _disk.Read(path, _folders);
        var isLarge = disk.State?.Content.Length > limits.FileBytesMax;
        if (disk.LeftOut is not null || ((isLarge || isNested) && known is null))
        {
            _leftOut[path] =
                disk.LeftOut
                ?? (isLarge ? $"is over {limits.FileBytesMax} bytes" : "lies in a repository of its own");
            return;
        }
        if (known is null && disk.Kind is (DiskKind.Folder or DiskKind.Special))
            return;
        Compared++;
        var actual = disk.State;
        if (actual is { Mode: not FileMode.SymbolicLink })
        {
            if (cleanse(path, actual.Content) is not { } content)
            {
                _leftOut[path] = Cleansed.Refusal;
                return;
            }
            actual = actual with { Content = content };
        }
        if (FileState.SameAs(actual, known))
            return;
        if (isLarge)
            _leftOut[path] = $"is over {limits.FileBytesMax} bytes";
        else
            Add(path, What(actual, known));
    }

    private static string What(FileState? actual, FileState? known) =>
        (actual, known) switch
        {
            (null, _) => "is in the log but not in the working tree",
            (_, null) => "is in the working tree but not in the log",
            _ when actual.Mode != known.Mode => $"is {actual.Mode} on disk and {known.Mode} in the log",
            _ => $"has {actual.Content.Length} bytes on disk and others, {known.Content.Length}, in the log",
        };

    private void Add(string path, string what)
    {
        if (_differences.Count < FaithfulnessResult.DifferencesMax)
            _differences.Add(new Difference(path, log.LastSeqOf(path), what));
    }

    // As the recorder sees it, also where a file in it was tracked from outside before.
    private bool IsNested(string folder)
    {
        if (!_nested.TryGetValue(folder, out var isNested))
            _nested[folder] = isNested = _disk.IsRepository(folder);
        return isNested;
    }
}
