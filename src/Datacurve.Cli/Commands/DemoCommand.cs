using System.CommandLine;
using Datacurve.Cli.Demo;
using Datacurve.Cli.Rendering;

namespace Datacurve.Cli.Commands;

/// <summary><c>datacurve demo</c>: the whole pipeline on a real bug, checked.</summary>
internal static class DemoCommand
{
    private const string Upstream = "itsdangerous";

    public static Command Create(Printer output, Printer errors)
    {
        var bug = new Argument<string?>("bug")
        {
            Description =
                "Which bug: the bundled one where nothing is given, or itsdangerous, the real fix of "
                + "pallets/itsdangerous that brought its own tests (cloned from its forge)",
            HelpName = "bug",
            Arity = ArgumentArity.ZeroOrOne,
        };
        bug.AcceptOnlyFromAmong(Upstream);
        var clone = Text("--repo", "path", "With itsdangerous: a local clone to take instead of the forge");
        var data = Text("--data", "dir", "Keep the service's data in this folder");
        var keep = new Option<bool>("--keep") { Description = "Keep the service's data and say where it is" };
        var json = new Option<bool>("--json")
        {
            Description = "Print the finished trace as JSON, progress on stderr",
        };
        var url = ServiceUrlOption.WithoutDefault(
            "Use this running service instead of starting one; $DATACURVE_API_KEY is its key"
        );
        var sandbox = Sandbox();
        var session = Session();

        var command = new Command("demo", "Record a real fix, prove it and judge it, with everything checked")
        {
            bug,
            clone,
            keep,
            data,
            json,
            url,
            sandbox,
            session,
        };
        RequireClonedBug(command, bug, clone);
        command.SetAction(
            errors,
            async (parsed, ct) =>
            {
                var run = new DemoRun(
                    new DemoRequest
                    {
                        Upstream = parsed.GetValue(bug) == Upstream,
                        ClonePath = parsed.GetValue(clone),
                        Keep = parsed.GetValue(keep),
                        DataDirectory = parsed.GetValue(data),
                        Url = parsed.GetValue(url),
                        ApiKey = Environment.GetEnvironmentVariable("DATACURVE_API_KEY")
                            is { Length: > 0 } key
                            ? key
                            : null,
                        Sandbox = parsed.GetValue(sandbox)!,
                        Variant = parsed.GetValue(session),
                        ServerExecutable = Environment.GetEnvironmentVariable("DATACURVE_SERVER"),
                    },
                    parsed.GetValue(json) ? errors : output
                );
                var passed = await run.RunAsync(ct);
                if (parsed.GetValue(json) && run.Trace is { } trace)
                    JsonOutput.Write(parsed.InvocationConfiguration.Output, trace);
                return passed ? ExitCode.Done : ExitCode.Failed;
            }
        );
        return command;
    }

    private static void RequireClonedBug(Command command, Argument<string?> bug, Option<string?> clone) =>
        command.Validators.Add(result =>
        {
            if (result.GetResult(clone) is not null && result.GetValue(bug) != Upstream)
                result.AddError(
                    $"--repo goes with the bug that is cloned: datacurve demo {Upstream} --repo PATH."
                );
        });

    private static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };

    private static Option<string> Sandbox()
    {
        var sandbox = new Option<string>("--sandbox")
        {
            Description = "Where the started service runs the tests",
            DefaultValueFactory = _ => "auto",
        };
        sandbox.AcceptOnlyFromAmong("auto", "docker", "local");
        return sandbox;
    }

    // Not for people: the same fix played in a worse way, to see that the scores fall.
    private static Option<SessionVariant> Session()
    {
        string[] names = ["normal", "no-thoughts", "no-tests", "unrelated-edits"];
        var session = new Option<SessionVariant>("--session")
        {
            Hidden = true,
            CustomParser = result => (SessionVariant)Array.IndexOf(names, result.Tokens[0].Value),
        };
        session.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !names.Contains(token.Value))
                result.AddError($"--session takes one of {string.Join(", ", names)}.");
        });
        return session;
    }
}
