using System.Threading.Channels;
using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Capture.Git;
using Datacurve.Cli.Capture.Provenance;
using Datacurve.Cli.Capture.Terminal;
using Datacurve.Cli.Capture.TestRuns;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Capture;

/// <summary>
/// What is recorded beside the terminal of a session: files, commits and test runs, each tied to the command
/// that ran. It starts in the background, so that the shell does not wait for a large repository.
/// </summary>
internal sealed class CapturedWork : IAsyncDisposable
{
    private const int EndedCommandsMax = 10_000;

    private readonly Recording _recording;
    private readonly CaptureSetup _setup;
    private readonly Channel<ShellCommand> _ended = Channel.CreateBounded<ShellCommand>(
        new BoundedChannelOptions(EndedCommandsMax) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly Task<WorkspaceCapture?> _files;
    private readonly Task _runs;

    private CapturedWork(string repositoryRoot, Recording recording, CommandClock clock, CaptureSetup setup)
    {
        (_recording, _setup) = (recording, setup with { Sources = new EditSources(clock) });
        clock.OnEnded(command => _ended.Writer.TryWrite(command));
        _files = Task.Run(() => StartFilesAsync(repositoryRoot));
        _runs = Task.Run(RecordRunsAsync);
    }

    /// <summary>Done when the base is recorded and changes are followed, or cannot be.</summary>
    public Task Ready => _files;

    /// <param name="setup">Its sources are those of the terminal, whatever it says.</param>
    public static CapturedWork Start(
        string repositoryRoot,
        Recording recording,
        CommandClock clock,
        CaptureSetup setup
    ) => new(repositoryRoot, recording, clock, setup);

    /// <summary>Records what is left, and stops; the number of edits that were recorded.</summary>
    public async Task<long> StopAsync(CancellationToken ct)
    {
        _ended.Writer.Complete();
        var files = await _files;
        if (files is not null)
            await StopFilesAsync(files, ct);
        await _runs;
        return files?.Edits ?? 0;
    }

    /// <summary>Stops without a last look where <see cref="StopAsync"/> was not called.</summary>
    public async ValueTask DisposeAsync()
    {
        _ended.Writer.TryComplete();
        if (await _files is { } files)
            await files.DisposeAsync();
        await _runs;
    }

    private async Task<WorkspaceCapture?> StartFilesAsync(string repositoryRoot)
    {
        try
        {
            return await WorkspaceCapture.StartAsync(
                repositoryRoot,
                _recording,
                _setup,
                CancellationToken.None
            );
        }
        catch (Exception refused) when (IsOfTheMachine(refused))
        {
            _setup.Warn($"Files are not recorded: {refused.Message}");
            return null;
        }
    }

    private async Task StopFilesAsync(WorkspaceCapture files, CancellationToken ct)
    {
        try
        {
            await files.StopAsync(ct);
        }
        catch (Exception refused) when (IsOfTheMachine(refused))
        {
            _setup.Warn($"The last changes of files are not recorded: {refused.Message}");
        }
        if (!files.IsWatchComplete)
            _setup.Warn(
                "Not every folder could be watched, so changes were found some seconds late. Raise "
                    + "fs.inotify.max_user_watches."
            );
    }

    private async Task RecordRunsAsync()
    {
        var recorder = new TestRunRecorder(_recording, _setup.CleanseOf(_recording.Manifest));
        await foreach (var ended in _ended.Reader.ReadAllAsync())
        {
            if (_recording.IsPaused)
                continue;
            var head = (await _files)?.Head;
            var context = new EventContext { Branch = head?.Branch, CommitHead = head?.Commit };
            await recorder.RecordAsync(ended, context, CancellationToken.None);
        }
    }

    private static bool IsOfTheMachine(Exception failed) =>
        failed is GitException or IOException or UnauthorizedAccessException or RecordingException;
}
