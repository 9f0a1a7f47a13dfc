using System.CommandLine;
using Datacurve.Cli.Capture;
using Datacurve.Cli.Rendering;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve record</c>: the developer's own shell, and everything that is done in it.</summary>
internal static class RecordCommand
{
    public static Command Create(Printer errors)
    {
        var shell = Text("--shell", "path", "The shell to record in; $SHELL where nothing is given");
        var title = Text(
            "--title",
            "text",
            "What the bug is, in a few words; also when a recording goes on that was not sent yet"
        );
        var description = Text(
            "--description",
            "text",
            "How the bug shows, as whoever reported it says: --description \"$(cat report.md)\""
        );
        var test = Text(
            "--test",
            "command",
            "What runs the tests of this repository, for the proof; else as the service is set"
        );
        var live = new Option<bool>("--live")
        {
            Description = "Send while recording, instead of by `datacurve push` after a review",
        };
        var refusals = new RefusalOptions();
        var url = ServiceUrlOption.WithDefault();
        var program = ProgramArgument();
        var command = new Command("record", "Record a session in this repository, until `exit`")
        {
            program,
            shell,
            title,
            description,
            test,
            live,
            url,
        };
        refusals.AddTo(command);
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                if (OperatingSystem.IsWindows())
                {
                    errors.Line("There is no recorder for Windows; in WSL it runs as on Linux.");
                    return ExitCode.CannotStart;
                }
                var session = new RecordedSession(
                    new SessionRequest
                    {
                        Shell = parsed.GetValue(shell),
                        Command = parsed.GetValue(program) ?? [],
                        Title = parsed.GetValue(title),
                        Description = parsed.GetValue(description),
                        TestCommand = parsed.GetValue(test),
                        Live = parsed.GetValue(live),
                        Consent = refusals.Read(parsed),
                        Url = parsed.GetValue(url)!,
                    },
                    errors,
                    TimeProvider.System
                );
                return await session.RunAsync(ct);
            }
        );
        return command;
    }

    private static Argument<string[]> ProgramArgument()
    {
        var program = new Argument<string[]>("command")
        {
            Description = "After --: record this one command instead of a shell",
            Arity = ArgumentArity.ZeroOrMore,
        };

        // An option that there is not would be taken for the command.
        program.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] word }, ..])
                result.AddError($"`datacurve record` has no `{word}`.");
        });
        return program;
    }

    private static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };
}
