using Datacurve.Cli.Capture.Git;
using Datacurve.Cli.Capture.Provenance;
using Datacurve.Cli.Spool;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// Records what happens to the files of a repository, from the start to <see cref="StopAsync"/>: every save,
/// and every commit. The disk decides what is recorded; what is heard of it only says where to look, and a
/// look at the whole tree, at the start, at the end and whenever something was lost, finds what was not
/// heard.
/// </summary>
/// <remarks>
/// The log is the truth of this recorder too. What it compares the disk with is made from the log alone, so
/// that after a crash at any moment the next start goes on from what was written.
/// </remarks>
internal sealed class WorkspaceCapture : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseTick = TimeSpan.FromMilliseconds(200);

    // A window that is closed takes the gits along that run in it.
    private const int LastLooksMax = 4;
    private static readonly TimeSpan LastLookAgain = TimeSpan.FromMilliseconds(250);

    private readonly CaptureState _state;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private long _lookedAt;
    private bool _isDisposed;

    private WorkspaceCapture(CaptureState state)
    {
        _state = state;
        _lookedAt = state.Time.GetTimestamp();
        state.Recording.MeetEdit = state.Piped.MeetAsync;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>The base that the recording starts from, as its trace names it.</summary>
    public BaseSnapshot Base => _state.Base;

    /// <summary>Where HEAD is now; for the context of other events.</summary>
    public GitHead Head => _state.History.Head;

    /// <summary>Edits recorded by this process.</summary>
    public long Edits => _state.Recorder.Edits;

    /// <summary>Files that are not recorded, with the reason as the end of a sentence.</summary>
    public IReadOnlyDictionary<string, string> LeftOut => _state.LeftOut();

    /// <summary>Folders that are repositories of their own, and are not recorded.</summary>
    public IReadOnlyCollection<string> Nested => _state.Walk.Nested;

    /// <summary>
    /// False where the system did not let every folder be watched, so that changes are found by looking
    /// every few seconds.
    /// </summary>
    public bool IsWatchComplete => _state.Walk.IsWatchComplete;

    /// <summary>
    /// Starts, or goes on with a recording that was started before, also where that was paused: who starts
    /// wants it recorded. On return the base is recorded, and so is every file that differed from it; commits
    /// that were made while nobody recorded follow at once.
    /// </summary>
    /// <exception cref="GitException">The repository cannot be recorded.</exception>
    public static async Task<WorkspaceCapture> StartAsync(
        Repository repository,
        Recording recording,
        CaptureSetup setup,
        CancellationToken ct
    )
    {
        var state = await CaptureState.OpenAsync(repository, recording, setup, ct);
        try
        {
            if (recording.IsPaused)
            {
                await state.SkipCommitsAsync(ct);
                await recording.ResumeAsync(ct);
            }
            await state.LookAtAllAsync(LookReason.Unobserved, ct);

            // The commits that were made meanwhile are read when nobody waits for it any more.
            state.Pending.Add(new ChangeHint(HintKind.Git, "HEAD", GitHolds: false));
            return new WorkspaceCapture(state);
        }
        catch
        {
            await state.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Records what is still to be recorded, ends watching, and looks at the whole tree once more. Nothing is
    /// recorded while the recording is paused.
    /// </summary>
    public async Task StopAsync(CancellationToken ct)
    {
        await EndLoopAsync();
        if (_state.Pauses.IsPaused)
            return;
        for (var look = 1; look <= LastLooksMax; look++)
            try
            {
                await LookLastAsync(isFirst: look == 1, ct);
                break;
            }
            catch (Exception failed)
                when (failed is IOException or UnauthorizedAccessException or GitException)
            {
                // The session ends all the same; what is missing shows in the comparison with the tree.
                if (look == LastLooksMax)
                    _state.Fail(failed);
                else
                    await Task.Delay(LastLookAgain, _state.Time, ct);
            }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        await EndLoopAsync();
        await _state.DisposeAsync();
        _stop.Dispose();
    }

    private async Task LookLastAsync(bool isFirst, CancellationToken ct)
    {
        if (_state.Pauses.IsOrWasPaused)
        {
            await PassPauseAsync(ct);
            return;
        }
        if (isFirst)
            await _state.WorkAsync(everything: true, ct);
        await _state.CatchUpAsync(LookReason.Found, ct);
    }

    private async Task EndLoopAsync()
    {
        _state.Recording.MeetEdit = null;
        await _stop.CancelAsync();
        await _loop;
    }

    private async Task RunAsync()
    {
        var ct = _stop.Token;
        try
        {
            while (!ct.IsCancellationRequested)
                await TurnOrRetryAsync(ct);
        }
        catch (OperationCanceledException)
        {
            // It was stopped.
        }
    }

    private async Task TurnOrRetryAsync(CancellationToken ct)
    {
        try
        {
            await TurnAsync(ct);
            _state.Succeed();
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            // Git may be away for a moment, or the disk: the whole tree is looked at when both are back.
            _state.Fail(failed);
            await Task.Delay(_state.Limits.RetryAfter, _state.Time, ct);
            _state.Pending.Add(new ChangeHint(HintKind.Lost, "", GitHolds: false));
            _state.Pending.Add(new ChangeHint(HintKind.Git, "HEAD", GitHolds: false));
        }
    }

    private async Task TurnAsync(CancellationToken ct)
    {
        var heard = !_state.Pauses.IsOrWasPaused && await _state.Pending.WaitAsync(UntilNextLook(), ct);
        if (_state.Pauses.IsOrWasPaused)
        {
            while (_state.Pauses.IsPaused)
                await Task.Delay(PauseTick, _state.Time, ct);
            await PassPauseAsync(CancellationToken.None);
            return;
        }
        if (heard && !_state.Pending.IsUrgent)
            await Task.Delay(Tick, _state.Time, ct);
        if (heard)
            await _state.WorkAsync(everything: false, CancellationToken.None);
        if (UntilNextLook() == TimeSpan.Zero)
        {
            await _state.CatchUpAsync(LookReason.Found, CancellationToken.None);
            _lookedAt = _state.Time.GetTimestamp();
        }
    }

    private TimeSpan UntilNextLook()
    {
        if (IsWatchComplete)
            return Timeout.InfiniteTimeSpan;
        var left = _state.Limits.UnwatchedRescan - _state.Time.GetElapsedTime(_lookedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private async Task PassPauseAsync(CancellationToken ct)
    {
        var begun = _state.Pauses.Begun;
        await _state.SkipCommitsAsync(ct);
        _state.Pauses.Pass(begun);
        await _state.CatchUpAsync(LookReason.Unobserved, ct);
    }
}

/// <summary>What a capture is given.</summary>
internal sealed record CaptureSetup
{
    public CaptureLimits Limits { get; init; } = new();

    /// <summary>
    /// Called on the whole content of each file before anything of it is kept; where it is not given, files
    /// are cleansed as the recording itself cleanses.
    /// </summary>
    public Cleanse? Cleanse { get; init; }

    /// <summary>What is known of where changes come from; the terminal and editors tell it.</summary>
    public EditSources Sources { get; init; } = new();
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Told where files cannot be recorded for a while, once until they can again; a sentence for the
    /// developer.
    /// </summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Told how many files of the base have been read, and of how many, after each.</summary>
    public Action<int, int> BaseProgress { get; init; } = (_, _) => { };

    /// <summary>Makes the watch of this system.</summary>
    public Func<Repository, Action<ChangeHint>, IChangeWatch> Watch { get; init; } =
        (repository, tell) =>
            OperatingSystem.IsLinux()
                ? InotifyWatch.TryStart(repository.Root, repository.StateFolders, tell)
                    ?? (IChangeWatch)new NoWatch()
                : new PlatformWatch(repository.Root, repository.StateFolders, tell);

    public Cleanse CleanseOf(RecordingManifest recording) => Cleanse ?? Cleansed.By(recording);
}
