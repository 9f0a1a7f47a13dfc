using System.CommandLine;
using Datacurve.Cli.Client;
using Datacurve.Cli.Rendering;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve show</c>: one trace for people.</summary>
internal static class ShowCommand
{
    public static Command Create(Printer output, Printer errors)
    {
        var traceId = new Argument<string>("trace") { Description = "The trace's id" };
        var url = ServiceUrlOption.WithDefault();
        var json = new Option<bool>("--json") { Description = "Print the trace document as JSON" };
        var full = new Option<bool>("--full")
        {
            Description = "Print recorded texts whole, not only their beginning",
        };
        var command = new Command("show", "Show a trace: its events, tests, replay and scores")
        {
            traceId,
            full,
            json,
            url,
        };
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                using var client = new ServiceClient(parsed.GetValue(url)!);
                var id = parsed.GetValue(traceId)!;
                var document = await client.GetTraceJsonAsync(id, includeEvents: true, ct);
                if (parsed.GetValue(json))
                    JsonOutput.Write(parsed.InvocationConfiguration.Output, document);
                else
                    await new TraceView(output, client, parsed.GetValue(full)).PrintAsync(
                        client.Read(document, AnswerJson.Default.TraceDocument),
                        ct
                    );
                return ExitCode.Done;
            }
        );
        return command;
    }
}
