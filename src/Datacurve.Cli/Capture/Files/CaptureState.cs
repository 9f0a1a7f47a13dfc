using Datacurve.Cli.Capture.Git;
using Datacurve.Cli.Capture.Provenance;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;
using Datacurve.Core.Replay;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// The parts of a running capture, and the work on them, one piece at a time: whoever calls waits for one
/// call before the next.
/// </summary>
internal sealed class CaptureState : IAsyncDisposable
{
    private const int RoundsMax = 20;

    private readonly CaptureSetup _setup;
    private readonly Cleanse _cleanse;
    private readonly Repository _repository;
    private readonly IChangeWatch _watch;
    private readonly IgnoreRules _rules;
    private readonly Shadow _shadow;
    private readonly ContentStore _contents;
    private readonly FileObserver _observer;
    private readonly TreeRecorder _tree;
    private readonly IReadOnlyDictionary<string, string> _leftOutOfBase;

    // Git tells of each once, and the disk may fail between.
    private readonly Queue<MadeCommit> _commits = [];
    private FileStamp _indexStamp;
    private bool _hasFailed;

    private CaptureState(
        Recording recording,
        CaptureSetup setup,
        Repository repository,
        IgnoreRules rules,
        CaptureStart start
    )
    {
        _cleanse = setup.CleanseOf(recording.Manifest);
        (Recording, _setup, _repository, _rules) = (recording, setup, repository, rules);
        Pauses = new Pauses(recording);
        (_shadow, _contents, Base, _leftOutOfBase) = (
            start.Shadow,
            start.Contents,
            start.Base,
            start.LeftOut
        );
        Pending = start.Pending;
        _watch = start.Watch;
        var tree = new WorkingTree(repository.Root, setup.Limits.FileBytesMax);
        Walk = new TreeWalk(tree, rules, _watch);
        Walk.AddNested(start.Base.Submodules);
        _observer = new FileObserver(tree, Walk, _shadow, _cleanse, setup.Time);
        Piped = new PipedEdits(setup.Time);
        Recorder = new EditRecorder(recording, _shadow, setup.Sources, Piped, setup.Limits);
        _tree = new TreeRecorder(Pauses, _observer, _shadow, Recorder, Pending);
        History = new GitHistory(repository, setup.Limits);
    }

    public Recording Recording { get; }
    public Pauses Pauses { get; }
    public BaseSnapshot Base { get; }
    public PendingChanges Pending { get; }
    public TreeWalk Walk { get; }
    public EditRecorder Recorder { get; }
    public PipedEdits Piped { get; }
    public GitHistory History { get; }
    public CaptureLimits Limits => _setup.Limits;
    public TimeProvider Time => _setup.Time;

    /// <summary>Opens everything; the watch runs before anything is read.</summary>
    public static async Task<CaptureState> OpenAsync(
        Repository repository,
        Recording recording,
        CaptureSetup setup,
        CancellationToken ct
    )
    {
        var start = new CaptureStart(repository, recording, setup);
        try
        {
            await start.PrepareAsync(ct);
            var rules = await IgnoreRules.OpenAsync(repository, start.Folder, setup.Warn, ct);
            var state = new CaptureState(recording, setup, repository, rules, start);
            await state.History.StartAsync(start.LastCommit ?? start.Base.CommitBase, ct);
            state.SetContext();
            return state;
        }
        catch
        {
            start.Dispose();
            throw;
        }
    }

    public IReadOnlyDictionary<string, string> LeftOut() =>
        _leftOutOfBase.Concat(_observer.LeftOut).DistinctBy(file => file.Key).ToDictionary();

    /// <summary>Tells the developer of a failure; of those that follow each other, of the first.</summary>
    public void Fail(Exception failed)
    {
        if (!_hasFailed)
            _setup.Warn($"Changes of files could not be recorded for a while: {failed.Message}");
        _hasFailed = true;
    }

    public void Succeed() => _hasFailed = false;

    /// <summary>Does what there is to do: the paths that are quiet, or all of them.</summary>
    public async Task WorkAsync(bool everything, CancellationToken ct)
    {
        // Folders that are walked put their files in; a file that never rests must not keep this going.
        for (var round = 0; round < RoundsMax; round++)
        {
            var batch = Pending.Take(everything);
            if (batch.IsEmpty)
                return;
            await FilesChangedAsync(batch, ct);
            if (batch.Git.Count > 0)
                await RecordCommitsAsync(everything, ct);
            if (!everything)
                return;
        }
    }

    /// <summary>Looks at every file of the tree, and watches every folder that is not ignored.</summary>
    public async Task LookAtAllAsync(LookReason reason, CancellationToken ct)
    {
        // Taken first, since what is read after answers all that was heard, and more may be heard meanwhile.
        var heard = Pending.Take(everything: true);
        _tree.ForgetRefusals();
        await _rules.ForgetAsync();
        await _rules.ReloadTrackedAsync(ct);
        var now = NowHint();
        var paths = (await Walk.FilesUnderAsync("", ct)).ToHashSet();
        paths.UnionWith(_shadow.Paths);
        paths.UnionWith(_rules.TrackedAnyway);
        var ignored = await _rules.IgnoredOfAsync(_observer.Askable(paths), ct);

        // What was heard of a path says more about when and by whom.
        Look LookOf(string path) =>
            ignored.Contains(path) ? new Look(now, LookReason.Rules)
            : reason != LookReason.Unobserved && heard.Paths.TryGetValue(path, out var hint) ? Heard(hint)
            : new Look(now, reason);

        await _tree.RecordAsync(paths.ToDictionary(path => path, LookOf), ignored, now, ct);
        if (heard.Git.Count > 0)
            Pending.Add(new ChangeHint(HintKind.Git, "HEAD", GitHolds: false));
    }

    /// <summary>Looks at every file, and records the commits that were made until now.</summary>
    public async Task CatchUpAsync(LookReason reason, CancellationToken ct)
    {
        await LookAtAllAsync(reason, ct);
        await RecordCommitsAsync(everything: true, ct);
    }

    /// <summary>Passes over the commits that were made while the recording was paused.</summary>
    public async Task SkipCommitsAsync(CancellationToken ct)
    {
        await History.SkipNewAsync(ct);
        _commits.Clear();
        SetContext();
    }

    public async ValueTask DisposeAsync()
    {
        _watch.Dispose();
        Pauses.Dispose();
        Pending.Dispose();
        await _rules.DisposeAsync();
        _contents.Dispose();
    }

    private async Task FilesChangedAsync(PendingBatch batch, CancellationToken ct)
    {
        var rulesChanged =
            batch.Git.Contains("exclude")
            || batch.Git.Contains("config")
            || batch.Paths.Keys.Any(path => Path.GetFileName(path) == ".gitignore");
        var looks = batch.Paths.ToDictionary(path => path.Key, path => Heard(path.Value));
        var retracked = await RetrackedAsync(batch, ct);
        foreach (var path in retracked)
            looks.TryAdd(path, new Look(NowHint(), LookReason.Rules));
        if (rulesChanged)
            await _rules.ForgetAsync();
        await _tree.RecordAsync(looks, await IgnoredAsync(looks, retracked, ct), NowHint(), ct);
        await FoldersChangedAsync(batch, ct);
        if (batch.Lost || rulesChanged)
            await LookAtAllAsync(rulesChanged ? LookReason.Rules : LookReason.Found, ct);
    }

    // What the log has is not ignored unless the rules changed, or what is tracked.
    private Task<IReadOnlySet<string>> IgnoredAsync(
        IReadOnlyDictionary<string, Look> looks,
        IReadOnlyList<string> retracked,
        CancellationToken ct
    ) =>
        _rules.IgnoredOfAsync(
            _observer.Askable(looks.Keys.Where(path => _shadow.Find(path) is null).Union(retracked)),
            ct
        );

    private static Look Heard(PathHint hint) => new(hint, LookReason.Heard);

    private async Task<IReadOnlyList<string>> RetrackedAsync(PendingBatch batch, CancellationToken ct)
    {
        if (!batch.Git.Contains("index"))
            return [];
        var index = new WorkingTree(_repository.GitFolder, Limits.FileBytesMax);
        index.Stat("index", out var stamp);
        if (stamp == _indexStamp)
            return [];
        _indexStamp = stamp;
        var submodules = _rules.Submodules;
        var changed = await _rules.ReloadTrackedAsync(ct);

        // A folder is looked at whose files became or ceased to be another repository's.
        foreach (
            var folder in submodules.Except(_rules.Submodules).Union(_rules.Submodules.Except(submodules))
        )
            Pending.Add(new ChangeHint(HintKind.FolderAppeared, folder, GitHolds: true));

        // Tracked files in folders that are ignored: nobody watched there before they were tracked.
        foreach (var path in _rules.TrackedAnyway)
            Walk.WatchFoldersOf(path);
        return [.. changed.Union(_rules.TrackedAnyway)];
    }

    // What a folder held is looked at with what came, when all of it is quiet: a folder that was renamed is
    // renames of its files.
    private async Task FoldersChangedAsync(PendingBatch batch, CancellationToken ct)
    {
        if (batch.Gone.Count == 0 && batch.Appeared.Count == 0)
            return;
        var hint = batch.Gone.Concat(batch.Appeared).MaxBy(one => one.Hint.LastMs).Hint;
        var folders = batch.Gone.Concat(batch.Appeared).Select(one => one.Folder).ToHashSet();
        foreach (var path in _shadow.Paths)
            if (folders.Contains(path) || RepoPath.Ancestors(path).Any(folders.Contains))
                Pending.Add(path, hint);
        foreach (var (folder, _) in batch.Appeared)
        foreach (var path in await Walk.FilesUnderAsync(folder, ct))
            Pending.Add(path, hint);
    }

    // Edits come before the commit that holds them: what was heard until the commit is recorded first. The
    // watch hears a little after git has written its log. Where HEAD did not move, as when something is
    // staged or fetched, a file that is just being saved is left until it is quiet.
    private async Task RecordCommitsAsync(bool everything, CancellationToken ct)
    {
        var goesOn = true;
        for (var round = 0; goesOn && round < RoundsMax; round++)
        {
            foreach (var made in await History.ReadNewAsync(ct))
                _commits.Enqueue(made);
            if (!everything && _commits.Count == 0 && Recorder.Context == ContextOf(History.Head))
                return;
            if (_commits.Count > 0)
                await Task.Delay(Limits.HearingDelay, Time, ct);
            goesOn = await RecordHeardAsync(ct);
            while (!Pauses.IsOrWasPaused && _commits.TryPeek(out var made))
            {
                SetContext();
                await Recorder.RecordAsync(made, _cleanse, ct);
                _commits.Dequeue();
            }
            SetContext();
        }
        if (goesOn)
            Pending.Add(new ChangeHint(HintKind.Git, "HEAD", GitHolds: false));
    }

    /// <summary>Whether git changed something else meanwhile.</summary>
    private async Task<bool> RecordHeardAsync(CancellationToken ct)
    {
        var git = false;
        for (var round = 0; round < RoundsMax; round++)
        {
            var batch = Pending.Take(everything: true);
            if (batch.IsEmpty)
                break;
            git |= batch.Git.Count > 0;
            await FilesChangedAsync(batch, ct);
        }
        return git;
    }

    private void SetContext() => Recorder.Context = ContextOf(History.Head);

    private static EventContext ContextOf(GitHead head) =>
        new() { Branch = head.Branch, CommitHead = head.Commit };

    private PathHint NowHint()
    {
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        return new PathHint(now, now, Open: false, Git: false, Partner: null);
    }
}
