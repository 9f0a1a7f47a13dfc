using System.CommandLine;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Reviewing;
using Datacurve.Cli.Spool;
using Datacurve.Cli.Spool.Control;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve review</c>: everything that a push would send.</summary>
internal static class ReviewCommand
{
    public static Command Create(Printer output, Printer errors)
    {
        var recording = new RecordingOption();
        var plain = new Option<bool>("--plain") { Description = "Print it, also on a terminal" };
        var full = new Option<bool>("--full") { Description = "Print all that is sent" };
        var json = new Option<bool>("--json") { Description = "Print all that is sent as JSON" };
        var command = new Command("review", "Look through what would be sent, and drop what should not be")
        {
            plain,
            full,
            recording.Option,
            json,
        };
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                var (store, files, manifest) = recording.Find(parsed);
                var review = Review.Of(files, manifest);
                if (parsed.GetValue(json))
                    ReviewJson.Write(parsed.InvocationConfiguration.Output, review, files);
                else if (parsed.GetValue(plain) || parsed.GetValue(full) || TakesLinesAlone())
                    Print(review, files, parsed.GetValue(full), output);
                else
                    await ShowAsync(store, files, manifest, review, ct);
                return ExitCode.Done;
            }
        );
        return command;
    }

    // A terminal that cannot move its cursor shows lines alone.
    private static bool TakesLinesAlone() =>
        Console.IsOutputRedirected
        || Console.IsInputRedirected
        || Environment.GetEnvironmentVariable("TERM") is "dumb";

    private static void Print(Review review, RecordingFolder files, bool full, Printer output)
    {
        StatusCommand.Print(review.Recording, output);
        foreach (var blob in review.Artifacts)
            output.Labelled("base", $"{blob.BlobId} ({Sizes.Text(blob.Bytes)})");
        output.Labelled("redacted", ReviewText.Rules(review.Redacted));
        if (full)
        {
            output.Labelled("opening", "what opens the trace");
            output.Block(ReviewText.Json(review.Opening), indent: 10, Tone.Faint);
        }
        output.Line();
        foreach (var reviewed in review.Events)
        {
            output.Line(ReviewText.Line(reviewed));
            if (full)
                output.Block(reviewed.Text(files), indent: 10, Tone.Faint);
        }
    }

    private static async Task ShowAsync(
        RecordingStore store,
        RecordingFolder files,
        RecordingManifest manifest,
        Review review,
        CancellationToken ct
    )
    {
        var screen = new ReviewScreen(files, review);
        await new ReviewTerminal(screen, TimeProvider.System).RunAsync(
            async chosen =>
            {
                await using var access = await RecordingAccess.OpenAsync(
                    store,
                    manifest.RecordingId,
                    TimeProvider.System,
                    ct
                );
                var choice = new EventChoice { SeqFirst = chosen.Seq, SeqLast = chosen.Seq };
                var answer = await access.RunAsync(
                    new ControlRequest { Op = ControlRequest.Drop, Choice = choice },
                    ct
                );
                screen.Reload(
                    Review.Of(files, manifest),
                    answer.Ok ? DropCommand.Sentence(answer.Dropped) : answer.Error ?? ""
                );
            },
            ct
        );
    }
}
