using System.CommandLine;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Originals;

/// <summary><c>datacurve projects mode NAME MODE</c>: what a project keeps of what it is sent.</summary>
internal static class ModeCommand
{
    public static Command Create(
        Func<string?, Database> open,
        Func<string?, RawKeys> keys,
        Option<string?> data,
        TextWriter output
    )
    {
        var name = new Argument<string>("name") { Description = "The project" };
        var mode = new Argument<string>("mode")
        {
            Description =
                "redacted: nothing that redaction replaced is kept; raw: kept under the key of RAW_KEY_PATH",
        };
        var command = new Command("mode", "Say what a project keeps of what it is sent") { name, mode, data };
        command.SetAction(
            async (asked, ct) =>
            {
                var (project, wanted) = (asked.GetValue(name)!, asked.GetValue(mode)!);
                if (wanted is not (ProjectModes.Redacted or ProjectModes.Raw))
                    throw new StartException(
                        $"The mode takes {ProjectModes.Redacted} or {ProjectModes.Raw}, not '{wanted}'."
                    );
                await using var database = open(asked.GetValue(data));
                var modes = new ProjectModes(database, keys(asked.GetValue(data)), TimeProvider.System);
                if (!await modes.SetAsync(project, wanted, ct))
                    throw new StartException($"There is no project {project}.");
                await output.WriteLineAsync(
                    wanted == ProjectModes.Raw
                        ? $"Of what {project} is sent from now on, originals are kept under the key of RAW_KEY_PATH."
                        : $"Of what {project} is sent from now on, no originals are kept. Those that are stay."
                );
                return 0;
            }
        );
        return command;
    }
}
