using System.CommandLine;
using System.Globalization;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Auth;

/// <summary>
/// <c>datacurve projects keep NAME DAYS</c>: how long a project's traces are kept, whatever
/// <c>RETENTION_DAYS</c> says.
/// </summary>
internal static class RetentionCommand
{
    private const int DaysMax = 100_000;

    public static Command Create(Func<string?, Database> open, Option<string?> data, TextWriter output)
    {
        var name = new Argument<string>("name") { Description = "The project" };
        var days = new Argument<string>("days")
        {
            Description = "Days from a trace's end; 0 keeps for ever, 'default' does as RETENTION_DAYS says",
        };
        var keep = new Command("keep", "Say how long a project's traces are kept") { name, days, data };
        keep.SetAction(
            async (asked, ct) =>
            {
                var count = DaysOf(asked.GetValue(days)!);
                await using var database = open(asked.GetValue(data));
                var projects = new Projects(database, TimeProvider.System);
                if (await projects.FindAsync(asked.GetValue(name)!) is not { } projectId)
                    throw new StartException($"There is no project {asked.GetValue(name)}.");
                await projects.KeepAsync(projectId, count, ct);
                await output.WriteLineAsync(
                    count switch
                    {
                        null => $"Traces of {asked.GetValue(name)} are kept as RETENTION_DAYS says.",
                        0 => $"Traces of {asked.GetValue(name)} are kept for ever.",
                        { } some =>
                            $"Traces of {asked.GetValue(name)} are kept for {Quantity.Of(some, "day")}.",
                    }
                );
                return 0;
            }
        );
        return keep;
    }

    private static int? DaysOf(string text) =>
        text == "default" ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= DaysMax
            ? days
        : throw new StartException($"days takes a whole number from 0 to {DaysMax}, or 'default'.");
}
