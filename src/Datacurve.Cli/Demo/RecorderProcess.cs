using System.Collections;
using Datacurve.Cli.Capture.Terminal;
using Datacurve.Cli.Commands;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Cli.Spool.Control;

namespace Datacurve.Cli.Demo;

/// <summary>
/// <c>datacurve record</c> as a developer runs it: this very tool as a process of its own, in a repository,
/// on a terminal. All that it writes lies in one folder; nothing of this user's is read or changed.
/// </summary>
internal sealed class RecorderProcess : IAsyncDisposable
{
    private const string Ready = "datacurve-ready> ";
    private const string More = "datacurve-more> ";

    /// <summary>A recorder that is hung up on flushes and ends, or is killed after this.</summary>
    private static readonly TimeSpan HangUpMax = TimeSpan.FromSeconds(10);

    // macOS has a bash that is too old to tell its commands apart.
    private static readonly string Shell = OperatingSystem.IsMacOS() ? "zsh" : "bash";

    // What would make the shell another one than a new user's.
    private static readonly string[] ShellVariables =
    [
        "ZDOTDIR",
        "PROMPT_COMMAND",
        "BASH_ENV",
        "ENV",
        "HISTFILE",
        "HISTCONTROL",
        "HISTIGNORE",
        RecordingOption.Variable,
    ];

    private readonly ScriptedTerminal _terminal;
    private bool _hasEnded;

    private RecorderProcess(ScriptedTerminal terminal, RecordingStore store) =>
        (_terminal, Store) = (terminal, store);

    /// <summary>Has one recording, this one.</summary>
    public RecordingStore Store { get; }

    /// <summary>Starts recording, and returns at the first prompt.</summary>
    /// <param name="folder">Takes everything that is written beside the repository.</param>
    /// <exception cref="DemoException">It does not start; the message shows what it printed.</exception>
    public static async Task<RecorderProcess> StartAsync(
        string folder,
        string repository,
        string title,
        CancellationToken ct
    )
    {
        var environment = EnvironmentIn(folder);
        var recorder = new RecorderProcess(
            new ScriptedTerminal(
                repository,
                environment,
                new TerminalSize(100, 30),
                [.. OwnCommand(), "record", "--shell", Shell, "--title", title],
                ChildProcess.TimeMax
            ),
            new RecordingStore(
                Path.Combine(environment["XDG_DATA_HOME"], "datacurve", "recordings"),
                new SpoolOptions(),
                TimeProvider.System
            )
        );
        try
        {
            await recorder._terminal.WaitForAsync(Ready, ct);
            return recorder;
        }
        catch
        {
            await recorder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Plays a session to its <c>exit</c>; on return all of it is on disk.</summary>
    /// <exception cref="DemoException">The session does not fit the repository, or the recorder died.</exception>
    public async Task PlayAsync(
        IReadOnlyList<SessionStep> steps,
        string repository,
        Printer printer,
        CancellationToken ct
    )
    {
        var (files, manifest) = Store.List().Single();
        var repo = manifest.ReadTrace().Repo;
        printer.Labelled("base", $"{repo.CommitBase[..12]} of {repo.RepoId}");
        printer.Labelled("recording", $"{manifest.RecordingId}, by `datacurve record` in {Shell}");
        var watch = new SpoolWatch(files, printer);
        await using (
            var access = await RecordingAccess.OpenAsync(Store, manifest.RecordingId, TimeProvider.System, ct)
        )
            await new SessionPlayer(this, access, watch, repository).PlayAsync(steps, ct);
        _terminal.Type("exit\r");
        await EndAsync(ct);
        watch.ReadNew();
    }

    /// <summary>
    /// Types one or more commands, line by line, and returns when the last of them has ended: how many.
    /// </summary>
    public async Task<int> TypeAsync(string commands, CancellationToken ct)
    {
        var ended = 0;
        foreach (var line in commands.Split('\n'))
        {
            _terminal.Type(line + "\r");
            if ((await _terminal.WaitForAnyAsync([Ready, More], ct)).Found == Ready)
                ended++;
        }
        return ended;
    }

    /// <summary>Hangs up where it still runs, and takes the terminal away.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_hasEnded)
        {
            _terminal.HangUp();
            using var patience = new CancellationTokenSource(HangUpMax);
            try
            {
                await _terminal.ExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                // It is killed.
            }
        }
        _terminal.Dispose();
    }

    private async Task EndAsync(CancellationToken ct)
    {
        try
        {
            await _terminal.ExitAsync(ct);
            _hasEnded = true;
        }
        catch (TimeoutException e)
        {
            throw new DemoException("The recorder did not end after `exit`.", e);
        }
    }

    // An executable, or a library beside it for the runtime that every checkout has.
    private static string[] OwnCommand()
    {
        var library = Path.Combine(AppContext.BaseDirectory, "datacurve.dll");
        return File.Exists(library) ? ["dotnet", library] : [Environment.ProcessPath!];
    }

    private static Dictionary<string, string> EnvironmentIn(string folder)
    {
        var environment = new Dictionary<string, string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            environment[(string)variable.Key] = (string)variable.Value!;
        foreach (var name in environment.Keys.Where(GitRepository.IsOwn).Concat(ShellVariables).ToList())
            environment.Remove(name);
        foreach (var (name, value) in GitRepository.OwnConfiguration)
            environment[name] = value;
        foreach (var part in (string[])["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "TMPDIR"])
            environment[part] = Directory
                .CreateDirectory(Path.Combine(folder, part.ToLowerInvariant()))
                .FullName;
        environment["TERM"] = "xterm-256color";
        environment["LC_ALL"] = "C.UTF-8";
        environment["TZ"] = "UTC";
        environment["NO_COLOR"] = "1";
        // Compiled files would show up as changes of a repository that does not ignore them.
        environment["PYTHONDONTWRITEBYTECODE"] = "1";
        WriteConfiguration(environment["HOME"]);
        return environment;
    }

    // The user's own home folder is what commands see: a python3 may be found through it.
    private static void WriteConfiguration(string home)
    {
        var own = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var quoted = own.Replace("'", "'\\''", StringComparison.Ordinal);
        var configuration = $"""
            PS1='{Ready}' PS2='{More}' HOME='{quoted}'
            unset HISTFILE
            [ -z "$BASH_VERSION" ] || set +H

            """;
        foreach (var name in (string[])[".bashrc", ".zshrc"])
            File.WriteAllText(Path.Combine(home, name), configuration);
    }
}
