using System.Globalization;
using System.Runtime.Versioning;
using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Capture.Git;
using Datacurve.Cli.Capture.Provenance;
using Datacurve.Cli.Capture.Terminal;
using Datacurve.Cli.Capture.TestRuns;
using Datacurve.Cli.Client;
using Datacurve.Cli.Commands;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Core;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Capture;

/// <summary>What a developer asked <c>datacurve record</c> for.</summary>
internal sealed record SessionRequest
{
    public required string? Shell { get; init; }

    /// <summary>A program and its arguments to run instead of a shell; empty where there is none.</summary>
    public required IReadOnlyList<string> Command { get; init; }
    public required string? Title { get; init; }
    public required string? Description { get; init; }

    /// <summary>The command that runs the repository's tests, for the proof.</summary>
    public required string? TestCommand { get; init; }
    public required bool Live { get; init; }

    /// <summary>What the developer lets be kept; what is refused once stays so.</summary>
    public required ConsentFlags Consent { get; init; }
    public required Uri Url { get; init; }
}

/// <summary>
/// A developer's session from the first prompt to <c>exit</c>: the only place that knows every source of a
/// recording. A few lines are printed before it and after it, and none between.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class RecordedSession(SessionRequest request, Printer errors, TimeProvider time)
{
    /// <summary>Set in the shell within, for its programs: the recording's id.</summary>
    public const string RecordingVariable = RecordingOption.Variable;

    private readonly List<string> _warnings = [];
    private int? _eventsBefore;

    /// <returns>The exit code of the shell or the command.</returns>
    /// <exception cref="RecordingException">There is nothing to record here, or it is recorded already.</exception>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        Cleansing.Prepare();
        var repository = await Repository.FindAsync(Environment.CurrentDirectory, new(), time, ct);
        if (!ProgramFile.IsThere(Program))
            throw new RecordingException($"{Program} cannot be started: there is no such program.");
        if (!Directory.Exists(Path.GetTempPath()))
            throw new RecordingException(
                $"There is no folder {Path.GetTempPath()} for temporary files. Set TMPDIR to one that is there."
            );
        await using var recording = await OpenAsync(repository, ct);
        recording.Warned += (_, warning) => _warnings.Add(warning.Sentence);
        SayWhatGoesOn(recording);
        errors.Line(
            new Piece($"Recording {repository.Root}", Tone.Strong),
            request.Live ? $", sent to {request.Url} as it goes" : ", and nothing is sent"
        );
        errors.Line(new Piece($"Type `exit` to end it. {recording.Id}", Tone.Faint));
        var clock = new CommandClock();
        var sources = new EditSources(clock, time, new OpenEditors(time).AreThere);
        var tests = new TestRunRecorder(recording, Cleansed.By(recording.Manifest), time);
        using var terminal = new TerminalSession(
            StartOf(recording, repository),
            recording,
            clock,
            tests.Begin,
            tests.EndAsync,
            sources.Typed,
            time
        );
        terminal.StartShell();
        await using var workspace = await WatchAsync(recording, repository, sources, ct);
        int exitCode;
        using (var client = request.Live ? ServiceConnection.Open(request.Url) : null)
        await using (Ship(recording, client))
            exitCode = await terminal.RunAsync(ct);
        await workspace.StopAsync(CancellationToken.None);
        if (!workspace.IsWatchComplete)
            recording.Warn(
                "Not every folder could be watched, so changes were found some seconds late. Raise "
                    + "fs.inotify.max_user_watches, or max_user_instances where none could."
            );
        if (workspace.LeftOut.Count > 0)
            recording.Warn($"Not recorded: {LeftOutText.Of(workspace.LeftOut)}.");
        // Whether the disk takes the last events is said as well.
        await recording.DisposeAsync();
        if (terminal.Shortcoming is { } shortcoming)
            _warnings.Add(shortcoming);
        Conclude(recording, terminal.Totals, workspace.Edits);
        return exitCode;
    }

    private string Program => request.Command.Count > 0 ? request.Command[0] : ShellPath();

    private async Task<Recording> OpenAsync(Repository repository, CancellationToken ct)
    {
        var store = RecordingStore.OfUser();
        if (store.Unfinished(repository.Root) is not { } unfinished)
            return store.Create(
                new NewRecording
                {
                    RepositoryRoot = repository.Root,
                    Trace = WithWhatIsSaid(RepositoryFacts.Of(repository).Trace(request.Title, "terminal")),
                }
            );
        var recording = store.Continue(unfinished);
        _eventsBefore = SpooledEvents.All(recording.Files).Count();
        if (Objection(recording) is { } objection)
        {
            await recording.DisposeAsync();
            throw new RecordingException(objection);
        }
        await recording.ChangeTraceAsync(WithWhatIsSaid, ct);
        return recording;
    }

    private string? Objection(Recording recording)
    {
        if (!recording.CanRefuse(request.Consent))
            return $"Recording {recording.Id} was begun without refusing what you refuse now, and goes on. Say "
                + "`datacurve finalize`, or delete its folder, and record anew.";
        var isSaid = request.Title is not null || request.Description is not null;
        if ((isSaid || request.TestCommand is not null) && recording.Files.ReadShipment().Opening is not null)
            return $"Recording {recording.Id} goes on, and what opens its trace was sent already: --title, "
                + "--description and --test change it no more. For another bug, end this one with "
                + "`datacurve finalize` first; for this one, leave them out.";
        return null;
    }

    private void SayWhatGoesOn(Recording recording)
    {
        if (_eventsBefore is not { } events)
            return;
        var began = DateTimeOffset.FromUnixTimeMilliseconds(recording.Manifest.CreatedAtMs);
        errors.Line(
            new Piece($"Going on with {recording.Id} of {began:yyyy-MM-dd HH:mm} UTC, ", Tone.Strong),
            $"{Quantity.Of(events, "event")}; for another bug, end it with `datacurve finalize` first"
        );
        if (recording.IsPaused)
            errors.Line("It was paused; from now on it is recorded again.");
    }

    private NewTrace WithWhatIsSaid(NewTrace trace)
    {
        var report = trace.Task.BugReport;
        var test = trace.Environment.Test;
        return trace with
        {
            Task = trace.Task with
            {
                BugReport = report with
                {
                    Title = request.Title ?? report.Title,
                    Description = request.Description ?? report.Description,
                },
            },
            Developer = trace.Developer with
            {
                ConsentFlags = trace.Developer.ConsentFlags.And(request.Consent),
            },
            Environment = trace.Environment with
            {
                Test = request.TestCommand is { } command
                    ? (test ?? new TestSetup()) with
                    {
                        Command = command,
                    }
                    : test,
            },
        };
    }

    private async Task<WorkspaceCapture> WatchAsync(
        Recording recording,
        Repository repository,
        EditSources sources,
        CancellationToken ct
    )
    {
        using var progress = new FileProgress(time);
        var setup = new CaptureSetup
        {
            Sources = sources,
            Time = time,
            Warn = recording.Warn,
            BaseProgress = progress.Show,
        };
        return await WorkspaceCapture.StartAsync(repository, recording, setup, ct);
    }

    private LiveShipping? Ship(Recording recording, ServiceClient? client) =>
        client is null ? null : LiveShipping.Start(recording, client, new ShipperOptions(), time);

    private TerminalStart StartOf(Recording recording, Repository repository)
    {
        var environment = new Dictionary<string, string> { [RecordingVariable] = recording.Id };
        return new TerminalStart
        {
            File = Program,
            Arguments = [.. request.Command.Skip(1)],
            IsCommand = request.Command.Count > 0,
            WorkspaceRoot = repository.Root,
            Environment = environment,
        };
    }

    private string ShellPath()
    {
        var asked = request.Shell ?? Environment.GetEnvironmentVariable("SHELL");
        if (!string.IsNullOrEmpty(asked))
            return asked;
        // Of the shells that every system may have, the one whose commands are told apart.
        return ProgramFile.IsThere("bash") ? "bash" : "/bin/sh";
    }

    private void Conclude(Recording recording, TerminalTotals totals, long edits)
    {
        foreach (var warning in _warnings)
            errors.Line(new Piece(warning, Tone.Bad));
        errors.Line(
            new Piece("Recorded ", Tone.Strong),
            $"{Quantity.Of(totals.Commands, "command")}, {Size(totals.OutputBytes)} of output and "
                + $"{Quantity.Of(edits, "edit")}: {recording.Id}"
        );
        errors.Line(
            new Piece("`datacurve review` shows what was caught; `datacurve push` sends it.", Tone.Faint)
        );
    }

    private static string Size(long bytes) =>
        bytes switch
        {
            < 1 << 10 => $"{bytes} bytes",
            < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB"),
        };
}
