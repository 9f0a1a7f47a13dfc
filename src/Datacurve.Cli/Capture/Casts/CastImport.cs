using System.Text;
using Datacurve.Cli.Capture.Terminal;
using Datacurve.Cli.Spool;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Capture.Casts;

/// <summary>
/// The output of an asciicast as one command of a recording. Which commands were typed an asciicast does not
/// say, and what was typed (its input events) is left out as everywhere.
/// </summary>
internal sealed class CastImport(Recording recording, TimeProvider time)
{
    private readonly PendingOutput _pending = new(TerminalLimits.Usual);
    private readonly Guid _command = Guid.NewGuid();
    private long _startMs;
    private long _offset;

    /// <returns>How many bytes of output were taken.</returns>
    /// <exception cref="CastException">The file is no asciicast; what came before is in the recording.</exception>
    public async Task<long> ReadAsync(CastReader cast, string folder, CancellationToken ct)
    {
        var header = cast.Header;
        _startMs = header.Timestamp * 1000 ?? time.GetUtcNow().ToUnixTimeMilliseconds();
        var command = new TerminalCommand
        {
            Cwd = folder,
            Command = header.Command ?? header.Title ?? "[a session imported from an asciicast]",
            Shell = Shell.Sh,
            IsUnmarkedShell = true,
            Columns = header.Columns,
            Rows = header.Rows,
        };
        await AddAsync(ActorKind.Human, command, _startMs, _command, ct);
        double lastMs = 0;
        int? exitCode = null;
        foreach (var read in cast.Events())
        {
            lastMs = read.AfterMs;
            if (read.Code == "o")
                await PrintAsync(read, ct);
            else if (read.Code == "x" && int.TryParse(read.Data, out var code))
                exitCode = code;
        }
        await AddAsync(_pending.TakeAll(), ct);
        var exit = new TerminalExit
        {
            ExitCode = exitCode,
            DurationMs = (long)lastMs,
            OutputBytes = _offset,
        };
        await AddAsync(ActorKind.Tool, exit, _startMs + (long)lastMs, id: null, ct);
        return _offset;
    }

    private async Task PrintAsync(CastEvent printed, CancellationToken ct)
    {
        var bytes = Encoding.UTF8.GetBytes(printed.Data);
        var tsMs = _startMs + (long)printed.AfterMs;
        var segment = new OutputSegment(new byte[bytes.Length], _offset, tsMs, followsGap: false);
        _offset += segment.Append(bytes, tsMs);
        _pending.Add(segment);
        if (_pending.IsLong)
            await AddAsync(_pending.TakeLines(), ct);
    }

    private async Task AddAsync(OutputChunk? chunk, CancellationToken ct)
    {
        if (chunk is null)
            return;
        var output = new TerminalOutput
        {
            Stream = OutputStream.Stdout,
            ChunkBlobId = await recording.AddBlobAsync(chunk.Bytes, ContentKind.Output, ct),
            OffsetBytes = chunk.OffsetBytes,
            Timing = chunk.Timing,
        };
        await AddAsync(ActorKind.Tool, output, chunk.TsMs, id: null, ct);
    }

    private Task AddAsync(ActorKind actor, EventPayload payload, long tsMs, Guid? id, CancellationToken ct) =>
        recording.AddAsync(
            new NewEvent(actor, payload)
            {
                TsMs = tsMs,
                EventId = id,
                Context = new EventContext
                {
                    CorrelationId = _command.ToString(),
                    ParentEventId = id is null ? _command.ToString() : null,
                },
            },
            ct
        );
}
