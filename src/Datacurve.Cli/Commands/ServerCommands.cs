using System.CommandLine;
using Datacurve.Cli.Rendering;

namespace Datacurve.Cli.Commands;

/// <summary>
/// The commands of the server executable. <c>./datacurve</c> starts it for them; they stand here so that
/// help names every command, and so that this executable alone says where they are.
/// </summary>
internal static class ServerCommands
{
    public static IEnumerable<Command> Create(Printer errors)
    {
        yield return Create(
            "serve",
            "Start the service (--port N, --data DIR; settings are in the docs)",
            errors
        );
        yield return Create("fsck", "Check every stored trace and blob, and say what does not hold", errors);
        yield return Create("keys", "Make, list and revoke API keys of the service", errors);
        yield return Create("projects", "Make and list projects of the service", errors);
    }

    private static Command Create(string name, string description, Printer errors)
    {
        var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(_ =>
        {
            errors.Line(
                $"{name} is a command of the server: run ./datacurve {name} or datacurve-server {name}."
            );
            return ExitCode.CannotStart;
        });
        return command;
    }
}
