using System.CommandLine;
using System.Text.Json;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool.Control;

namespace Datacurve.Cli.Commands;

/// <summary>
/// <c>datacurve pipe</c>: events of an editor plugin, one line of JSON each, answered each.
/// </summary>
internal static class PipeCommand
{
    public static Command Create(Printer errors)
    {
        var recording = new RecordingOption();
        var command = new Command(
            "pipe",
            "Add events from JSON lines on the standard input; answers each line"
        )
        {
            recording.Option,
        };
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                recording.Find(parsed);
                var output = parsed.InvocationConfiguration.Output;
                var lines = new LineReader(StandardInput.Open());
                var refused = 0;
                try
                {
                    while (await lines.ReadAsync(ct) is { } line)
                    {
                        if (line.Span.Trim(" \r\t"u8).IsEmpty)
                            continue;
                        // Let go after each line: between two an editor waits, and others may want the
                        // recording.
                        await using var access = await recording.OpenAsync(parsed, ct);
                        var answer = await AnswerAsync(access, line, ct);
                        refused += answer.Ok ? 0 : 1;
                        await PrintAsync(answer, output, ct);
                    }
                }
                catch (IOException e)
                {
                    // Where the next line begins is not known.
                    await PrintAsync(ControlAnswer.No(e.Message), output, ct);
                    return ExitCode.Failed;
                }
                return refused == 0 ? ExitCode.Done : ExitCode.Failed;
            }
        );
        return command;
    }

    private static async Task PrintAsync(ControlAnswer answer, TextWriter output, CancellationToken ct)
    {
        await output.WriteLineAsync(JsonSerializer.Serialize(answer, ControlJson.Default.ControlAnswer));
        await output.FlushAsync(ct);
    }

    private static async Task<ControlAnswer> AnswerAsync(
        RecordingAccess access,
        ReadOnlyMemory<byte> line,
        CancellationToken ct
    )
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return await access.RunAsync(
                new ControlRequest { Op = ControlRequest.Event, Piped = json.RootElement },
                ct
            );
        }
        catch (JsonException e)
        {
            return ControlAnswer.No($"The line is no JSON: {e.Message}");
        }
    }
}
