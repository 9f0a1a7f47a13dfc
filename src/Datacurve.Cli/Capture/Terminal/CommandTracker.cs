using System.Buffers;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// Follows a shell by its marks: from them and the output between them come the commands, with their
/// output. What the terminal shows at a prompt (the prompt itself, what is typed and taken back,
/// completions, what a background job prints meanwhile) is kept nowhere. Belongs to the thread that copies
/// the terminal's output.
/// </summary>
internal sealed class CommandTracker(
    OutputTap tap,
    CommandClock clock,
    TerminalContext context,
    TimeProvider time
)
{
    public const string BlindCommand = "[not recorded: typed while the terminal did not show it]";
    public const string WithheldCommand = "[not recorded: kept out of the shell's history]";

    /// <summary>A shell that has not marked a prompt by then has no integration.</summary>
    private static readonly TimeSpan FirstMark = TimeSpan.FromSeconds(15);

    /// <summary>
    /// What is printed before the first mark is held, for the case that none comes; so much of it.
    /// </summary>
    private const int StartBytesMax = 1 << 20;

    private readonly TypedEcho _echo = new();
    private readonly ArrayBufferWriter<byte> _start = new();
    private readonly long _started = time.GetTimestamp();
    private Phase _phase = Phase.Starting;
    private string _cwd = context.Cwd;
    private string? _command;
    private char _kind;
    private long _begun;
    private bool _isKept;
    private bool _isBlind;

    /// <summary>Whether the shell marks what it does.</summary>
    public bool HasMarks { get; private set; }

    /// <summary>Whether the shell could not tell of commands for a while.</summary>
    public bool HasUnheard { get; private set; }

    private enum Phase
    {
        /// <summary>No mark has been seen.</summary>
        Starting,
        Prompt,
        Running,
    }

    /// <summary>
    /// Where what runs on the terminal is no shell with integration: all of it is one command.
    /// </summary>
    public void RunUnmarked() => Start(context.CommandLine, context.IsShell);

    public void Print(ReadOnlySpan<byte> output)
    {
        if (_phase == Phase.Starting)
            PrintBeforeMarks(output);
        else if (_phase == Phase.Prompt)
            _echo.Note(output);
        else if (_isKept && (_isBlind || context.IsPaused()))
            tap.Skip(output.Length);
        else if (_isKept)
            tap.Print(output);
    }

    public void Mark(ShellMark mark)
    {
        HasMarks = true;
        if (_phase == Phase.Starting)
        {
            _phase = Phase.Prompt;
            context.Marked();
        }
        switch (mark.Letter)
        {
            case 'A':
                End(exitCode: null);
                _echo.Forget();
                break;
            case 'B' when _phase == Phase.Prompt:
                _echo.Begin();
                break;
            case 'E' or 'R' or 'I':
                _command = mark.Text;
                _kind = mark.Letter;
                break;
            case 'C':
                End(exitCode: null);
                Start(Typed(), isUnmarkedShell: null);
                break;
            case 'D':
                End(int.TryParse(mark.Text, out var exitCode) ? exitCode : null);
                break;
            case 'P' when mark.Text.StartsWith("Cwd=", StringComparison.Ordinal):
                _cwd = mark.Text["Cwd=".Length..];
                break;
            case 'P' when mark.Text == "Unheard=yes":
                HasUnheard = true;
                break;
        }
    }

    /// <summary>The program on the terminal has ended, with this exit code.</summary>
    public void Finish(int exitCode)
    {
        if (_phase == Phase.Starting && _start.WrittenCount > 0)
            BeginWithoutMarks();
        End(exitCode);
        tap.Complete();
    }

    private void PrintBeforeMarks(ReadOnlySpan<byte> output)
    {
        _start.Write(output[..Math.Min(output.Length, StartBytesMax - _start.WrittenCount)]);
        if (time.GetElapsedTime(_started) > FirstMark)
            BeginWithoutMarks();
    }

    private void BeginWithoutMarks()
    {
        RunUnmarked();
        Print(_start.WrittenSpan);
        _start.Clear();
    }

    // Only what was shown when it was typed is recorded as a command.
    private string Typed()
    {
        var command = (_command ?? "").Trim('\n');
        if (_echo.IsBlind)
            return BlindCommand;
        var isTyped = _kind switch
        {
            'R' => _echo.CanBe(command),
            'I' => _echo.Is(command),
            _ => command.Length > 0,
        };
        return isTyped ? command : WithheldCommand;
    }

    private void Start(string commandLine, bool? isUnmarkedShell)
    {
        _phase = Phase.Running;
        // A shell that does not know such a command names it in its message.
        _isBlind = commandLine == BlindCommand;
        _command = null;
        _echo.Forget();
        _isKept = !context.IsPaused();
        if (!_isKept)
            return;
        var now = time.GetUtcNow();
        _begun = time.GetTimestamp();
        var command = new ShellCommand
        {
            EventId = Guid.CreateVersion7(now),
            CommandLine = commandLine,
            Cwd = _cwd,
            StartMs = now.ToUnixTimeMilliseconds(),
        };
        clock.Start(command);
        var opensShell = isUnmarkedShell ?? ShellNames.OpensShell(commandLine);
        tap.Start(new TerminalItem.Started(command, opensShell, context.Size()));
    }

    // A shell tells its folder just before it tells that a command has ended.
    private void End(int? exitCode)
    {
        if (_phase == Phase.Running && _isKept)
        {
            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            clock.End(nowMs, exitCode);
            var durationMs = (long)time.GetElapsedTime(_begun).TotalMilliseconds;
            tap.End(nowMs, durationMs, exitCode, _cwd, isKept: !context.IsPaused());
        }
        _phase = Phase.Prompt;
        _isKept = false;
    }
}

/// <summary>What a session on a terminal is, for the events that come of it.</summary>
internal sealed record TerminalContext
{
    public required Shell Shell { get; init; }

    /// <summary>What runs on the terminal, for where it is recorded as one command.</summary>
    public required string CommandLine { get; init; }

    /// <summary>Whether that is a shell.</summary>
    public required bool IsShell { get; init; }
    public required string Cwd { get; init; }
    public required string WorkspaceRoot { get; init; }
    public required Func<TerminalSize> Size { get; init; }
    public required Func<bool> IsPaused { get; init; }

    /// <summary>Called at the first mark of the shell, and returns at once.</summary>
    public required Action Marked { get; init; }
}
