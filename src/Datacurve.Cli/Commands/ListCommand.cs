using System.CommandLine;
using System.Globalization;
using Datacurve.Cli.Client;
using Datacurve.Cli.Rendering;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve list</c>: the newest traces.</summary>
internal static class ListCommand
{
    private const int LimitMax = 200;
    private const int TitleColumns = 50;
    private const int JudgeColumns = 18;

    public static Command Create(Printer output, Printer errors)
    {
        var url = ServiceUrlOption.WithDefault();
        var json = new Option<bool>("--json") { Description = "Print the service's answer as JSON" };
        var status = new Option<string?>("--status") { Description = "Only traces in this state" };
        status.AcceptOnlyFromAmong("collecting", "finalizing", "complete", "failed");
        var limit = new Option<int>("--limit")
        {
            Description = "How many at most",
            HelpName = "count",
            DefaultValueFactory = _ => 20,
        };
        limit.Validators.Add(result =>
        {
            if (
                result.Tokens is [var token]
                && !(int.TryParse(token.Value, out var n) && n is > 0 and <= LimitMax)
            )
                result.AddError($"--limit takes a number from 1 to {LimitMax}.");
        });
        var command = new Command("list", "List traces, newest first") { status, limit, json, url };
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                using var client = new ServiceClient(parsed.GetValue(url)!);
                var answer = await client.ListJsonAsync(parsed.GetValue(status), parsed.GetValue(limit), ct);
                if (parsed.GetValue(json))
                    JsonOutput.Write(parsed.InvocationConfiguration.Output, answer);
                else
                    Print(client.Read(answer, AnswerJson.Default.TraceList), output);
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static void Print(TraceList list, Printer output)
    {
        if (list.Traces.Count == 0)
        {
            output.Line("No traces.");
            return;
        }
        output.Line(
            new Piece(
                $"{"trace", -36}  {"opened", -16}  {"status", -10}  overall  {"judge", -JudgeColumns}  bug",
                Tone.Strong
            )
        );
        foreach (var trace in list.Traces)
        {
            var opened = DateTimeOffset.FromUnixTimeMilliseconds(trace.CreatedAtMs);
            var overall = trace.Overall?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-";
            output.Line(
                $"{InertText.Line(trace.TraceId), -36}  {opened:yyyy-MM-dd HH:mm}  ",
                $"{trace.Status.ToString().ToLowerInvariant(), -10}  {overall, 7}  ",
                $"{InertText.Line(trace.Judge ?? "-", JudgeColumns), -JudgeColumns}  ",
                InertText.Line($"{trace.Title ?? trace.RepoId}", TitleColumns)
            );
        }
    }
}
