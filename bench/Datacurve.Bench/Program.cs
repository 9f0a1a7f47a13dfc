using System.CommandLine;
using Datacurve.Bench;

var only = new Option<string[]>("--only")
{
    Description = "Only the figures whose name begins so; may be given several times",
    AllowMultipleArgumentsPerToken = true,
};
var seconds = new Option<double>("--seconds")
{
    Description = "How long each side of a comparison runs before the other has its turn",
    DefaultValueFactory = _ => 10,
};
var rounds = new Option<int>("--rounds")
{
    Description = "How often both sides have their turn; the median counts",
    DefaultValueFactory = _ => 5,
};
var rows = new Option<long>("--rows")
{
    Description = "Events in the large store of the figure large-store",
    DefaultValueFactory = _ => 10_000_000,
};
var json = new Option<bool>("--json") { Description = "One JSON object a line instead of the table" };
var before = new Option<bool>("--before")
{
    Description = "The figures against an older commit; bench/before builds it and gives this",
};
var list = new Option<bool>("--list") { Description = "The figures and what each compares" };

var command = new RootCommand("Measures Datacurve against what the machine can do, in one run")
{
    only,
    seconds,
    rounds,
    rows,
    json,
    before,
    list,
};
command.SetAction(
    async (arguments, ct) =>
    {
        var chosen = Suite.Choose(arguments.GetValue(only) ?? [], arguments.GetValue(before));
        if (arguments.GetValue(list))
            return await Suite.ListAsync(chosen, Console.Out);
        if (chosen.Count == 0)
        {
            await Console.Error.WriteLineAsync("bench: no figure has that name; --list shows all");
            return 2;
        }

        using var folder = new ScratchFolder();
        var settings = new Settings(folder.Path, Console.Error)
        {
            Seconds = arguments.GetValue(seconds),
            Rounds = arguments.GetValue(rounds),
            Rows = arguments.GetValue(rows),
        };
        return await Suite.RunAsync(chosen, settings, arguments.GetValue(json), Console.Out, ct);
    }
);
return await command.Parse(args).InvokeAsync();
