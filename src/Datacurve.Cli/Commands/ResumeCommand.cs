using System.CommandLine;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool.Control;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve resume</c>.</summary>
internal static class ResumeCommand
{
    public static Command Create(Printer output, Printer errors)
    {
        var recording = new RecordingOption();
        var json = new Option<bool>("--json") { Description = "Print the answer as JSON" };
        var command = new Command("resume", "Go on catching after a pause") { recording.Option, json };
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                await using var access = await recording.OpenAsync(parsed, ct);
                var answer = await access.RunAsync(new ControlRequest { Op = ControlRequest.Resume }, ct);
                return AnswerOutput.Print(
                    answer,
                    parsed.GetValue(json) ? parsed.InvocationConfiguration.Output : null,
                    output,
                    errors,
                    "Catching again."
                );
            }
        );
        return command;
    }
}
