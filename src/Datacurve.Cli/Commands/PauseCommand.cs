using System.CommandLine;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool.Control;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve pause</c>.</summary>
internal static class PauseCommand
{
    public static Command Create(Printer output, Printer errors)
    {
        var recording = new RecordingOption();
        var json = new Option<bool>("--json") { Description = "Print the answer as JSON" };
        var command = new Command("pause", "Stop catching for a while; the trace says that you did")
        {
            recording.Option,
            json,
        };
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                await using var access = await recording.OpenAsync(parsed, ct);
                var answer = await access.RunAsync(new ControlRequest { Op = ControlRequest.Pause }, ct);
                return AnswerOutput.Print(
                    answer,
                    parsed.GetValue(json) ? parsed.InvocationConfiguration.Output : null,
                    output,
                    errors,
                    "Paused. Nothing is caught until `datacurve resume`."
                );
            }
        );
        return command;
    }
}
