using System.CommandLine;
using Datacurve.Server;
using Datacurve.Server.Auth;
using Datacurve.Server.Erasing;
using Datacurve.Server.Originals;
using Datacurve.Server.Upkeep;

var port = new Option<int?>("--port") { Description = "Where to listen; 0 takes a free port (PORT, 8000)" };
var roles = new Option<string?>("--roles")
{
    Description = $"What this process does: {Roles.Takes} (ROLES, api,worker)",
};
var data = new Option<string?>("--data") { Description = "The folder that keeps everything" };
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
    var root = new RootCommand("The Datacurve service") { serve, fsck, gc };
    foreach (
        var command in KeyCommands.Create(
            Service.OpenStore,
            folder => RawKeys.Read(Service.ReadOptions(folder).RawKeyPath),
            Console.Out
        )
    )
        root.Add(command);
    root.Add(EraseCommands.Create(Console.In, Console.Out));
    return await root.Parse(args)
        .InvokeAsync(
            new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                // The service ends by itself within this, and hands its work back on the way.
                ProcessTerminationTimeout = 2 * Service.StopMax,
            }
        );
}
catch (StartException exception)
{
    await Console.Error.WriteLineAsync($"datacurve: {exception.Message}");
    return 2;
}
