namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// Looks at paths and writes what changed there into the log, in steps that a replay can take one after the
/// other; what cannot be written yet is looked at again.
/// </summary>
internal sealed class TreeRecorder(
    Pauses pauses,
    FileObserver observer,
    Shadow shadow,
    EditRecorder recorder,
    PendingChanges pending
)
{
    // Files whose change the recording had no room for.
    private readonly HashSet<string> _behind = [];

    /// <summary>Tries again, at the next look, what there was no room for.</summary>
    public void ForgetRefusals() => _behind.Clear();

    /// <param name="looks">The paths, each with the reason to look.</param>
    /// <param name="ignored">Those that are not recorded.</param>
    /// <param name="now">What a path is put back with that changed while it was looked at.</param>
    /// <param name="ct">Ends it between two steps.</param>
    public async Task RecordAsync(
        IReadOnlyDictionary<string, Look> looks,
        IReadOnlySet<string> ignored,
        PathHint now,
        CancellationToken ct
    )
    {
        foreach (var change in TreeChanges.Of(observer.Observe(looks, ignored), shadow))
        {
            if (IsInTheWay(change))
                continue;
            var loaded =
                change.After is null || change.From is not null ? change.After : observer.Load(change.After);

            // What was read before this question was read of no pause; the look after one finds the rest.
            if (pauses.IsOrWasPaused)
                return;
            if (change.After is not null && loaded is null)
                pending.Add(change.Path, now);
            else if (!await recorder.RecordAsync(change with { After = loaded }, ct))
                _behind.Add(change.Path);
        }
    }

    /// <summary>
    /// Whether the log still has a file where this change needs a folder, or files below where it needs a
    /// file. They went without being looked at here, so they are looked at with it.
    /// </summary>
    private bool IsInTheWay(TreeChange change)
    {
        if (change.After is null || shadow.Find(change.Path) is not null)
            return false;
        var others = shadow.InTheWayOf(change.Path);
        if (others.Count == 0)
            return false;
        if (others.Any(_behind.Contains))
        {
            _behind.Add(change.Path);
            return true;
        }
        foreach (var path in (IEnumerable<string>)[change.Path, change.From ?? change.Path, .. others])
            pending.Add(path, change.Look.Hint);
        return true;
    }
}
