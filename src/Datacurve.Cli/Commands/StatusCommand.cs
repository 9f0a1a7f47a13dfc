using System.CommandLine;
using System.Text.Json;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Core;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve status</c>: how the recording of this repository stands, or all of them.</summary>
internal static class StatusCommand
{
    public static Command Create(Printer output, Printer errors)
    {
        var recording = new RecordingOption();
        var all = new Option<bool>("--all") { Description = "Every recording on this machine" };
        var json = new Option<bool>("--json") { Description = "Print it as JSON" };
        var command = new Command("status", "Say how the recording stands: events, size, what was sent")
        {
            all,
            recording.Option,
            json,
        };
        command.SetAction(
            errors,
            (parsed, _) =>
            {
                var writer = parsed.InvocationConfiguration.Output;
                if (parsed.GetValue(all))
                    PrintAll(parsed.GetValue(json) ? writer : null, output);
                else
                {
                    var (_, files, manifest) = recording.Find(parsed);
                    var summary = RecordingSummary.Of(files, manifest);
                    if (parsed.GetValue(json))
                        JsonOutput.Write(
                            writer,
                            JsonSerializer.SerializeToElement(summary, CommandJson.Default.RecordingSummary)
                        );
                    else
                        Print(summary, output);
                }
                return Task.FromResult(ExitCode.Done);
            }
        );
        return command;
    }

    /// <summary>The summary for people.</summary>
    public static void Print(RecordingSummary summary, Printer output)
    {
        var holder = summary.Pid is { } pid ? $", held by process {pid}" : "";
        output.Labelled("recording", $"{summary.RecordingId}, {summary.State}{holder}");
        output.Labelled("repo", $"{summary.RepositoryRoot}");
        output.Labelled("bug", summary.Title);
        output.Labelled("events", $"{summary.Events}, {summary.EventsSent} of them sent");
        foreach (var (type, count) in summary.EventsByType.OrderByDescending(type => type.Value))
            output.Line($"          {count, 6} {type}");
        output.Labelled("size", $"{Sizes.Text(summary.Bytes)} with {Quantity.Of(summary.Blobs, "blob")}");
        output.Labelled("folder", summary.Folder);
        if (summary.TraceId is not null)
            output.Labelled("trace", $"{summary.TraceId} at {summary.Service}");
        foreach (var path in summary.SetAside)
            output.Labelled("set aside", path);
        if (summary.EventsMissing > 0)
            output.Labelled(
                "missing",
                $"{Quantity.Of(summary.EventsMissing, "event")} that could not be kept"
            );
        foreach (var warning in summary.Warnings)
            output.Labelled("warned", new Piece(warning, Tone.Bad));
    }

    private static void PrintAll(TextWriter? json, Printer output)
    {
        var summaries = RecordingSummary.All(RecordingStore.OfUser());
        if (json is not null)
            JsonOutput.Write(
                json,
                JsonSerializer.SerializeToElement(
                    summaries,
                    CommandJson.Default.IReadOnlyListRecordingSummary
                )
            );
        else if (summaries.Count == 0)
            output.Line("There are no recordings. `datacurve record` starts one.");
        else
            foreach (var summary in summaries)
                output.Line(
                    summary.Damage is { } damage
                        ? $"{summary.RecordingId}  {summary.State, -9}  {damage}"
                        : $"{summary.RecordingId}  {summary.State, -9}  {Quantity.Of(summary.Events, "event"), 13}, "
                            + $"{summary.EventsSent} sent  {Sizes.Text(summary.Bytes), 9}  {summary.RepositoryRoot}"
                );
    }
}
