using System.Diagnostics;
using System.Text;
using Datacurve.Cli.Rendering;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Demo;

/// <summary>
/// What a developer does in one repository: each act really happens, and what came of it is recorded.
/// </summary>
internal sealed class RecordedWork(GitRepository repository, Recorder recorder, Printer printer)
{
    private const int PreviewColumns = 84;

    private string? _lastCommand;
    private string? _lastReason;
    private string _head = "";

    public GitRepository Repository => repository;

    /// <summary>The commit that the work stands on; set before the first act.</summary>
    public async Task StartAtAsync(string revision, CancellationToken ct) =>
        _head = await repository.ResolveAsync(revision, ct);

    /// <summary>A thought, about the command before it where there is one.</summary>
    public async Task ThinkAsync(ThoughtKind kind, string text, CancellationToken ct)
    {
        var thought = new Thought
        {
            ContentBlobId = await recorder.BlobAsync(Encoding.UTF8.GetBytes(text), ct),
            Kind = kind,
            LinksTo = _lastCommand is null ? [] : [_lastCommand],
        };
        var added = await AddAsync(ActorKind.Human, thought, text, ct);
        if (kind is ThoughtKind.Hypothesis or ThoughtKind.Decision)
            _lastReason = added.EventId.ToString();
    }

    /// <summary>Opens a file where a symbol is defined.</summary>
    public async Task LookAsync(string path, string symbol, CancellationToken ct)
    {
        var lines = await File.ReadAllLinesAsync(PathOf(path), ct);
        var line = Array.FindIndex(lines, text => text.Contains($"def {symbol}(", StringComparison.Ordinal));
        var look = new Navigation
        {
            FilePath = path,
            Symbol = symbol,
            Line = line < 0 ? null : line + 1,
        };
        await AddAsync(ActorKind.Ide, look, "", ct);
    }

    /// <summary>Runs a shell command and records what it printed.</summary>
    public Task RunAsync(string command, CancellationToken ct) => RunAsync(command, testRunner: null, ct);

    /// <summary>Runs a shell command that runs tests; its exit code says whether they passed.</summary>
    public Task TestAsync(string command, TestRunner runner, CancellationToken ct) =>
        RunAsync(command, runner, ct);

    /// <summary>Changes one file on disk and records the change as git sees it.</summary>
    public async Task EditAsync(string path, Func<Task> change, CancellationToken ct)
    {
        var before = await HashAsync(path, ct);
        await change();
        var after = await HashAsync(path, ct);
        var patch = await repository.StageAsync(path, ct);
        var edit = new FileEdit
        {
            FilePath = path,
            EditKind = EditKind.Patch,
            PatchBlobId = await recorder.BlobAsync(patch, ct),
            PreHash = before,
            PostHash = after,
            ReasonRef = _lastReason,
        };
        await AddAsync(ActorKind.Ide, edit, Changes(Encoding.UTF8.GetString(patch)), ct);
    }

    /// <summary>Records a commit that stands in the repository.</summary>
    public async Task CommittedAsync(string sha, string message, CancellationToken ct)
    {
        var commit = new Commit
        {
            CommitSha = sha,
            Message = message,
            ParentShas = [_head],
        };
        _head = sha;
        await AddAsync(ActorKind.Human, commit, "", ct);
    }

    public Task OpenPullRequestAsync(string title, string description, BlobId diff, CancellationToken ct) =>
        AddAsync(
            ActorKind.Human,
            new PrMetadata
            {
                Title = title,
                Description = description,
                DiffBlobId = diff,
            },
            "",
            ct
        );

    public Task<BlobId> BlobAsync(byte[] content, CancellationToken ct) => recorder.BlobAsync(content, ct);

    public string PathOf(string path) => Path.Combine(repository.Directory, path);

    private async Task RunAsync(string command, TestRunner? testRunner, CancellationToken ct)
    {
        var typed = new TerminalCommand { Cwd = repository.Directory, Command = command };
        var cause = await AddAsync(ActorKind.Human, typed, "", ct);
        _lastCommand = cause.EventId.ToString();

        var result = await ChildProcess.RunAsync(ShellOf(command), ct);
        await OutputAsync(OutputStream.Stdout, result.Stdout, cause, ct);
        await OutputAsync(OutputStream.Stderr, result.Stderr, cause, ct);
        if (testRunner is { } runner)
            await AddAsync(ActorKind.Tool, TestRunOf(command, runner, result), "", ct, cause);
    }

    private static TestRun TestRunOf(string command, TestRunner runner, CommandResult result) =>
        new()
        {
            Command = command,
            Runner = runner,
            ExitCode = result.ExitCode,
            DurationMs = (long)result.Duration.TotalMilliseconds,
            Passed = result.ExitCode == 0,
        };

    private async Task OutputAsync(
        OutputStream stream,
        byte[] content,
        TraceEvent cause,
        CancellationToken ct
    )
    {
        if (content.Length == 0)
            return;
        var output = new TerminalOutput
        {
            Stream = stream,
            ChunkBlobId = await recorder.BlobAsync(content, ct),
        };
        // The outcome of a test run is in its last line, that of a short script in its first.
        var lines = Encoding.UTF8.GetString(content).Trim().Split('\n');
        await AddAsync(ActorKind.Tool, output, lines.Length > 5 ? lines[^1] : lines[0], ct, cause);
    }

    private async Task<TraceEvent> AddAsync(
        ActorKind actor,
        EventPayload payload,
        string preview,
        CancellationToken ct,
        TraceEvent? cause = null
    )
    {
        var context = new EventContext
        {
            WorkspaceRoot = repository.Directory,
            CommitHead = _head,
            CorrelationId = cause?.EventId.ToString(),
            ParentEventId = cause?.EventId.ToString(),
        };
        var added = await recorder.AddAsync(actor, payload, context, ct);
        var line = preview.Length == 0 ? payload.Summary : $"{payload.Summary}: {preview}";
        printer.Line(
            new Piece($"{added.Seq, 4}  ", Tone.Faint),
            $"{added.Type, -16}  ",
            InertText.Line(line, PreviewColumns)
        );
        return added;
    }

    private async Task<string?> HashAsync(string path, CancellationToken ct) =>
        File.Exists(PathOf(path))
            ? BlobId.Of(await File.ReadAllBytesAsync(PathOf(path), ct)).ToString()
            : null;

    private static string Changes(string patch)
    {
        var body = patch.Split('\n').SkipWhile(line => !line.StartsWith("@@", StringComparison.Ordinal));
        var lines = body.ToList();
        return $"+{lines.Count(line => line.StartsWith('+'))} -{lines.Count(line => line.StartsWith('-'))}";
    }

    private ProcessStartInfo ShellOf(string command) =>
        new("bash", ["-c", command])
        {
            WorkingDirectory = repository.Directory,
            Environment =
            {
                // Compiled files would show up as changes of the repository.
                ["PYTHONDONTWRITEBYTECODE"] = "1",
                ["LC_ALL"] = "C.UTF-8",
                ["TZ"] = "UTC",
                ["NO_COLOR"] = "1",
            },
        };
}
