using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Datacurve.Core;
using Datacurve.Server.Auth;
using Datacurve.Server.Blobs;
using Datacurve.Server.Privacy;
using Datacurve.Server.Storage;
using Datacurve.Server.Upkeep;
using Datacurve.Server.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datacurve.Server.Erasing;

/// <summary>
/// <c>datacurve erase</c>: what the endpoints do, on the store itself, and carried through before it ends.
/// May run while the service does.
/// </summary>
internal sealed class EraseCommands(TextReader input, TextWriter output)
{
    private const int ListPage = 500;

    private readonly Option<string?> _data = new("--data")
    {
        Description = OptionsReader.DataHelp,
        HelpName = "dir",
    };
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON" };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask" };
    private readonly Option<string> _project = new("--project")
    {
        Description = "The project of what is erased",
        DefaultValueFactory = _ => Projects.DefaultName,
    };
    private readonly Option<string> _reason = new("--reason")
    {
        Description = $"Why: {string.Join(", ", Erasure.Reasons)}",
        DefaultValueFactory = _ => Erasure.Reasons[0],
    };
    private readonly Option<bool> _now = new("--now")
    {
        Description =
            "Take blobs too that the project was sent lately, though somebody may be about to name equal ones",
    };

    /// <param name="input">Where a confirmation comes from.</param>
    /// <param name="output">Where results go.</param>
    public static Command Create(TextReader input, TextWriter output)
    {
        var commands = new EraseCommands(input, output);
        return new Command("erase", "Erase traces, or all of a developer, for good")
        {
            commands.Trace(),
            commands.Developer(),
            commands.List(),
        };
    }

    private Command Trace()
    {
        var ids = new Argument<string[]>("trace-id")
        {
            Description = "The traces",
            Arity = ArgumentArity.OneOrMore,
        };
        var trace = new Command(
            "trace",
            "Erase traces; exit code 0 when nothing of them is left, 1 while blobs wait, 2 where one is unknown"
        )
        {
            ids,
            _project,
            _reason,
            _now,
            _yes,
            _data,
            _json,
        };
        trace.SetAction(
            (asked, ct) =>
            {
                var traceIds = asked.GetValue(ids)!.Select(Parse).ToList();
                Confirm(asked, $"Erase {Quantity.Of(traceIds.Count, "trace")} for good?");
                return EraseAsync(
                    asked,
                    async (erasures, order, _) =>
                    {
                        // All or none: a mistyped id must not leave the others begun and untold.
                        foreach (var traceId in traceIds)
                            if (!await erasures.IsKnownAsync(traceId, order.Project))
                                throw new StartException(
                                    $"There is no trace {traceId} in the project {asked.GetValue(_project)}. "
                                        + "Nothing was erased."
                                );
                        foreach (var traceId in traceIds)
                            await erasures.BeginAsync(traceId, order, ct);
                        return traceIds;
                    },
                    ct
                );
            }
        );
        return trace;
    }

    private Command Developer()
    {
        var id = new Argument<string>("developer-id") { Description = "As its traces name the developer" };
        var developer = new Command(
            "developer",
            "Erase every trace of a developer; exit code 0 when nothing is left, 1 while blobs wait"
        )
        {
            id,
            _project,
            _reason,
            _now,
            _yes,
            _data,
            _json,
        };
        developer.SetAction(
            (asked, ct) =>
            {
                Confirm(
                    asked,
                    $"Erase every trace of {asked.GetValue(id)} in the project {asked.GetValue(_project)} for good?"
                );
                return EraseAsync(
                    asked,
                    async (erasures, order, names) =>
                        await erasures.BeginDeveloperAsync(
                            [
                                asked.GetValue(id)!,
                                await names.OfDeveloperAsync(order.Project, asked.GetValue(id)!, ct),
                            ],
                            order,
                            ct
                        ),
                    ct
                );
            }
        );
        return developer;
    }

    private Command List()
    {
        var list = new Command("list", "What was erased: when, why and by whom") { _project, _data, _json };
        list.SetAction(
            (asked, ct) =>
                UpkeepCommands.OnStoreAsync(
                    asked.GetValue(_data),
                    async (_, _, database, _) =>
                    {
                        var erasures = new Erasures(database, TimeProvider.System);
                        var project = await ProjectAsync(database, asked.GetValue(_project)!);
                        TraceId? after = null;
                        List<Erasure> page;
                        do
                        {
                            page = await erasures.ListAsync(project, after, ListPage);
                            foreach (var erasure in page)
                                await PrintAsync(ErasedTrace.Of(erasure), asked.GetValue(_json));
                            if (page.Count == 0 && after is null)
                                await asked.InvocationConfiguration.Error.WriteLineAsync(
                                    "Nothing was erased yet."
                                );
                            after = page.Count > 0 ? page[^1].TraceId : null;
                        } while (page.Count == ListPage);
                        return 0;
                    },
                    ct
                )
        );
        return list;
    }

    private Task<int> EraseAsync(
        ParseResult asked,
        Func<Erasures, ErasureOrder, KeptNames, Task<IReadOnlyList<TraceId>>> begin,
        CancellationToken ct
    )
    {
        if (!Erasure.Reasons.Contains(asked.GetValue(_reason)!, StringComparer.Ordinal))
            throw new StartException($"--reason takes one of {string.Join(", ", Erasure.Reasons)}.");
        return UpkeepCommands.OnStoreAsync(
            asked.GetValue(_data),
            async (store, references, database, options) =>
            {
                var project = await ProjectAsync(database, asked.GetValue(_project)!);
                var order = new ErasureOrder(
                    project,
                    "command",
                    asked.GetValue(_reason)!,
                    asked.GetValue(_now),
                    Guid.NewGuid().ToString("N")
                );
                var erasures = new Erasures(database, TimeProvider.System);
                using var cleansers = new Cleansers(database, Cleansers.ReadRules(options.RedactionRules));
                var traceIds = await begin(erasures, order, new KeptNames(cleansers));
                var blobs = new ErasedBlobs(
                    database,
                    store,
                    new BlobNamers(database, references),
                    options,
                    TimeProvider.System
                );
                await CarryThroughAsync(database, store, blobs, options, ct);
                return await TellAsync(erasures, blobs, traceIds, project, asked.GetValue(_json));
            },
            ct
        );
    }

    private static async Task CarryThroughAsync(
        Database database,
        BlobStore store,
        ErasedBlobs blobs,
        Options options,
        CancellationToken ct
    )
    {
        var eraser = new TraceEraser(
            database,
            new EventReader(database, store),
            blobs,
            TimeProvider.System,
            NullLogger<TraceEraser>.Instance
        );
        await eraser.RunAsync(ct);
        await new MachineLeftovers(options, database, store, sandboxes: null, TimeProvider.System).SweepAsync(
            ct
        );
        await eraser.EndAsync(ct);
    }

    private async Task<int> TellAsync(
        Erasures erasures,
        ErasedBlobs blobs,
        IReadOnlyList<TraceId> traceIds,
        ProjectId project,
        bool json
    )
    {
        var left = 0L;
        foreach (var traceId in traceIds)
        {
            var erased = ErasedTrace.Of((await erasures.FindAsync(traceId, project))!);
            left += erased.State == "erased" ? 0 : Math.Max(1, erased.BlobsLeft);
            await PrintAsync(erased, json);
        }

        if (!json && traceIds.Count == 0)
            await output.WriteLineAsync("There was nothing to erase.");
        if (!json && left > 0)
            await output.WriteLineAsync(
                $"{Quantity.Were(left, "blob")} sent or asked for lately: by {Time(await blobs.LastDueAsync(project))} the "
                    + "service takes what is left, or this command run again; --now takes it now."
            );
        return left == 0 ? 0 : 1;
    }

    private Task PrintAsync(ErasedTrace erased, bool json) =>
        output.WriteLineAsync(
            json
                ? JsonSerializer.Serialize(erased, ServerJson.Readable.ErasedTrace)
                : $"{erased.TraceId}  {erased.State}  {Time(erased.ErasedAtMs)}  {erased.Reason}  {erased.ErasedBy}"
                    + (erased.BlobsLeft > 0 ? $"  {Quantity.Of(erased.BlobsLeft, "blob")} left" : "")
        );

    private static async Task<ProjectId> ProjectAsync(Database database, string name) =>
        await new Projects(database, TimeProvider.System).FindAsync(name)
        ?? throw new StartException($"There is no project {name}.");

    private static TraceId Parse(string text) =>
        TraceId.TryParse(text, out var traceId)
            ? traceId
            : throw new StartException($"'{text}' is no trace's id.");

    private void Confirm(ParseResult asked, string question)
    {
        if (asked.GetValue(_yes))
            return;
        if (Console.IsInputRedirected)
            throw new StartException("Erasing cannot be undone: add --yes where nobody can be asked.");
        output.Write($"{question} It cannot be undone. Type yes: ");
        output.Flush();
        if (input.ReadLine()?.Trim() != "yes")
            throw new StartException("Nothing was erased.");
    }

    private static string Time(long? ms) =>
        ms is { } known
            ? DateTimeOffset
                .FromUnixTimeMilliseconds(known)
                .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + "Z"
            : "the next look";
}
