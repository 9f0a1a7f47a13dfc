using System.CommandLine;
using System.Text;
using Datacurve.Cli.Capture;
using Datacurve.Cli.Capture.Casts;
using Datacurve.Cli.Capture.Git;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve cast</c>: a recording's terminal as an asciicast, and back.</summary>
internal static class CastCommand
{
    public static Command Create(Printer output, Printer errors) =>
        new("cast", "Exchange the terminal of a recording with asciinema")
        {
            Export(errors),
            Import(output, errors),
        };

    private static Command Export(Printer errors)
    {
        var recording = new RecordingOption();
        var file = new Option<string?>("--output", "-o")
        {
            Description = "The file to write; standard output where nothing is given",
            HelpName = "file",
        };
        var format = new Option<int>("--format")
        {
            Description = "Version of the asciicast format",
            HelpName = "2|3",
            DefaultValueFactory = _ => 2,
        };
        format.AcceptOnlyFromAmong("2", "3");
        var command = new Command("export", "Write a recording's terminal as an asciicast")
        {
            recording.Option,
            file,
            format,
        };
        command.SetAction(
            errors,
            (parsed, _) =>
            {
                var (_, files, manifest) = recording.Find(parsed);
                var path = parsed.GetValue(file);
                using var target = path is null
                    ? new StreamWriter(StandardStream.Output, new UTF8Encoding(false))
                    : new StreamWriter(path, append: false, new UTF8Encoding(false));
                var export = new CastExport(
                    new CastWriter(target, parsed.GetValue(format)),
                    files.Blobs.Read
                );
                var title = manifest.ReadTrace().Task.BugReport.Title;
                var commands = export.Write(Events(files), title);
                if (commands > 0)
                    return Task.FromResult(ExitCode.Done);
                errors.Line($"{manifest.RecordingId} holds no command of a terminal.");
                return Task.FromResult(ExitCode.Failed);
            }
        );
        return command;
    }

    private static Command Import(Printer output, Printer errors)
    {
        var file = new Argument<string>("file") { Description = "An asciicast of version 2 or 3" };
        var title = new Option<string?>("--title")
        {
            Description = "What the bug is, in a few words",
            HelpName = "text",
        };
        var command = new Command("import", "Make a recording of this repository from an asciicast")
        {
            file,
            title,
        };
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                try
                {
                    using var input = new StreamReader(InputFile.Open(parsed.GetValue(file)!), Encoding.UTF8);
                    var cast = CastReader.Open(input);
                    var here = Environment.CurrentDirectory;
                    var repository = await Repository.FindAsync(here, new(), TimeProvider.System, ct);
                    var facts = RepositoryFacts.Of(repository);
                    var trace = facts.Trace(parsed.GetValue(title) ?? cast.Header.Title, "asciicast");
                    var created = new NewRecording
                    {
                        RepositoryRoot = repository.Root,
                        Trace = trace,
                        IsImported = true,
                    };
                    var (id, bytes) = await ImportAsync(cast, created, here, ct);
                    output.Line(
                        new Piece("Imported ", Tone.Strong),
                        $"{Quantity.Of(bytes, "byte")} of output: {id}"
                    );
                    return ExitCode.Done;
                }
                catch (Exception e) when (e is CastException or IOException or UnauthorizedAccessException)
                {
                    errors.Line(new Piece($"{parsed.GetValue(file)}: {e.Message}", Tone.Bad));
                    return ExitCode.Failed;
                }
            }
        );
        return command;
    }

    private static async Task<(string Id, long Bytes)> ImportAsync(
        CastReader cast,
        NewRecording created,
        string folder,
        CancellationToken ct
    )
    {
        var recording = RecordingStore.OfUser().Create(created);
        try
        {
            await using (recording)
                return (
                    recording.Id,
                    await new CastImport(recording, TimeProvider.System).ReadAsync(cast, folder, ct)
                );
        }
        catch
        {
            // Half of a cast is no recording.
            Directory.Delete(recording.Folder, recursive: true);
            throw;
        }
    }

    private static IEnumerable<TraceEvent> Events(RecordingFolder files) =>
        from spooled in SpooledEvents.All(files)
        where spooled.Place.Type is "terminal_command" or "terminal_output" or "terminal_exit"
        select EventCatalog.Contract.Read(spooled.Json);
}
