using System.Text;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Capture.Casts;

/// <summary>
/// A recording's terminal as an asciicast: each command as it was typed behind a dollar sign, since prompts
/// and keys are not recorded, and its output when it was printed.
/// </summary>
internal sealed class CastExport(CastWriter writer, Func<BlobId, byte[]?> blobs)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private (int Columns, int Rows) _size = (80, 24);
    private long _startMs = -1;

    /// <returns>How many commands were written; without any, nothing was.</returns>
    public int Write(IEnumerable<TraceEvent> events, string? title)
    {
        var commands = 0;
        foreach (var recorded in events)
            switch (recorded.Payload)
            {
                case TerminalCommand command:
                    Begin(recorded, command, title);
                    commands++;
                    break;
                case TerminalOutput output when _startMs >= 0:
                    WriteOutput(recorded, output);
                    break;
                case TerminalExit { ExitCode: { } exitCode }:
                    Mark(recorded, $"exit {exitCode}");
                    break;
            }
        return commands;
    }

    private void Begin(TraceEvent recorded, TerminalCommand command, string? title)
    {
        var size = (Columns: command.Columns ?? _size.Columns, Rows: command.Rows ?? _size.Rows);
        if (_startMs < 0)
        {
            _startMs = recorded.TsMs;
            writer.WriteHeader(size.Columns, size.Rows, recorded.TsMs, title);
        }
        else if (size != _size)
            writer.Write(new CastEvent(After(recorded.TsMs), "r", $"{size.Columns}x{size.Rows}"));
        _size = size;
        _decoder.Reset();
        Mark(recorded, command.Command);
        var typed = command.Command.Replace("\n", "\r\n> ", StringComparison.Ordinal);
        writer.Write(new CastEvent(After(recorded.TsMs), "o", $"$ {typed}\r\n"));
    }

    private void Mark(TraceEvent recorded, string label) =>
        writer.Write(new CastEvent(After(recorded.TsMs), "m", label));

    private void WriteOutput(TraceEvent recorded, TerminalOutput output)
    {
        if (output.IsTruncated)
            writer.Write(new CastEvent(After(recorded.TsMs), "o", "\r\n[output is missing here]\r\n"));
        var content = blobs(output.ChunkBlobId);
        if (content is null)
            return;
        var timing = output.Timing is { Count: > 0 } parts
            ? parts
            :
            [
                [0, 0],
            ];
        for (var i = 0; i < timing.Count; i++)
        {
            // Redaction may have made the chunk shorter than the places say.
            var from = (int)Math.Clamp(timing[i][0], 0, content.Length);
            var to =
                i + 1 < timing.Count
                    ? (int)Math.Clamp(timing[i + 1][0], from, content.Length)
                    : content.Length;
            var text = Decode(content.AsSpan(from, to - from));
            if (text.Length > 0)
                writer.Write(new CastEvent(After(recorded.TsMs + timing[i][1]), "o", text));
        }
    }

    private string Decode(ReadOnlySpan<byte> bytes)
    {
        var characters = new char[_decoder.GetCharCount(bytes, flush: false)];
        _decoder.GetChars(bytes, characters, flush: false);
        return new string(characters);
    }

    private double After(long tsMs) => tsMs - _startMs;
}
