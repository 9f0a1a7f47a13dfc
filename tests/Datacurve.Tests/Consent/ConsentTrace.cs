using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;
using Datacurve.Tests.Replay;

namespace Datacurve.Tests.Consent;

/// <summary>
/// A trace with a random word of its own in every place where code, output, or what may be either can stand,
/// and in some where a person writes.
/// </summary>
internal sealed class ConsentTrace
{
    /// <summary>Where code stands in the text of events.</summary>
    public static readonly string[] CodeTexts = ["symbol"];

    /// <summary>Where output stands in the text of events, and what QA's own runs print.</summary>
    public static readonly string[] OutputTexts = ["message", "printed"];

    /// <summary>Where nobody knows which of the two it is.</summary>
    public static readonly string[] EitherTexts = ["details", "unknown", "final"];

    public static readonly string[] CodeBlobs = ["base", "edit", "snapshot", "diff"];

    public static readonly string[] OutputBlobs = ["chunk", "report", "stack"];

    /// <summary>What a person writes stays.</summary>
    public static readonly string[] Plain = ["thought", "command", "commit", "title", "artifact"];

    private readonly Dictionary<string, string> _words = Every().ToDictionary(place => place, NewWord);

    public string this[string place] => _words[place];

    public IEnumerable<string> Of(params IEnumerable<string>[] places) =>
        places.SelectMany(some => some).Select(place => _words[place]);

    public IReadOnlyCollection<string> All => _words.Values;

    /// <summary>Blobs of it by the place that they are named in.</summary>
    public Dictionary<string, string> Blobs { get; } = [];

    /// <returns>The trace's id, finalized.</returns>
    public async Task<string> RecordAsync(TraceClient client, JsonObject consent)
    {
        var work = Work();
        var body = TraceClient.NewTrace();
        body["task"]!["bug_report"]!["title"] = this["title"];
        body["developer"]!["consent_flags"] = consent;
        body["artifacts"] = new JsonObject
        {
            ["base_snapshot_blob_id"] = Blobs["base"] = await client.UploadAsync(work.BaseTar()),
            ["note"] = this["artifact"],
        };
        var traceId = await client.OpenAsync(body);
        await client.AppendAsync(traceId, [.. await EventsAsync(client, work)]);
        Blobs["diff"] = await client.UploadAsync([
            .. "# "u8,
            .. Bytes("diff"),
            (byte)'\n',
            .. work.FinalDiff(),
        ]);
        var end = new JsonObject
        {
            ["title"] = this["title"],
            ["diff_blob_id"] = Blobs["diff"],
            ["summary"] = this["final"],
        };
        var answer = await client.Http.PostAsync(
            $"/traces/{traceId}/finalize",
            new JsonObject { ["final_state"] = new JsonObject { ["pr"] = end } }
        );
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return traceId;
    }

    private async Task<List<JsonObject>> EventsAsync(TraceClient client, Recording work)
    {
        var events = new List<JsonObject>();
        void Add(string type, JsonObject payload) =>
            events.Add(TraceClient.Event(events.Count + 1, type, payload));

        async Task<string> BlobAsync(string place) =>
            Blobs[place] = await client.UploadAsync($"here is {this[place]}\n");

        Add("thought", new() { ["content_blob_id"] = await BlobAsync("thought"), ["kind"] = "plan" });
        Add("terminal_command", new() { ["cwd"] = "/", ["command"] = $"cat {this["command"]}" });
        Add("terminal_output", new() { ["stream"] = "stdout", ["chunk_blob_id"] = await BlobAsync("chunk") });
        foreach (var edit in work.Edits)
        {
            Blobs[events.Count == 3 ? "first edit" : "edit"] = await client.UploadAsync(edit.Patch);
            Add("file_edit", edit.Payload());
        }
        Add(
            "file_snapshot",
            new()
            {
                ["file_path"] = "notes.txt",
                ["content_blob_id"] = await BlobAsync("snapshot"),
                ["snapshot_reason"] = "manual_checkpoint",
            }
        );
        Add(
            "test_run",
            new()
            {
                ["command"] = "pytest",
                ["runner"] = "pytest",
                ["exit_code"] = 0,
                ["duration_ms"] = 5,
                ["passed"] = true,
                ["report_blob_id"] = await BlobAsync("report"),
            }
        );
        Add(
            "error",
            new()
            {
                ["error_type"] = "ValueError",
                ["message"] = this["message"],
                ["stacktrace_blob_id"] = await BlobAsync("stack"),
            }
        );
        Add("commit", new() { ["commit_sha"] = new string('b', 40), ["message"] = this["commit"] });
        Add(
            "debug_action",
            new()
            {
                ["action"] = "watch",
                ["details"] = new JsonObject { ["x"] = this["details"] },
            }
        );
        Add(
            "navigation",
            new()
            {
                ["file_path"] = "calc.py",
                ["symbol"] = this["symbol"],
                ["line"] = 3,
            }
        );
        events[^1]["beyond"] = new JsonArray(this["unknown"]);
        return events;
    }

    // What the tests print is put together as they run, so that no code holds it.
    private Recording Work()
    {
        var (first, rest) = (this["printed"][..12], this["printed"][12..]);
        return Recording
            .On(
                new MemoryTree()
                    .With("calc.py", $"# {this["base"]}\ndef add(a, b):\n    return a - b\n")
                    .With("notes.txt", $"here is {this["snapshot"]}\n")
                    .With("test_calc.py", Recording.OldTests)
            )
            .Edit("test_calc.py", Recording.NewTests + $"print('{first}' + '{rest}')\n")
            .Edit("calc.py", $"# {this["base"]}\ndef add(a, b):\n    return a + b  # {this["edit"]}\n");
    }

    private byte[] Bytes(string place) => System.Text.Encoding.UTF8.GetBytes(this[place]);

    private static IEnumerable<string> Every() =>
        [.. CodeTexts, .. OutputTexts, .. EitherTexts, .. CodeBlobs, .. OutputBlobs, .. Plain];

    private static string NewWord(string place) =>
        $"{place}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";
}
