using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Datacurve.Core;
using Datacurve.Server.Originals;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;

namespace Datacurve.Server.Auth;

/// <summary>
/// <c>datacurve keys</c> and <c>datacurve projects</c>: what the admin endpoints do, on the store itself, for
/// the first key of all and for who has lost the last. A service that runs takes the change within seconds.
/// </summary>
internal static class KeyCommands
{
    private static readonly string[] KeyHeads = ["key", "project", "scopes", "state", "used", "name"];
    private static readonly string[] ProjectHeads = ["project", "name", "mode", "traces"];
    private const int DaysMax = 100_000;

    /// <param name="make">Opens the store that the given folder or the environment names, and makes it where
    /// there is none.</param>
    /// <param name="open">The same, of a store that is there.</param>
    /// <param name="keys">Reads the keys of originals that the environment names.</param>
    /// <param name="output">Where keys and lists go.</param>
    public static IEnumerable<Command> Create(
        Func<string?, Database> make,
        Func<string?, Database> open,
        Func<string?, RawKeys> keys,
        TextWriter output
    )
    {
        var data = new Option<string?>("--data") { Description = OptionsReader.DataHelp, HelpName = "dir" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        yield return new Command("keys", "Make, list and revoke API keys")
        {
            CreateKey(make, data, json, output),
            ListKeys(open, data, json, output),
            RevokeKey(open, data, output),
        };
        yield return new Command("projects", "Make and list projects, and say what they keep and how long")
        {
            CreateProject(make, data, output),
            ListProjects(open, data, json, output),
            RetentionCommand.Create(make, data, output),
            ModeCommand.Create(make, keys, data, output),
        };
    }

    private static Command CreateKey(
        Func<string?, Database> make,
        Option<string?> data,
        Option<bool> json,
        TextWriter output
    )
    {
        var name = new Argument<string>("name") { Description = "What it is for" };
        var scopes = new Option<string>("--scopes")
        {
            Description = $"What it may do: one or more of {ScopeNames.List}, with commas",
            DefaultValueFactory = _ => "ingest,read",
        };
        var project = new Option<string>("--project")
        {
            Description = "The project it is bound to",
            DefaultValueFactory = _ => Projects.DefaultName,
        };
        var days = new Option<int?>("--expires-in-days")
        {
            Description = "When it ends; never where absent",
            HelpName = "days",
        };
        days.Validators.Add(result =>
        {
            if (
                result.Tokens is [var token]
                && !(int.TryParse(token.Value, out var n) && n is > 0 and <= DaysMax)
            )
                result.AddError($"--expires-in-days takes a whole number from 1 to {DaysMax}.");
        });
        var create = new Command("create", "Make a key, and show it once")
        {
            name,
            scopes,
            project,
            days,
            data,
            json,
        };
        create.SetAction(
            async (asked, ct) =>
            {
                if (!ScopeNames.TryParse(asked.GetValue(scopes)!, out var granted))
                    throw new StartException(
                        $"--scopes takes one or more of {ScopeNames.List}, with commas."
                    );
                if (!ManageKeys.IsName(asked.GetValue(name)))
                    throw new StartException($"A key's name {ManageKeys.NameRule}.");
                await using var database = make(asked.GetValue(data));
                if (await ProjectsOf(database).FindAsync(asked.GetValue(project)!) is not { } projectId)
                    throw new StartException(
                        $"There is no project {asked.GetValue(project)}. Make it with 'datacurve projects create'."
                    );

                var ends = EndOf(asked.GetValue(days));
                var key = await KeysOf(database)
                    .CreateAsync(projectId, asked.GetValue(name)!, granted, ends, ct);
                await ShowAsync(key, asked.GetValue(json), output);
                if (granted.HasFlag(Scope.Admin))
                    await asked.InvocationConfiguration.Error.WriteLineAsync(
                        "It administers the whole service: it makes and revokes keys of every project."
                    );
                return 0;
            }
        );
        return create;
    }

    private static long? EndOf(int? days) =>
        days is { } count ? TimeProvider.System.GetUtcNow().AddDays(count).ToUnixTimeMilliseconds() : null;

    private static Task ShowAsync(ApiKey key, bool json, TextWriter output) =>
        output.WriteLineAsync(
            json
                ? $$"""{"key_id":"{{key.KeyId}}","key":"{{key.Text}}"}"""
                : $"{key.Text}\nIt is shown this once and stored nowhere. Send it as: Authorization: Bearer KEY"
        );

    private static Command ListKeys(
        Func<string?, Database> open,
        Option<string?> data,
        Option<bool> json,
        TextWriter output
    )
    {
        var list = new Command("list", "Every key, without the key itself") { data, json };
        list.SetAction(
            async (asked, _) =>
            {
                await using var database = open(asked.GetValue(data));
                var rows = await KeysOf(database).ListAsync();
                if (asked.GetValue(json))
                    await output.WriteLineAsync(
                        JsonSerializer.Serialize(
                            new ListedKeys([.. rows.Select(ListedKey.Of)]),
                            ServerJson.Readable.ListedKeys
                        )
                    );
                else
                    foreach (var line in TextTable.Lines(KeyHeads, [.. rows.Select(Cells)]))
                        await output.WriteLineAsync(line);
                // Who reads the list in a script finds nothing in it.
                if (rows.Count == 0)
                    await asked.InvocationConfiguration.Error.WriteLineAsync(
                        "There is no key yet: 'datacurve keys create NAME' makes one."
                    );
                return 0;
            }
        );
        return list;
    }

    private static Command RevokeKey(Func<string?, Database> open, Option<string?> data, TextWriter output)
    {
        var keyId = new Argument<string>("key-id") { Description = "The 12 digits after dck_" };
        var revoke = new Command("revoke", "End a key now") { keyId, data };
        revoke.SetAction(
            async (asked, ct) =>
            {
                await using var database = open(asked.GetValue(data));
                if (!await KeysOf(database).RevokeAsync(asked.GetValue(keyId)!, ct))
                    throw new StartException($"There is no key {asked.GetValue(keyId)} to revoke.");
                await output.WriteLineAsync($"{asked.GetValue(keyId)} is revoked.");
                return 0;
            }
        );
        return revoke;
    }

    private static Command CreateProject(
        Func<string?, Database> make,
        Option<string?> data,
        TextWriter output
    )
    {
        var name = new Argument<string>("name") { Description = "Its name" };
        var create = new Command("create", "Make a project") { name, data };
        create.SetAction(
            async (asked, ct) =>
            {
                if (!ManageProjects.IsName(asked.GetValue(name)!))
                    throw new StartException($"A project's name {ManageProjects.NameRule}.");
                await using var database = make(asked.GetValue(data));
                if (await ProjectsOf(database).CreateAsync(asked.GetValue(name)!, ct) is not { } projectId)
                    throw new StartException($"There is a project {asked.GetValue(name)} already.");
                await output.WriteLineAsync(projectId.ToString());
                return 0;
            }
        );
        return create;
    }

    private static Command ListProjects(
        Func<string?, Database> open,
        Option<string?> data,
        Option<bool> json,
        TextWriter output
    )
    {
        var list = new Command("list", "Every project") { data, json };
        list.SetAction(
            async (asked, _) =>
            {
                await using var database = open(asked.GetValue(data));
                var rows = await ProjectsOf(database).ListAsync();
                var listed = rows.Select(ListedProject.Of).ToList();
                if (asked.GetValue(json))
                    await output.WriteLineAsync(
                        JsonSerializer.Serialize(
                            new ListedProjects(listed),
                            ServerJson.Readable.ListedProjects
                        )
                    );
                else
                    foreach (var line in TextTable.Lines(ProjectHeads, [.. listed.Select(Cells)]))
                        await output.WriteLineAsync(line);
                return 0;
            }
        );
        return list;
    }

    private static Keys KeysOf(Database database) => new(database, TimeProvider.System) { ByCommand = true };

    private static Projects ProjectsOf(Database database) =>
        new(database, TimeProvider.System) { ByCommand = true };

    private static string[] Cells(ListedProject project) =>
        [project.ProjectId, project.Name, project.Mode, Kept(project)];

    private static string Kept(ListedProject project) =>
        project.RetentionDays switch
        {
            null => "kept as RETENTION_DAYS says",
            0 => "kept for ever",
            { } days => $"kept for {Quantity.Of(days, "day")}",
        };

    private static string[] Cells(KeyRow row)
    {
        var state =
            row.RevokedAtMs is { } revoked ? $"revoked {Time(revoked)}"
            : !row.IsActive(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())
                ? $"expired {Time(row.ExpiresAtMs!.Value)}"
            : row.ExpiresAtMs is { } expires ? $"until {Time(expires)}"
            : "active";
        var used = row.LastUsedAtMs is { } last ? $"used {Time(last)}" : "never used";
        return [row.KeyId, row.Project, row.Scopes, state, used, row.Name];
    }

    // Rows from before there was a bound may hold any number.
    private static string Time(long ms) =>
        DateTimeOffset
            .FromUnixTimeMilliseconds(Math.Min(ms, Keys.ExpiresAtMsMax))
            .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
