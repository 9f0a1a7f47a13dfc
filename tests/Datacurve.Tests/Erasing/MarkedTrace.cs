using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Datacurve.Tests.Qa.Pipeline;
using Datacurve.Tests.Replay;

namespace Datacurve.Tests.Erasing;

/// <summary>
/// A trace that holds a word of its own in every place where a trace can hold one. The words are random, so
/// that whatever has one in it has it from this trace.
/// </summary>
internal sealed class MarkedTrace
{
    private static readonly string[] Places =
    [
        "title",
        "label",
        "developer",
        "event",
        "thought",
        "output",
        "base",
        "edit",
        "printed",
        "judged",
        "damaged",
    ];

    /// <summary>Is replaced where it is sent, so that what holds it is kept under another hash.</summary>
    public static readonly string Secret = $"ghp_{RandomNumberGenerator.GetHexString(36, lowercase: true)}";

    private readonly Dictionary<string, string> _words = Places.ToDictionary(
        place => place,
        place => $"{place}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}"
    );

    /// <summary>One for each place.</summary>
    public IReadOnlyCollection<string> Words => _words.Values;

    public string this[string place] => _words[place];

    /// <summary>The blob that is set aside as damaged.</summary>
    public string? DamagedBlobId { get; private set; }

    /// <summary>Records all of it; the final diff is told to the finalize.</summary>
    /// <returns>The trace's id.</returns>
    public async Task<string> RecordAsync(TraceClient client, params JsonObject[] more)
    {
        var recording = Work();
        var traceId = await client.RecordAsync(
            recording,
            body =>
            {
                body["task"]!["bug_report"]!["title"] = this["title"];
                body["task"]!["labels"] = new JsonArray(this["label"]);
                body["developer"]!["developer_id"] = this["developer"];
            }
        );
        DamagedBlobId = await client.UploadAsync($"{this["damaged"]} as it was");
        await client.AppendAsync(
            traceId,
            [
                TraceClient.Event(10, "navigation", new JsonObject { ["file_path"] = this["event"] }),
                TraceClient.Event(
                    11,
                    "thought",
                    new JsonObject
                    {
                        ["content_blob_id"] = await client.UploadAsync(
                            $"I think {this["thought"]} of {Secret}"
                        ),
                        ["kind"] = "decision",
                    }
                ),
                Output(12, await client.UploadAsync(Long($"{this["output"]} was printed beside {Secret}"))),
                Output(13, DamagedBlobId),
                .. more,
            ]
        );
        await client.FinalizeAsync(traceId, await client.UploadAsync(recording.FinalDiff()));
        return traceId;
    }

    public static JsonObject Output(long seq, string blobId) =>
        TraceClient.Event(
            seq,
            "terminal_output",
            new JsonObject { ["stream"] = "stdout", ["chunk_blob_id"] = blobId }
        );

    /// <summary>The work on the wrong sum, in a base and by edits that are nobody else's.</summary>
    private Recording Work() =>
        Recording
            .On(
                new MemoryTree()
                    .With("calc.py", $"# {this["base"]}\ndef add(a, b):\n    return a - b\n")
                    .With("test_calc.py", Recording.OldTests)
            )
            .Edit("test_calc.py", Recording.NewTests + $"print('{this["printed"]}')\n")
            .Edit("calc.py", $"# {this["base"]}\ndef add(a, b):\n    return a + b  # {this["edit"]}\n");

    // Long enough that it is worth compressing.
    private static string Long(string line) => string.Concat(Enumerable.Repeat($"{line}\n", 500));
}
