using System.CommandLine;
using System.Globalization;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Cli.Spool.Control;
using Datacurve.Core;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve drop</c>: the developer's veto.</summary>
internal static class DropCommand
{
    public static Command Create(Printer output, Printer errors)
    {
        var events = new Argument<string?>("events")
        {
            Description = "An event's number or id, or a range of numbers such as 12..17",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var file = new Option<string?>("--file")
        {
            Description = "Instead: this file, and every event that names it",
            HelpName = "path",
        };
        var recording = new RecordingOption();
        var json = new Option<bool>("--json") { Description = "Print what was dropped as JSON" };
        var command = new Command("drop", "Take out of the recording, for good, what should not be sent")
        {
            events,
            file,
            recording.Option,
            json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(events) is null == result.GetValue(file) is null)
                result.AddError("drop takes either events or --file.");
            else if (string.IsNullOrWhiteSpace(result.GetValue(events) ?? result.GetValue(file)))
                result.AddError("drop takes the number or id of an event, or --file the path of a file.");
        });
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                var (_, files, manifest) = recording.Find(parsed);
                var choice = parsed.GetValue(file) is { } path
                    ? new EventChoice { FilePath = RelativePath(path, manifest.RepositoryRoot) }
                    : Choice(parsed.GetValue(events)!, files);
                await using var access = await recording.OpenAsync(parsed, ct);
                var answer = await access.RunAsync(
                    new ControlRequest { Op = ControlRequest.Drop, Choice = choice },
                    ct
                );
                if (answer is { Ok: true, Dropped.Seqs.Count: 0 })
                    answer = ControlAnswer.No(
                        choice.FilePath is { } named
                            ? $"No event names {named}; nothing was dropped."
                            : $"There is no event {parsed.GetValue(events)} to drop. `datacurve review` lists them."
                    );
                return AnswerOutput.Print(
                    answer,
                    parsed.GetValue(json) ? parsed.InvocationConfiguration.Output : null,
                    output,
                    errors,
                    Sentence(answer.Dropped)
                );
            }
        );
        return command;
    }

    public static string Sentence(DropReport? dropped) =>
        dropped is null
            ? ""
            : $"Dropped {Quantity.Of(dropped.Seqs.Count, "event")} ({string.Join(", ", dropped.Seqs)}) and "
                + $"{Quantity.Of(dropped.Blobs, "blob")}. "
                + "The trace will say that something was dropped, not what."
                + StillShown(dropped.MayStillShow);

    private static string StillShown(IReadOnlyList<long> seqs) =>
        seqs.Count == 0
            ? ""
            : $" Later edits of the same file may still show its lines: {string.Join(", ", seqs)}. "
                + "Look at them with `datacurve review`, and drop those that do.";

    /// <exception cref="RecordingException">It is neither a number, a range nor the id of an event.</exception>
    private static EventChoice Choice(string text, RecordingFolder files)
    {
        var ends = text.Split("..", 2);
        if (ends.All(end => long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            return new EventChoice
            {
                SeqFirst = long.Parse(ends[0], CultureInfo.InvariantCulture),
                SeqLast = long.Parse(ends[^1], CultureInfo.InvariantCulture),
            };
        return new EventChoice { EventId = new EventLinks(files).Resolve(text) };
    }

    private static string RelativePath(string path, string root)
    {
        var relative = Path.GetRelativePath(root, Path.GetFullPath(path)).Replace('\\', '/');
        return relative.StartsWith("../", StringComparison.Ordinal)
            ? throw new RecordingException($"{path} is not within {root}.")
            : relative;
    }
}
