using Datacurve.Cli.Spool;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>What was caught of a terminal.</summary>
internal sealed record TerminalTotals(int Commands, long OutputBytes);

/// <summary>
/// Writes what the terminal's thread hands over into the recording: a command when it starts, its output in
/// chunks while it prints, its end. What a prompt follows is on disk.
/// </summary>
internal sealed class TerminalEvents(
    Recording recording,
    OutputTap tap,
    TerminalContext context,
    TerminalLimits limits,
    CommandBegun begun,
    CommandEnded ended,
    TimeProvider time
)
{
    private readonly PendingOutput _pending = new(limits);
    private EventContext _ofCommand = new();
    private ShellCommand? _command;
    private int _commands;
    private int _chunks;
    private long _outputBytes;

    public TerminalTotals Totals => new(_commands, _outputBytes);

    /// <summary>Runs until the tap is completed and everything of it is on disk.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await foreach (var item in tap.Items.ReadAllAsync(ct))
            switch (item)
            {
                case TerminalItem.Started started:
                    await StartAsync(started, ct);
                    break;
                case TerminalItem.Printed printed:
                    await PrintAsync(printed.Segment, ct);
                    break;
                case TerminalItem.Ended end:
                    await EndAsync(end, ct);
                    break;
            }
        await FlushAsync(ct);
    }

    private async Task StartAsync(TerminalItem.Started started, CancellationToken ct)
    {
        var command = started.Command;
        begun(command);
        _ofCommand = new EventContext
        {
            WorkspaceRoot = context.WorkspaceRoot,
            CorrelationId = command.EventId.ToString(),
        };
        _command = command;
        _chunks = 0;
        _commands++;
        var typed = new TerminalCommand
        {
            Cwd = command.Cwd,
            Command = command.CommandLine,
            Shell = context.Shell,
            IsUnmarkedShell = started.IsUnmarkedShell ? true : null,
            Columns = started.Size.Columns,
            Rows = started.Size.Rows,
        };
        await recording.AddAsync(
            new NewEvent(ActorKind.Human, typed)
            {
                Context = _ofCommand,
                TsMs = command.StartMs,
                EventId = command.EventId,
            },
            ct
        );
        _ofCommand = _ofCommand with { ParentEventId = command.EventId.ToString() };
    }

    private async Task PrintAsync(OutputSegment segment, CancellationToken ct)
    {
        await UntilSealedAsync(segment, ct);
        if (!_pending.Precedes(segment))
            await AddChunkAsync(_pending.TakeAll(), ct);
        _pending.Add(segment);
        tap.Taken(segment);
        if (_pending.TakeLines() is { } lines)
        {
            await AddChunkAsync(lines, ct);
            await FlushAsync(ct);
        }
    }

    private async Task UntilSealedAsync(OutputSegment segment, CancellationToken ct)
    {
        if (segment.Sealed.IsCompleted)
            return;
        var age = _chunks < limits.YoungChunks ? limits.ChunkAge : 5 * limits.ChunkAge;
        using var sealedFirst = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(segment.Sealed, Task.Delay(age, time, sealedFirst.Token));
        await sealedFirst.CancelAsync();
        segment.Seal();
    }

    private async Task EndAsync(TerminalItem.Ended end, CancellationToken ct)
    {
        var markBytes = context.Shell == Shell.Zsh ? _pending.CutPromptMark() : 0;
        await AddChunkAsync(_pending.TakeAll(), ct);
        if (end.IsKept && _command is { } command)
        {
            var exit = new TerminalExit
            {
                ExitCode = end.ExitCode,
                DurationMs = end.DurationMs,
                Cwd = end.Cwd,
                OutputBytes = end.OutputBytes - markBytes,
            };
            await recording.AddAsync(
                new NewEvent(ActorKind.Tool, exit) { Context = _ofCommand, TsMs = end.EndMs },
                ct
            );
            await ended(
                command with
                {
                    EndMs = end.EndMs,
                    DurationMs = end.DurationMs,
                    ExitCode = end.ExitCode,
                },
                _ofCommand,
                ct
            );
        }
        await FlushAsync(ct);
    }

    private async Task AddChunkAsync(OutputChunk? chunk, CancellationToken ct)
    {
        if (chunk is null)
            return;
        _chunks++;
        _outputBytes += chunk.Bytes.Length;
        var output = new TerminalOutput
        {
            // On a terminal both streams are one.
            Stream = OutputStream.Stdout,
            ChunkBlobId = await recording.AddBlobAsync(chunk.Bytes, ContentKind.Output, ct),
            IsTruncated = chunk.FollowsGap,
            OffsetBytes = chunk.OffsetBytes,
            Timing = chunk.Timing.Count > 1 ? chunk.Timing : null,
        };
        await recording.AddAsync(
            new NewEvent(ActorKind.Tool, output) { Context = _ofCommand, TsMs = chunk.TsMs },
            ct
        );
    }

    // A disk that refuses is the recording's affair: it tells the developer, and tries again by itself.
    private async Task FlushAsync(CancellationToken ct)
    {
        try
        {
            await recording.FlushAsync(ct);
        }
        catch (RecordingException)
        {
            // Said by the recording's warning, and in the trace by a gap.
        }
    }
}
