using System.CommandLine;
using Datacurve.Cli.Rendering;

namespace Datacurve.Cli.Commands;

/// <summary>
/// The commands of the server executable and of the root script, which starts it; they stand here so that
/// help names every command, and so that this executable alone says where they are.
/// </summary>
internal static class ServerCommands
{
    private static readonly ServerCommand[] All =
    [
        new(
            "serve",
            "Start the service (--port N, --data DIR, --roles api,worker; settings are in the docs)"
        ),
        new("fsck", "Check every stored trace and blob, and say what does not hold"),
        new("gc", "Remove blobs that nothing has named for a day (--dry-run)"),
        new("keys", "Make, list and revoke API keys of the service", "create", "list", "revoke"),
        new("projects", "Make and list projects of the service", "create", "list"),
        new("erase", "Erase traces, or all of a developer, for good, and list what was"),
        new("install", "Put this tool on the PATH, as ./datacurve install"),
        new("uninstall", "Take it out again; recordings stay"),
    ];

    public static IEnumerable<string> Names => All.Select(command => command.Name);

    public static IEnumerable<Command> Create(Printer errors) =>
        All.Select(command => Create(command, errors));

    private static Command Create(ServerCommand told, Printer errors)
    {
        var (name, description, words) = told;
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

    /// <param name="Name">What it is called.</param>
    /// <param name="Description">What it does.</param>
    /// <param name="Words">What may come next, for completions; the server itself reads it.</param>
    private sealed record ServerCommand(string Name, string Description, params string[] Words);
}
