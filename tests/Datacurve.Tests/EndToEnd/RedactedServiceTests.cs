using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Datacurve.Server;
using Datacurve.Server.Originals;
using Datacurve.Server.Storage;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Originals;
using Datacurve.Tests.Qa.Pipeline;
using Datacurve.Tests.Replay;
using Datacurve.Tests.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;
using ZstdSharp;

namespace Datacurve.Tests.EndToEnd;

/// <summary>
/// A client that knows nothing of redaction sends secrets of ten kinds in every place where one may stand.
/// </summary>
public sealed class RedactedServiceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite", ProjectModes.Redacted)]
    [InlineData("postgresql", ProjectModes.Redacted)]
    [InlineData("sqlite", ProjectModes.Raw)]
    [InlineData("postgresql", ProjectModes.Raw)]
    public async Task Nothing_that_is_kept_holds_a_secret_and_the_trace_still_proves_its_fix(
        string engine,
        string mode
    )
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var secrets = TenSecrets.Of(seed);
        using var folder = new TempFolder();
        using var keys = new TempFolder();
        var keyPath = RawKeysTests.KeyFile(keys.Path, "key", RandomNumberGenerator.GetBytes(RawKey.KeyBytes));
        await using var store = engine == "sqlite" ? null : await PostgresStore.CreateAsync();
        string[] where = store is null
            ? [$"DATABASE_URL=sqlite:{folder.Path}/rows.db"]
            : [$"DATABASE_URL={store.Url}"];
        string[] settings =
        [
            .. where,
            $"BLOB_STORE_PATH={folder.Path}/blobs",
            $"WORK_PATH={folder.Path}/work",
            "SANDBOX=local",
            "SEAL_AFTER_SECONDS=0",
            "KEEPING_SWEEP_SECONDS=1",
            $"RAW_KEY_PATH={keyPath}",
        ];
        string logs;
        await using (var server = await ServerProcess.JoinAsync(settings))
        {
            await SetModeAsync(settings, mode);
            var (traceId, trace) = await RecordAsync(server.Client, secrets);
            AssertProven(trace);
            AssertClean(secrets, Encoding.UTF8.GetBytes(trace.ToString()), "the trace as it is given back");
            var tar = await server.Client.Http.GetByteArrayAsync(
                $"/traces/{traceId}/state?path=conf/app.env",
                Ct
            );
            AssertClean(secrets, tar, "the state");
            Assert.Contains("REDACTED_", Encoding.UTF8.GetString(tar), StringComparison.Ordinal);
            while (!await IsSealedAsync(folder, store))
                await Task.Delay(100, Ct);
            await AssertRawAsync(server.Client, traceId, secrets, isKept: mode == ProjectModes.Raw);
            await server.StopAsync();
            logs = server.Errors;
        }

        AssertClean(secrets, Encoding.UTF8.GetBytes(logs), "the log");
        var rows = await ReadRowsAsync(folder, store);
        Assert.NotEmpty(rows);
        Assert.All(rows, row => AssertClean(secrets, row.Value, row.Place));
        await AssertFilesCleanAsync(folder, secrets);
    }

    private static async Task AssertFilesCleanAsync(TempFolder folder, TenSecrets secrets)
    {
        var files = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories);
        Assert.Contains(files, file => file.EndsWith(".zst", StringComparison.Ordinal));
        foreach (var file in files)
        {
            AssertClean(secrets, Encoding.UTF8.GetBytes(file), "the names of files");
            var content = await File.ReadAllBytesAsync(file, Ct);
            AssertClean(secrets, content, file);
            if (file.EndsWith(".zst", StringComparison.Ordinal))
                AssertClean(secrets, Unpacked(content), file + ", unpacked");
        }
    }

    /// <summary>Who may read raw finds the secret where the project keeps originals.</summary>
    private static async Task AssertRawAsync(
        TraceClient client,
        string traceId,
        TenSecrets secrets,
        bool isKept
    )
    {
        foreach (var path in (string[])["raw", "events/raw"])
        {
            var raw = await client.Http.GetStringAsync($"/traces/{traceId}/{path}", Ct);
            Assert.Equal(isKept, raw.Contains(secrets.Token, StringComparison.Ordinal));
        }
    }

    private static async Task SetModeAsync(string[] settings, string mode)
    {
        var variables = settings.Select(setting => setting.Split('=', 2)).ToDictionary(x => x[0], x => x[1]);
        var options = OptionsReader.Read(name => variables.GetValueOrDefault(name), "/nowhere");
        await using var database = Database.Open(options);
        var modes = new ProjectModes(database, RawKeys.Read(options.RawKeyPath), TimeProvider.System);
        Assert.True(await modes.SetAsync("default", mode, Ct));
    }

    private static async Task<(string TraceId, JsonElement Trace)> RecordAsync(
        TraceClient client,
        TenSecrets secrets
    )
    {
        var work = Work(secrets);
        var body = TraceClient.NewTrace();
        body["artifacts"] = new JsonObject
        {
            ["base_snapshot_blob_id"] = await client.UploadAsync(work.BaseTar()),
            ["note"] = secrets.Sentence,
        };
        body["task"] = new JsonObject
        {
            ["bug_report"] = new JsonObject
            {
                ["title"] = "It fails with " + secrets.Token,
                ["description"] = secrets.Sentence,
                ["repro_steps"] = secrets.Sentence,
                ["links"] = new JsonArray($"https://example.org/?token={secrets.Token}"),
                ["unknown"] = new JsonObject { ["deep"] = new JsonArray(secrets.Sentence) },
            },
            ["labels"] = new JsonArray(secrets.Token),
        };
        body["repo"]!["remote_url"] = $"https://ci:{secrets.Token}@git.example.org/calc.git";
        body["repo"]!["default_branch"] = "fix/" + secrets.Token;
        body["environment"]!["os"] = secrets.Sentence;
        var traceId = await client.OpenAsync(body);
        await client.AppendAsync(traceId, [.. await EventsAsync(client, work, secrets)]);
        await client.FinalizeAsync(traceId, await client.UploadAsync(work.FinalDiff()));
        return (traceId, await client.EndAsync(traceId));
    }

    /// <summary>Work on files that hold secrets, in lines that change and in lines beside them.</summary>
    private static Recording Work(TenSecrets secrets) =>
        Recording
            .On(
                new MemoryTree()
                    .With("calc.py", $"# {secrets.Email}\ndef add(a, b):\n    return a - b\n")
                    .With("test_calc.py", Recording.OldTests)
                    .With("conf/app.env", secrets.Block)
                    .With($"conf/{secrets.Token}.txt", "one\ntwo\nthree\n")
            )
            .Edit("test_calc.py", Recording.NewTests)
            .Edit("conf/app.env", secrets.Block + "MODE=slow\n" + secrets.Sentence + "\n")
            .Edit($"conf/{secrets.Token}.txt", "one\n" + secrets.Sentence + "\nthree\n")
            .Edit("calc.py", $"# {secrets.Email}\ndef add(a, b):\n    return a + b\n")
            .Edit("conf/app.env", secrets.Block + "MODE=fast\n");

    private static async Task<List<JsonObject>> EventsAsync(
        TraceClient client,
        Recording work,
        TenSecrets secrets
    )
    {
        var events = new List<JsonObject>();
        void Add(string type, JsonObject payload)
        {
            var made = TraceClient.Event(events.Count + 1, type, payload);
            made["actor"]!["id"] = secrets.Email;
            made["context"] = new JsonObject
            {
                ["workspace_root"] = $"/home/{secrets.User}/calc",
                ["branch"] = "fix/" + secrets.Token,
            };
            events.Add(made);
        }

        var output = await client.UploadAsync(
            secrets.Block + "\n\u001b[31m" + secrets.Sentence + "\u001b[0m\n"
        );
        var thought = await client.UploadAsync("The key is " + secrets.Sentence);
        Add("thought", new() { ["content_blob_id"] = thought, ["kind"] = "hypothesis" });
        Add(
            "terminal_command",
            new() { ["cwd"] = $"/home/{secrets.User}/calc", ["command"] = $"export X={secrets.Token}" }
        );
        Add("terminal_output", new() { ["stream"] = "stdout", ["chunk_blob_id"] = output });
        foreach (var edit in work.Edits)
        {
            await client.UploadAsync(edit.Patch);
            var payload = edit.Payload();
            payload["file_path"] = $"/home/{secrets.User}/calc/{edit.Path}";
            Add("file_edit", payload);
        }
        Add("commit", new() { ["commit_sha"] = new string('b', 40), ["message"] = secrets.Sentence });
        Add("pr_metadata", new() { ["title"] = secrets.Token, ["description"] = secrets.Sentence });
        Add(
            "error",
            new()
            {
                ["error_type"] = "E",
                ["message"] = secrets.Sentence,
                ["stacktrace_blob_id"] = output,
            }
        );
        Add(
            "debug_action",
            new()
            {
                ["action"] = "watch",
                ["details"] = new JsonObject
                {
                    ["db_password"] = secrets.Password,
                    ["at"] = secrets.Sentence,
                },
            }
        );
        Add("navigation", new() { ["file_path"] = $"conf/{secrets.Token}.txt", ["symbol"] = secrets.Token });
        return events;
    }

    private static void AssertProven(JsonElement trace)
    {
        var qa = trace.GetProperty("qa");
        Assert.True(trace.GetProperty("status").GetString() == "complete", $"{qa}");
        Assert.True(qa.GetProperty("schema_valid").GetBoolean(), $"{qa}");
        Assert.True(qa.GetProperty("replay").GetProperty("exact").GetBoolean(), $"{qa}");
        Assert.True(qa.GetProperty("tests").GetProperty("final_passed").GetBoolean(), $"{qa}");
        var redaction = trace.GetProperty("redaction");
        Assert.NotEmpty(redaction.GetProperty("rule_versions").EnumerateArray());
        Assert.Contains(redaction.GetProperty("counts").EnumerateObject(), rule => rule.Name == "github-pat");
    }

    private static void AssertClean(TenSecrets secrets, ReadOnlySpan<byte> content, string place)
    {
        foreach (var (kind, needle) in secrets.Needles)
            Assert.True(
                content.IndexOf(Encoding.UTF8.GetBytes(needle)) < 0,
                $"{place} holds the {kind} {needle}: {Around(content, needle)}"
            );
    }

    private static string Around(ReadOnlySpan<byte> content, string needle)
    {
        var at = content.IndexOf(Encoding.UTF8.GetBytes(needle));
        return at < 0
            ? ""
            : Encoding.UTF8.GetString(content[Math.Max(0, at - 100)..Math.Min(content.Length, at + 100)]);
    }

    private static byte[] Unpacked(byte[] packed)
    {
        using var content = new MemoryStream();
        using var unpacking = new DecompressionStream(new MemoryStream(packed));
        unpacking.CopyTo(content);
        return content.ToArray();
    }

    private static async Task<bool> IsSealedAsync(TempFolder folder, PostgresStore? store) =>
        (await ReadRowsAsync(folder, store)).All(row => row.Place != "events.body");

    /// <summary>Every value of every table, in bytes.</summary>
    private static async Task<List<(string Place, byte[] Value)>> ReadRowsAsync(
        TempFolder folder,
        PostgresStore? store
    )
    {
        await using System.Data.Common.DbConnection connection = store is null
            ? new SqliteConnection($"Data Source={folder.Path}/rows.db;Pooling=False")
            : new NpgsqlConnection(store.Connection + ";Pooling=false");
        await connection.OpenAsync(Ct);
        var tables = await connection.QueryAsync<string>(
            store is null
                ? "select name from sqlite_master where type = 'table'"
                : "select table_name from information_schema.tables where table_schema = 'public'"
        );
        var values = new List<(string, byte[])>();
        foreach (var table in tables)
        foreach (IDictionary<string, object> row in await connection.QueryAsync($"select * from \"{table}\""))
        foreach (var (column, value) in row)
            if (value is byte[] or string)
                values.Add(($"{table}.{column}", value as byte[] ?? Encoding.UTF8.GetBytes((string)value)));
        return values;
    }
}
