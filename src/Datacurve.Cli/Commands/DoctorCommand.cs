using System.CommandLine;
using System.Text.Json;
using Datacurve.Cli.Rendering;

namespace Datacurve.Cli.Commands;

/// <summary>
/// <c>datacurve doctor</c>: whether this machine can record, and what to do where it cannot.
/// </summary>
internal static class DoctorCommand
{
    public static Command Create(Printer output, Printer errors)
    {
        var url = ServiceUrlOption.WithDefault();
        var json = new Option<bool>("--json") { Description = "Print it as JSON" };
        var command = new Command(
            "doctor",
            "Check shell, git, limits, disk, clock and service; say what to do"
        )
        {
            url,
            json,
        };
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                var checkup = new Checkup(TimeProvider.System);
                var findings = await checkup.RunAsync(parsed.GetValue(url)!, ct);
                if (parsed.GetValue(json))
                    JsonOutput.Write(
                        parsed.InvocationConfiguration.Output,
                        JsonSerializer.SerializeToElement(
                            findings,
                            CommandJson.Default.IReadOnlyListCheckupFinding
                        )
                    );
                else
                    foreach (var finding in findings)
                        Print(finding, output);
                return findings.Any(finding => finding.State == CheckupFinding.Bad)
                    ? ExitCode.Failed
                    : ExitCode.Done;
            }
        );
        return command;
    }

    private static void Print(CheckupFinding finding, Printer output)
    {
        var tone = finding.State switch
        {
            CheckupFinding.Ok => Tone.Good,
            CheckupFinding.Bad => Tone.Bad,
            _ => Tone.Strong,
        };
        output.Line(new Piece($"{finding.State, -5} ", tone), $"{finding.What, -9} {finding.Found}");
        if (finding.ToDo is not null)
            output.Line($"                {finding.ToDo}");
    }
}
