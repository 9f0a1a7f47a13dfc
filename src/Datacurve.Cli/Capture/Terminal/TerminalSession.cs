using System.ComponentModel;
using System.Runtime.Versioning;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>What to run on the recorded terminal.</summary>
internal sealed record TerminalStart
{
    /// <summary>A shell's path, or the program of a command.</summary>
    public required string File { get; init; }

    /// <summary>Of a command; a shell is started without.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Whether a command is run in place of a shell.</summary>
    public bool IsCommand { get; init; }
    public required string WorkspaceRoot { get; init; }

    /// <summary>Added to the environment of what runs.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
    public TerminalLimits Limits { get; init; } = TerminalLimits.Usual;
}

/// <summary>Called when a command has begun, before it is in the recording.</summary>
internal delegate void CommandBegun(ShellCommand command);

/// <summary>
/// Called when a command and its end are in the recording, with the context of events that come of it.
/// </summary>
internal delegate Task CommandEnded(ShellCommand command, EventContext context, CancellationToken ct);

/// <summary>Called with keys before they are passed on; returns at once and keeps none of them.</summary>
internal delegate void KeysTyped(ReadOnlySpan<byte> keys);

/// <summary>
/// A shell on a terminal of its own, between the developer's terminal and the recording: it behaves as
/// without us, and its commands, their output, exit codes, durations and folders are caught.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class TerminalSession(
    TerminalStart start,
    Recording recording,
    CommandClock clock,
    CommandBegun begun,
    CommandEnded ended,
    KeysTyped typed,
    TimeProvider time
) : IDisposable
{
    /// <summary>A shell that is told to hang up and does not is killed after this.</summary>
    private static readonly TimeSpan HangUpMax = TimeSpan.FromSeconds(5);

    private readonly OuterTerminal _outer = new();
    private readonly ShellIntegration _integration = start.IsCommand
        ? ShellIntegration.None()
        : ShellIntegration.For(start.File);
    private Pty? _pty;
    private int _signal;

    public TerminalTotals Totals { get; private set; } = new(0, 0);

    /// <summary>
    /// What the shell did not tell of its commands, and what to do about it; null where it told all.
    /// </summary>
    public string? Shortcoming { get; private set; }

    /// <summary>
    /// Starts a shell before <see cref="RunAsync"/>: it reads its scripts meanwhile, and gets no key before. A
    /// command is not started, since it would begin its work.
    /// </summary>
    /// <exception cref="RecordingException">It cannot be started.</exception>
    public void StartShell()
    {
        if (!start.IsCommand)
            _pty = StartPty();
    }

    /// <summary>
    /// Runs it to its end; the exit code is the shell's, or 128 and the number of a signal that ended us.
    /// </summary>
    /// <exception cref="RecordingException">The program cannot be started.</exception>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var tap = new OutputTap(start.Limits, time);
        var context = ContextOf();
        var tracker = new CommandTracker(tap, clock, context, time);
        if (!_integration.IsMarked)
            tracker.RunUnmarked();
        using var pty = _pty ?? StartPty();
        _pty = null;
        // The shell is in its folder. Where that goes, git could not be started from it any more.
        Environment.CurrentDirectory = "/";
        var events = new TerminalEvents(recording, tap, context, start.Limits, begun, ended, time);
        var recorded = events.RunAsync(CancellationToken.None);
        using var relay = new TerminalRelay(
            pty,
            OuterTerminal.InputDescriptor,
            OuterTerminal.OutputDescriptor,
            new MarkScanner(_integration.Nonces),
            tracker,
            typed,
            _outer.Stop
        );
        _outer.Enter(pty.Resize, signal => End(pty, signal));
        pty.Resize(OuterTerminal.Size);
        await using var cancelled = ct.Register(() => End(pty, signal: 15));
        var exitCode = await relay.RunAsync();
        _outer.Dispose();
        await recorded;
        Totals = events.Totals;
        Shortcoming = ShortcomingOf(tracker);
        return _signal == 0 ? exitCode : 128 + _signal;
    }

    /// <summary>Hangs up on a shell that was started and never listened to.</summary>
    public void Dispose()
    {
        _outer.Dispose();
        _pty?.HangUp();
        _pty?.Dispose();
        _integration.Dispose();
    }

    private string? ShortcomingOf(CommandTracker tracker)
    {
        const string One = "so that all of it is one command, and no test run";
        if (start.IsCommand)
            return null;
        if (!_integration.IsMarked)
            return $"{Path.GetFileName(start.File)} does not say where its commands begin and end, {One}. "
                + "bash, zsh and fish do: `datacurve record --shell bash`.";
        if (!tracker.HasMarks)
            return $"The shell did not say where its commands begin and end, {One}. Where your configuration "
                + "starts another shell, record that one (`--shell zsh`); in bash, PROMPT_COMMAND may not be "
                + "readonly.";
        return tracker.HasUnheard
            ? "Some commands are not recorded: bash tells of none after `shopt -u promptvars`, or where PS0 "
                + "is readonly."
            : null;
    }

    private TerminalContext ContextOf() =>
        new()
        {
            Shell = ShellNames.KindOf(start.File),
            CommandLine = start.IsCommand ? string.Join(' ', [start.File, .. start.Arguments]) : start.File,
            IsShell = !start.IsCommand || ShellNames.OpensShell(start.File),
            Cwd = Environment.CurrentDirectory,
            WorkspaceRoot = start.WorkspaceRoot,
            Size = () => OuterTerminal.Size,
            IsPaused = () => recording.IsPaused,
            // The shell has read its scripts.
            Marked = () => _ = Task.Run(_integration.Dispose),
        };

    private Pty StartPty()
    {
        var environment = new Dictionary<string, string>();
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            environment[(string)variable.Key] = (string)variable.Value!;
        foreach (var (name, value) in start.Environment.Concat(_integration.Environment))
            environment[name] = value;
        try
        {
            return Pty.Start(
                new PtyStart
                {
                    File = start.File,
                    Arguments = [.. _integration.Arguments, .. start.Arguments],
                    Environment = environment,
                    Size = OuterTerminal.Size,
                    Attributes = _outer.Attributes,
                }
            );
        }
        catch (Win32Exception e)
        {
            throw new RecordingException($"{start.File} cannot be started: {e.Message}", e);
        }
    }

    private void End(Pty pty, int signal)
    {
        if (Interlocked.CompareExchange(ref _signal, signal, 0) != 0)
            return;
        pty.HangUp();
        _ = KillLaterAsync(pty);
    }

    private async Task KillLaterAsync(Pty pty)
    {
        await Task.Delay(HangUpMax, time);
        pty.Kill();
    }
}
