using System.Net;
using System.Text.Json.Nodes;

namespace Datacurve.Tests.Api;

/// <summary>Each event type of the contract: what it needs, its defaults, and what it takes.</summary>
public abstract class EventTypesTests(ServiceUnderTest service)
{
    private readonly HttpClient _client = service.Client;

    /// <summary>Type, the members it needs, and the defaults that come back beside them.</summary>
    public static TheoryData<string, string, string> Types =>
        new()
        {
            {
                "file_edit",
                $$"""{"file_path":"a","edit_kind":"patch","patch_blob_id":"{{Wire.BlobOfHello}}"}""",
                """{"patch_format":"unified_diff"}"""
            },
            {
                "file_snapshot",
                $$"""{"file_path":"a","content_blob_id":"{{Wire.BlobOfHello}}","snapshot_reason":"pre_test"}""",
                "{}"
            },
            { "terminal_command", """{"cwd":"/","command":"ls"}""", """{"shell":"bash"}""" },
            {
                "terminal_output",
                $$"""{"stream":"stdout","chunk_blob_id":"{{Wire.BlobOfHello}}"}""",
                """{"is_truncated":false}"""
            },
            { "terminal_exit", """{"duration_ms":0}""", "{}" },
            {
                "test_run",
                """{"command":"pytest","runner":"pytest","exit_code":-1,"duration_ms":0,"passed":false}""",
                "{}"
            },
            {
                "thought",
                $$"""{"content_blob_id":"{{Wire.BlobOfHello}}","kind":"hypothesis"}""",
                """{"links_to":[]}"""
            },
            { "commit", """{"commit_sha":"abc","message":"m"}""", """{"parent_shas":[]}""" },
            { "pr_metadata", "{}", "{}" },
            { "error", """{"error_type":"E","message":"m"}""", "{}" },
            { "debug_action", """{"action":"step"}""", "{}" },
            { "navigation", """{"file_path":"a"}""", "{}" },
            { "recording_gap", """{"reason":"dropped"}""", "{}" },
        };

    [Theory]
    [MemberData(nameof(Types))]
    public async Task With_only_what_it_needs_a_type_comes_back_with_its_defaults(
        string type,
        string required,
        string defaults
    )
    {
        var sent = Wire.Event(1, type, JsonNode.Parse(required)!.AsObject());
        var traceId = await _client.OpenTraceAsync();

        var answer = await _client.AppendAsync(traceId, Wire.Batch(sent));

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        foreach (var (name, value) in JsonNode.Parse(defaults)!.AsObject())
            sent["payload"]![name] = value!.DeepClone();
        var stored = (await _client.GetTraceAsync(traceId))["events"]!.AsArray();
        Assert.Equal(sent.ToJsonString(), Assert.Single(stored)!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Each_member_that_a_type_needs_is_named_where_it_is_missing(
        string type,
        string required,
        string defaults
    )
    {
        Assert.NotEmpty(defaults);
        var traceId = await _client.OpenTraceAsync();
        foreach (var name in JsonNode.Parse(required)!.AsObject().Select(member => member.Key))
        {
            var payload = JsonNode.Parse(required)!.AsObject();
            payload.Remove(name);

            var answer = await _client.AppendAsync(traceId, Wire.Batch(Wire.Event(1, type, payload)));

            Assert.Equal($"events.0.payload.{name}", Assert.Single(answer.RefusedFields()));
        }
    }

    [Theory]
    [InlineData("file_edit", "edit_kind", "patch", "replace_range", "keystroke_batch")]
    [InlineData("file_edit", "patch_format", "unified_diff")]
    [InlineData("file_snapshot", "snapshot_reason", "pre_test", "post_test", "manual_checkpoint")]
    [InlineData("terminal_command", "shell", "bash", "zsh", "pwsh", "cmd", "fish", "sh")]
    [InlineData("terminal_output", "stream", "stdout", "stderr")]
    [InlineData("test_run", "runner", "pytest", "go test", "npm test", "make test", "custom")]
    [InlineData("thought", "kind", "hypothesis", "plan", "interpretation", "decision", "postmortem")]
    public async Task An_enum_takes_its_values_and_nothing_else(
        string type,
        string member,
        params string[] values
    )
    {
        var traceId = await _client.OpenTraceAsync();
        JsonObject With(string value, long seq)
        {
            var payload = JsonNode.Parse(Required(type))!.AsObject();
            payload[member] = value;
            return Wire.Event(seq, type, payload);
        }

        var taken = await _client.AppendAsync(traceId, Wire.Batch(values.Select((v, i) => With(v, i + 1))));
        var refused = await _client.AppendAsync(traceId, Wire.Batch(With(values[0].ToUpperInvariant(), 100)));

        Assert.Equal(HttpStatusCode.Accepted, taken.Status);
        Assert.Equal($"events.0.payload.{member}", Assert.Single(refused.RefusedFields()));
    }

    [Theory]
    [InlineData(
        "file_edit",
        """{"pre_hash":"p","post_hash":"q","reason_ref":"r","selection":{"start":[1,2],"end":[3,4]}}"""
    )]
    [InlineData("terminal_command", """{"env_hash":"e","is_unmarked_shell":true,"columns":80,"rows":24}""")]
    [InlineData("terminal_output", """{"offset_bytes":7,"timing":[[0,0],[3,250]]}""")]
    [InlineData("terminal_exit", """{"exit_code":130,"cwd":"/","output_bytes":12}""")]
    [InlineData("test_run", """{"report_blob_id":"BLOB"}""")]
    [InlineData("thought", """{"links_to":["a","b"]}""")]
    [InlineData("commit", """{"parent_shas":["a"]}""")]
    [InlineData("pr_metadata", """{"title":"t","description":"d","diff_blob_id":"BLOB","pr_url":"u"}""")]
    [InlineData("error", """{"stacktrace_blob_id":"BLOB"}""")]
    [InlineData("debug_action", """{"details":{"any":[{"thing":null}]}}""")]
    [InlineData("navigation", """{"symbol":"s","line":3}""")]
    [InlineData("recording_gap", """{"events":3,"edits":1}""")]
    public async Task Optional_members_come_back_as_sent_and_may_be_null(string type, string members)
    {
        var optional = JsonNode
            .Parse(members.Replace("BLOB", Wire.BlobOfHello, StringComparison.Ordinal))!
            .AsObject();
        var full = JsonNode.Parse(Required(type))!.AsObject();
        var empty = JsonNode.Parse(Required(type))!.AsObject();
        foreach (var (name, value) in optional)
        {
            full[name] = value!.DeepClone();
            // A list that has a default takes no null.
            if (name != "links_to" && name != "parent_shas")
                empty[name] = null;
        }

        var traceId = await _client.OpenTraceAsync();
        var batch = Wire.Batch(Wire.Event(1, type, full), Wire.Event(2, type, empty));
        var answer = await _client.AppendAsync(traceId, batch);

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        var payload = (await _client.GetTraceAsync(traceId))["events"]![0]!["payload"]!;
        Assert.All(
            optional,
            member => Assert.Equal(member.Value!.ToJsonString(), payload[member.Key]!.ToJsonString())
        );
    }

    [Theory]
    [InlineData("test_run")]
    [InlineData("terminal_exit")]
    public async Task An_exit_code_of_windows_is_kept(string type)
    {
        // Of an access violation; Windows has exit codes of 32 bits without a sign.
        const long accessViolation = 0xC0000005;
        var payload = JsonNode.Parse(Required(type))!.AsObject();
        payload["exit_code"] = accessViolation;
        var traceId = await _client.OpenTraceAsync();

        var answer = await _client.AppendAsync(traceId, Wire.Batch(Wire.Event(1, type, payload)));

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        var kept = (await _client.GetTraceAsync(traceId))["events"]![0]!["payload"]!["exit_code"]!;
        Assert.Equal(accessViolation, kept.GetValue<long>());
    }

    [Theory]
    [InlineData("file_edit", "patch_blob_id", "\"md5:0\"")]
    [InlineData("file_edit", "selection", "{\"start\":[1],\"end\":[1,2]}", "selection.start")]
    [InlineData("file_edit", "selection", "{\"start\":[1,2],\"end\":[1,2,3]}", "selection.end")]
    [InlineData("file_edit", "selection", "{\"start\":[1,2]}", "selection.end")]
    [InlineData("terminal_output", "is_truncated", "\"no\"")]
    [InlineData("terminal_command", "columns", "0")]
    [InlineData("terminal_output", "offset_bytes", "-1")]
    [InlineData("terminal_output", "timing", "[[0,\"x\"]]", "timing.0.1")]
    [InlineData("terminal_exit", "duration_ms", "-1")]
    [InlineData("test_run", "duration_ms", "-1")]
    [InlineData("test_run", "exit_code", "1.5")]
    [InlineData("test_run", "exit_code", "9223372036854775808")]
    [InlineData("test_run", "passed", "0")]
    [InlineData("thought", "links_to", "[7]", "links_to.0")]
    [InlineData("debug_action", "details", "[]")]
    [InlineData("navigation", "line", "\"3\"")]
    [InlineData("recording_gap", "reason", "\"bored\"")]
    public async Task A_wrong_payload_member_is_named(
        string type,
        string member,
        string json,
        string? field = null
    )
    {
        var payload = JsonNode.Parse(Required(type))!.AsObject();
        payload[member] = JsonNode.Parse(json);
        var traceId = await _client.OpenTraceAsync();

        var answer = await _client.AppendAsync(traceId, Wire.Batch(Wire.Event(1, type, payload)));

        Assert.Equal($"events.0.payload.{field ?? member}", Assert.Single(answer.RefusedFields()));
    }

    private static string Required(string type) =>
        Types.Select(row => row.Data).Single(row => row.Item1 == type).Item2;
}
