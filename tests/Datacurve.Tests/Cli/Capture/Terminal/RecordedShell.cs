using System.Diagnostics;
using System.Text;
using Datacurve.Cli.Capture.Terminal;
using Datacurve.Cli.Demo;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary>
/// The real tool, recording a real shell in a real repository, with a home folder of its own; the test
/// types.
/// </summary>
internal sealed class RecordedShell : IAsyncDisposable
{
    /// <summary>What the shell's own configuration sets as its prompt.</summary>
    public const string Prompt = "READY> ";

    private readonly TempFolder _folder = new();
    private TypedTerminal? _terminal;

    private RecordedShell(string shell) => Shell = shell;

    public string Shell { get; }
    public string Repository => _folder.Combine("repository");
    public string Home => _folder.Combine("home");

    /// <summary>Where the tool keeps recordings.</summary>
    public string Data => _folder.Combine("data");
    public TypedTerminal Terminal => _terminal!;

    /// <summary>A command that starts the tool, where it is not started directly.</summary>
    public IReadOnlyList<string> Starter { get; set; } = [];

    public RecordingStore Store =>
        new(_folder.Combine("data", "datacurve", "recordings"), new SpoolOptions(), TimeProvider.System);

    /// <summary>What makes the tool use this recording, from outside of its shell.</summary>
    public IReadOnlyDictionary<string, string> Environment =>
        new Dictionary<string, string> { ["XDG_DATA_HOME"] = _folder.Combine("data"), ["HOME"] = Home };

    /// <summary>What the user's own configuration holds beside the prompt.</summary>
    public static async Task<RecordedShell> StartAsync(
        string shell,
        string configuration = "",
        params string[] options
    )
    {
        var recorded = await PrepareAsync(shell, configuration);
        recorded.Record(["--shell", $"/bin/{shell}", .. options]);
        await recorded.Terminal.WaitForAsync(Prompt);
        return recorded;
    }

    public static async Task<RecordedShell> PrepareAsync(string shell, string configuration = "")
    {
        var recorded = new RecordedShell(shell);
        Directory.CreateDirectory(recorded.Home);
        Directory.CreateDirectory(recorded.Repository);
        recorded.WriteConfiguration(configuration);
        await GitAsync(recorded.Repository, "init", "--quiet");
        await File.WriteAllTextAsync(Path.Combine(recorded.Repository, "notes.txt"), "one\ntwo\n");
        await GitAsync(recorded.Repository, "add", "--all");
        await GitAsync(recorded.Repository, "commit", "--quiet", "--message", "base");
        return recorded;
    }

    /// <summary>
    /// A command that says <c>begun</c> once its shell has put it into the foreground, which a shell does a
    /// moment after it has started it, and then runs until a key ends it.
    /// </summary>
    public async Task<string> ForegroundCommandAsync()
    {
        await File.WriteAllTextAsync(
            Path.Combine(Home, "foreground.py"),
            """
            import os, signal, time
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            while os.tcgetpgrp(0) != os.getpgrp():
                time.sleep(0.01)
            print("begun", flush=True)
            time.sleep(300)
            """,
            TestContext.Current.CancellationToken
        );
        return "python3 ~/foreground.py";
    }

    public void Record(params string[] arguments)
    {
        var tool = DatacurveTool.StartOf("record");
        var environment = System
            .Environment.GetEnvironmentVariables()
            .Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string)variable.Value!);
        foreach (var name in (string[])["ZDOTDIR", "PROMPT_COMMAND", "DATACURVE_URL", "LC_ALL"])
            environment.Remove(name);
        environment["HOME"] = Home;
        environment["XDG_DATA_HOME"] = _folder.Combine("data");
        environment["TERM"] = "xterm-256color";
        environment["LANG"] = "C.UTF-8";
        _terminal?.Dispose();
        _terminal = new TypedTerminal(
            Repository,
            environment,
            new TerminalSize(100, 30),
            [.. Starter, tool.FileName, .. tool.ArgumentList, .. arguments]
        );
    }

    /// <summary>Types a command, waits for the next prompt and returns what appeared between.</summary>
    public async Task<string> RunAsync(string command)
    {
        Terminal.Type(command + "\r");
        return await Terminal.WaitForAsync(Prompt);
    }

    /// <summary>Types <c>exit</c> and waits until the tool has ended.</summary>
    public Task<int> ExitAsync(string command = "exit")
    {
        Terminal.Type(command + "\r");
        return Terminal.ExitAsync();
    }

    /// <summary>
    /// Waits until the end of a command is on disk: it goes there beside the prompt, not before it.
    /// </summary>
    public async Task UntilOnDiskAsync(string line)
    {
        while (!Commands().Any(command => command.Typed.Command == line && command.Exit is not null))
            await Task.Delay(50, TestContext.Current.CancellationToken);
    }

    public string RecordingFolder =>
        Assert.Single(
            Directory.EnumerateDirectories(_folder.Combine("data", "datacurve", "recordings")),
            path => !Path.GetFileName(path).StartsWith('.')
        );

    public IReadOnlyList<TraceEvent> Events() =>
        [
            .. from segment in SegmentFolder.Scan(new RecordingFolder(RecordingFolder).Segments)
            from frame in segment.Frames
            where frame.Kind == FrameKind.Event
            select EventCatalog.Contract.Read(frame.Content.Span),
        ];

    /// <summary>The commands as they were recorded, in order.</summary>
    public IReadOnlyList<RecordedCommand> Commands()
    {
        var events = Events();
        return
        [
            .. from command in events
            where command.Payload is TerminalCommand
            let ofCommand = events.Where(other => other.Context?.CorrelationId == command.EventId.ToString())
            select new RecordedCommand(
                (TerminalCommand)command.Payload,
                string.Concat(ofCommand.Select(other => other.Payload).OfType<TerminalOutput>().Select(Text)),
                ofCommand.Select(other => other.Payload).OfType<TerminalExit>().SingleOrDefault()
            ),
        ];
    }

    /// <summary>The only command with this line.</summary>
    public RecordedCommand Command(string line) =>
        Assert.Single(Commands(), command => command.Typed.Command == line);

    public string Text(TerminalOutput output) =>
        Encoding.UTF8.GetString(new RecordingFolder(RecordingFolder).Blobs.Read(output.ChunkBlobId)!);

    /// <summary>Every byte under the recordings' folder, as text.</summary>
    public string EverythingOnDisk() =>
        string.Concat(
            Directory
                .EnumerateFiles(_folder.Combine("data"), "*", SearchOption.AllDirectories)
                .Select(path => Encoding.Latin1.GetString(File.ReadAllBytes(path)))
        );

    public ValueTask DisposeAsync()
    {
        _terminal?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    public static async Task GitAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "git",
            ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@t.invalid", .. arguments]
        );
        var result = await ChildProcess.RunAsync(start, TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.StderrText);
    }

    private void WriteConfiguration(string configuration)
    {
        var (name, prompt) = Shell switch
        {
            "zsh" => (".zshrc", $"PS1='{Prompt}'"),
            "fish" => (".config/fish/config.fish", $"function fish_prompt; echo -n '{Prompt}'; end"),
            _ => (".bashrc", $"PS1='{Prompt}'"),
        };
        var path = Path.Combine(Home, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"{prompt}\n{configuration}\n");
    }
}

internal sealed record RecordedCommand(TerminalCommand Typed, string Output, TerminalExit? Exit);
