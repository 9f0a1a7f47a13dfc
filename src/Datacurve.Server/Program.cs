using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Datacurve.Cli.Commands;
using Datacurve.Server;
using Datacurve.Server.Auth;
using Datacurve.Server.Erasing;
using Datacurve.Server.Originals;
using Datacurve.Server.Upkeep;

var port = new Option<int?>("--port")
{
    Description = "Where to listen; 0 takes a free port. Else $PORT, or 8000",
    HelpName = "port",
};
port.Validators.Add(result =>
{
    if (result.Tokens is [var token] && !int.TryParse(token.Value, out _))
        result.AddError($"--port takes a whole number from 0 to 65535, not '{token.Value}'.");
});
var roles = new Option<string?>("--roles")
{
    Description = $"What this process does: {Roles.Takes}. Else $ROLES, or api,worker",
    HelpName = "roles",
};
var data = new Option<string?>("--data") { Description = OptionsReader.DataHelp, HelpName = "dir" };
var json = new Option<bool>("--json") { Description = "One JSON object a line" };

var serve = new Command("serve", "Run the service") { port, data, roles };
serve.SetAction(
    (arguments, ct) =>
        Service.RunAsync(
            arguments.GetValue(data),
            arguments.GetValue(port),
            arguments.GetValue(roles),
            Console.Out,
            ct
        )
);
var fsck = new Command("fsck", "Check the whole store; exit code 1 where something does not hold")
{
    data,
    json,
};
fsck.SetAction(
    (arguments, ct) =>
        UpkeepCommands.FsckAsync(arguments.GetValue(data), arguments.GetValue(json), Console.Out, ct)
);
var dryRun = new Option<bool>("--dry-run") { Description = "Say what would go, and change nothing" };
var gc = new Command("gc", "Remove blobs that nothing has named for the grace period") { data, dryRun, json };
gc.SetAction(
    (arguments, ct) =>
        UpkeepCommands.CollectAsync(
            arguments.GetValue(data),
            arguments.GetValue(dryRun),
            arguments.GetValue(json),
            Console.Out,
            ct
        )
);

try
{
    // By the name of the command that people type, which hands over to this program.
    var root = new Command("datacurve", "The Datacurve service")
    {
        serve,
        fsck,
        gc,
        new HelpOption(),
        new VersionOption(),
    };
    foreach (
        var command in KeyCommands.Create(
            Service.MakeStore,
            Service.OpenStore,
            folder => RawKeys.Read(Service.ReadOptions(folder).RawKeyPath),
            Console.Out
        )
    )
        root.Add(command);
    root.Add(EraseCommands.Create(Console.In, Console.Out));
    var parsed = root.Parse(args);
    // A command that lacks its own shows its help: there is the list of them.
    var lacksCommand = parsed is { UnmatchedTokens.Count: 0, CommandResult.Command.Subcommands.Count: > 0 };
    // 1 is what checks say of a store, and a wrong word says nothing of it.
    if (parsed.Action is ParseErrorAction wrong && !lacksCommand)
    {
        await Console.Error.WriteLineAsync($"datacurve: {UsageError.Of(parsed, wrong)}");
        return 2;
    }

    var configuration = new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        // The service ends by itself within this, and hands its work back on the way.
        ProcessTerminationTimeout = 2 * Service.StopMax,
    };
    if (parsed.Errors.Count > 0)
        configuration.Output = configuration.Error;
    var exitCode = await parsed.InvokeAsync(configuration);
    return parsed.Errors.Count > 0 ? 2 : exitCode;
}
catch (Exception exception) when (CommandFaults.Sentence(exception) is { } sentence)
{
    await Console.Error.WriteLineAsync($"datacurve: {sentence}");
    return 2;
}
