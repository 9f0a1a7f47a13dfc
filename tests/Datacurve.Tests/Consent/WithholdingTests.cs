using System.Text;
using System.Text.Json.Nodes;
using Datacurve.Core;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;
using Datacurve.Core.Json;
using Datacurve.Core.Redaction;
using Datacurve.Core.Traces;

namespace Datacurve.Tests.Consent;

/// <summary>What is taken out of documents, and what stays.</summary>
public sealed class WithholdingTests
{
    private static readonly byte[] Key = new byte[32];
    private static readonly string Blob = BlobId.Of("some code"u8).ToString();
    private static readonly string Other = BlobId.Of("a thought"u8).ToString();

    private static readonly ConsentFlags NoCode = new() { StoreRawCode = false };
    private static readonly ConsentFlags NoOutput = new() { StoreTerminalOutput = false };

    [Fact]
    public void What_a_program_printed_becomes_a_hash_and_a_size()
    {
        var (withheld, _) = Withhold(
            NoOutput,
            Event("error", new() { ["error_type"] = "E", ["message"] = "größe \"x\"\n" })
        );

        var payload = withheld["payload"]!;
        Assert.Equal("E", Text(payload["error_type"]));
        Assert.Matches("^WITHHELD_output_[0-9a-f]{12}_12$", Text(payload["message"]));
    }

    [Fact]
    public void Another_key_gives_another_hash()
    {
        var sent = Event("error", new() { ["error_type"] = "E", ["message"] = "it broke" });
        var other = Enumerable.Repeat((byte)1, 32).ToArray();

        var one = Text(Withhold(NoOutput, sent).Json["payload"]!["message"]);
        var two = Text(Withhold(NoOutput, sent, other).Json["payload"]!["message"]);

        Assert.NotEqual(one, two);
        Assert.Equal(one, Text(Withhold(NoOutput, sent).Json["payload"]!["message"]));
    }

    [Fact]
    public void The_blobs_of_code_keep_their_names_and_are_told_and_hashes_of_files_stay()
    {
        var file = BlobId.Of("a file"u8);
        var payload = new JsonObject
        {
            ["file_path"] = "calc.py",
            ["edit_kind"] = "patch",
            ["patch_blob_id"] = Blob,
            ["pre_hash"] = file.Hash.ToUpperInvariant(),
            ["post_hash"] = "no hash at all",
            ["reason_ref"] = "because",
        };

        var (withheld, blobs) = Withhold(NoCode, Event("file_edit", payload));

        Assert.Equal("calc.py", Text(withheld["payload"]!["file_path"]));
        Assert.Equal("because", Text(withheld["payload"]!["reason_ref"]));
        Assert.Equal(Blob, Text(withheld["payload"]!["patch_blob_id"]));
        Assert.Equal(file.Hash.ToUpperInvariant(), Text(withheld["payload"]!["pre_hash"]));
        Assert.StartsWith(
            "WITHHELD_code_",
            Text(withheld["payload"]!["post_hash"]),
            StringComparison.Ordinal
        );
        Assert.Equal([Blob], blobs.Select(blob => blob.ToString()));
    }

    [Fact]
    public void A_thought_a_command_and_a_message_stay_as_they_are()
    {
        ConsentFlags nothing = new() { StoreRawCode = false, StoreTerminalOutput = false };
        JsonObject[] events =
        [
            Event("thought", new() { ["content_blob_id"] = Other, ["kind"] = "plan" }),
            Event("terminal_command", new() { ["cwd"] = "/src", ["command"] = "make" }),
            Event("commit", new() { ["commit_sha"] = new string('b', 40), ["message"] = "Fix it" }),
        ];

        foreach (var sent in events)
        {
            var (withheld, blobs) = Withhold(nothing, sent);
            Assert.Equal(sent.ToJsonString(), withheld.ToJsonString());
            Assert.Empty(blobs);
        }
    }

    [Fact]
    public void What_the_contract_does_not_know_goes_wherever_it_stands()
    {
        var sent = Event(
            "terminal_command",
            new()
            {
                ["cwd"] = "/",
                ["command"] = "ls",
                ["ast"] = "x = 1",
            }
        );
        sent["deep"] = new JsonArray("x = 1", 7);
        sent["context"] = new JsonObject
        {
            ["branch"] = "main",
            ["\"odd\" näme"] = new JsonObject { ["x"] = 1 },
            ["count"] = 7,
        };

        foreach (var flags in (ConsentFlags[])[NoCode, NoOutput])
        {
            var (withheld, _) = Withhold(flags, sent);
            const string Unknown = "^WITHHELD_unknown_[0-9a-f]{12}_[0-9]+$";
            Assert.Matches(Unknown, Text(withheld["payload"]!["ast"]));
            Assert.Matches(Unknown, Text(Assert.Single(withheld["deep"]!.AsArray())));
            Assert.Matches(Unknown, Text(withheld["context"]!["\"odd\" näme"]!["withheld"]));
            Assert.Equal("main", Text(withheld["context"]!["branch"]));
            Assert.Equal(7, withheld["context"]!["count"]!.GetValue<int>());
        }
    }

    [Fact]
    public void What_a_recorder_withheld_is_left_alone_by_the_redaction()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var cleanser = new Cleanser(RuleSet.Default, Key);
        var events = Enumerable
            .Range(0, 3000)
            .Select(length =>
            {
                var content = new byte[length];
                random.NextBytes(content);
                var message = WithheldText.Of(ContentKind.Output, content, Key);
                return Event("error", new() { ["error_type"] = "E", ["message"] = message }).ToJsonString();
            });

        foreach (var sent in events)
            Assert.Equal(
                sent,
                Encoding.UTF8.GetString(
                    cleanser.Document(Encoding.UTF8.GetBytes(sent), cleanser.NewReport()).Span
                )
            );
    }

    [Fact]
    public void Withholding_again_changes_nothing_and_what_is_left_is_valid()
    {
        var details = new JsonObject { ["locals"] = new JsonObject { ["x"] = 41 } };
        var sent = Event("debug_action", new() { ["action"] = "watch", ["details"] = details });
        sent["unknown"] = new JsonArray("some text");

        var once = Apply(NoCode, sent, Key).Json;
        var twice = new Withholding(NoCode, Key, EventCatalog.Contract).Event(once).Json;

        Assert.Equal(Encoding.UTF8.GetString(once.Span), Encoding.UTF8.GetString(twice.Span));
        Assert.DoesNotContain("41", Encoding.UTF8.GetString(once.Span), StringComparison.Ordinal);
        Assert.Empty(ShapeValidator.Validate(once, EventCatalog.Contract.EventShape).Errors);
    }

    [Fact]
    public void The_blobs_that_a_trace_and_its_end_name_are_told_wherever_they_stand()
    {
        var trace = $$"""
            {"repo":{"repo_id":"r","commit_base":"abc"},
             "task":{"bug_report":{"title":"t","description":"see {{Other}}"} },
             "developer":{"developer_id":"dev"},"environment":{"ide":{"name":"vim"} },
             "artifacts":{"base_snapshot_blob_id":"{{Blob}}","casts":[{"blob":"{{Other}}"}]} }
            """;
        var final =
            $$"""{"final_state":{"pr":{"title":"t","diff_blob_id":"{{Blob}}","lines":["x = 1"]} } }""";
        var withholding = new Withholding(NoCode, Key, EventCatalog.Contract);

        var opened = withholding.NewTrace(Encoding.UTF8.GetBytes(trace));
        var ended = withholding.Finalize(Encoding.UTF8.GetBytes(final));

        Assert.Equal([Blob, Other], opened.Select(blob => blob.ToString()));
        Assert.Equal([Blob], ended.Blobs.Select(blob => blob.ToString()));
        var pullRequest = JsonNode.Parse(ended.Json.Span)!["final_state"]!["pr"]!;
        Assert.Equal("t", Text(pullRequest["title"]));
        Assert.Equal(Blob, Text(pullRequest["diff_blob_id"]));
        Assert.StartsWith(
            "WITHHELD_",
            Text(Assert.Single(pullRequest["lines"]!.AsArray())),
            StringComparison.Ordinal
        );
    }

    private static JsonObject Event(string type, JsonObject payload) =>
        new()
        {
            ["payload"] = payload,
            ["seq"] = 1,
            ["ts_ms"] = 1,
            ["actor"] = new JsonObject { ["kind"] = "human" },
            ["type"] = type,
        };

    private static (JsonNode Json, IReadOnlyCollection<BlobId> Blobs) Withhold(
        ConsentFlags consent,
        JsonObject sent,
        byte[]? key = null
    )
    {
        var withheld = Apply(consent, sent, key ?? Key);
        return (JsonNode.Parse(withheld.Json.Span)!, withheld.Blobs);
    }

    private static WithheldDocument Apply(ConsentFlags consent, JsonObject sent, byte[] key) =>
        new Withholding(consent, key, EventCatalog.Contract).Event(
            Encoding.UTF8.GetBytes(sent.ToJsonString())
        );

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}
