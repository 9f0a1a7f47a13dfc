using System.CommandLine;
using Datacurve.Cli.Rendering;

namespace Datacurve.Cli.Commands;

/// <summary>
/// The commands of the server executable and of the root script, which starts it; they stand here so that
/// help names every command, and so that this executable alone says where they are.
/// </summary>
internal static class ServerCommands
{
    public static readonly string[] Names =
    [
        "serve",
        "fsck",
        "gc",
        "keys",
        "projects",
        "erase",
        "install",
        "uninstall",
    ];

    public static IEnumerable<Command> Create(Printer errors)
    {
        yield return Create(
            "serve",
            "Start the service (--port N, --data DIR, --roles api,worker; settings are in the docs)",
            errors
        );
        yield return Create("fsck", "Check every stored trace and blob, and say what does not hold", errors);
        yield return Create("gc", "Remove blobs that nothing has named for a day (--dry-run)", errors);
        yield return Create(
            "keys",
            "Make, list and revoke API keys of the service",
            errors,
            "create",
            "list",
            "revoke"
        );
        yield return Create("projects", "Make and list projects of the service", errors, "create", "list");
        yield return Create(
            "erase",
            "Erase traces, or all of a developer, for good, and list what was",
            errors
        );
        yield return Create("install", "Put this tool on the PATH, as ./datacurve install", errors);
        yield return Create("uninstall", "Take it out again; recordings stay", errors);
    }

    /// <param name="name">What it is called.</param>
    /// <param name="description">What it does.</param>
    /// <param name="errors">Where it says where it is.</param>
    /// <param name="words">What may come next, for completions; the server itself reads it.</param>
    private static Command Create(string name, string description, Printer errors, params string[] words)
    {
        var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        if (words.Length > 0)
            command.Add(
                new Argument<string[]>("words")
                {
                    Arity = ArgumentArity.ZeroOrMore,
                    Hidden = true,
                    CompletionSources = { words },
                }
            );
        command.SetAction(_ =>
        {
            errors.Line(
                name is "install" or "uninstall"
                    ? $"{name} is a command of a checkout: run ./datacurve {name} there."
                    : $"{name} is a command of the server: run ./datacurve {name} in a checkout, "
                        + "or install this tool from one with ./datacurve install."
            );
            return ExitCode.CannotStart;
        });
        return command;
    }
}
