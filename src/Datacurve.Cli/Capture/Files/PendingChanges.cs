namespace Datacurve.Cli.Capture.Files;

/// <summary>What was heard of one path; times in Unix milliseconds.</summary>
/// <param name="Git">Whether git wrote last.</param>
/// <param name="Partner">The other name of a rename, to be looked at together.</param>
internal sealed record PathHint(long FirstMs, long LastMs, bool Open, bool Git, string? Partner);

/// <summary>What there is to do.</summary>
internal sealed record PendingBatch
{
    public required IReadOnlyDictionary<string, PathHint> Paths { get; init; }
    public required IReadOnlyList<(string Folder, PathHint Hint)> Appeared { get; init; }
    public required IReadOnlyList<(string Folder, PathHint Hint)> Gone { get; init; }

    /// <summary>Names of git's files that changed.</summary>
    public required IReadOnlySet<string> Git { get; init; }
    public required bool Lost { get; init; }

    public bool IsEmpty =>
        Paths.Count == 0 && Appeared.Count == 0 && Gone.Count == 0 && Git.Count == 0 && !Lost;
}

/// <summary>
/// Gathers hints until a burst of them is over: an editor that writes a copy, moves it over the file and
/// removes its backup has saved once. Thread-safe.
/// </summary>
internal sealed class PendingChanges(CaptureLimits limits, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _something = new(0, 1);
    private Dictionary<string, PathHint> _paths = [];
    private List<(string, PathHint)> _appeared = [];
    private List<(string, PathHint)> _gone = [];
    private HashSet<string> _git = [];
    private bool _lost;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Add(ChangeHint hint) => Add(hint, NowMs);

    public void Add(ChangeHint hint, long nowMs)
    {
        lock (_gate)
        {
            var folderHint = new PathHint(nowMs, nowMs, Open: false, hint.GitHolds, Partner: null);
            switch (hint.Kind)
            {
                case HintKind.FolderAppeared:
                    _appeared.Add((hint.Path, folderHint));
                    break;
                case HintKind.FolderGone:
                    _gone.Add((hint.Path, folderHint));
                    break;
                case HintKind.Git:
                    _git.Add(hint.Path);
                    break;
                case HintKind.Lost:
                    _lost = true;
                    break;
                default:
                    AddPath(hint, nowMs);
                    break;
            }
        }
        Signal();
    }

    /// <summary>Puts a path in again as it was heard of, to be looked at when it is quiet.</summary>
    public void Add(string path, PathHint hint)
    {
        lock (_gate)
            if (!_paths.TryGetValue(path, out var known) || known.LastMs <= hint.LastMs)
                _paths[path] = known is null ? hint : hint with { FirstMs = known.FirstMs };
        Signal();
    }

    /// <summary>Waits until there may be something to take; false after the timeout.</summary>
    public async Task<bool> WaitAsync(TimeSpan timeout, CancellationToken ct)
    {
        lock (_gate)
            if (_paths.Count > 0 || HasUrgent())
                return true;
        return await _something.WaitAsync(timeout, ct);
    }

    /// <summary>Whether folders came or went, or events were lost: this waits for no quiet.</summary>
    public bool IsUrgent
    {
        get
        {
            lock (_gate)
                return HasUrgent();
        }
    }

    /// <summary>Takes all that is urgent, and the paths that are quiet, or every path.</summary>
    public PendingBatch Take(bool everything)
    {
        lock (_gate)
        {
            var batch = new PendingBatch
            {
                Paths = TakePaths(everything),
                Appeared = _appeared,
                Gone = _gone,
                Git = _git,
                Lost = _lost,
            };
            (_appeared, _gone, _git, _lost) = ([], [], [], false);
            return batch;
        }
    }

    public void Dispose() => _something.Dispose();

    private bool HasUrgent() => _appeared.Count > 0 || _gone.Count > 0 || _git.Count > 0 || _lost;

    private void AddPath(ChangeHint hint, long nowMs)
    {
        var known = _paths.GetValueOrDefault(hint.Path);
        // A process that a program starts while it saves has the file open too, until it runs: where that is
        // git, the file is closed under git's lock.
        var isGits = hint.Kind == HintKind.Closed && known is { Open: true } ? known.Git : hint.GitHolds;
        _paths[hint.Path] = new PathHint(
            known?.FirstMs ?? nowMs,
            nowMs,
            hint.Kind == HintKind.Written,
            isGits,
            hint.From ?? known?.Partner
        );
        if (hint.From is { } from && _paths.TryGetValue(from, out var source))
            _paths[from] = source with { Partner = hint.Path };
    }

    private IReadOnlyDictionary<string, PathHint> TakePaths(bool everything)
    {
        if (everything)
        {
            var all = _paths;
            _paths = [];
            return all;
        }
        var now = NowMs;
        var ready = _paths.Where(path => IsReady(path.Value, now)).ToDictionary();
        foreach (var partner in ready.Values.Select(hint => hint.Partner).OfType<string>().ToList())
            if (_paths.TryGetValue(partner, out var hint))
                ready.TryAdd(partner, hint);
        foreach (var path in ready.Keys)
            _paths.Remove(path);
        return ready;
    }

    // Where the clock was moved back, nobody knows how long it has been.
    private bool IsReady(PathHint hint, long now) =>
        now < hint.LastMs
        || now - hint.LastMs >= (hint.Open ? limits.OpenQuiet : limits.Quiet).TotalMilliseconds
        || now - hint.FirstMs >= limits.JoinMax.TotalMilliseconds;

    private void Signal()
    {
        try
        {
            if (_something.CurrentCount == 0)
                _something.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it at the same moment.
        }
    }
}
