using System.Text.Json;
using System.Text.Json.Nodes;
using Datacurve.Core;
using Datacurve.Server;
using Datacurve.Tests.Qa.Judges;
using Datacurve.Tests.Redaction;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>What lies in the trace is found and told; QA completes.</summary>
public sealed class FindingsTests
{
    [Fact]
    public async Task A_blob_that_nobody_uploaded_is_named_with_its_event()
    {
        await using var service = await QaService.StartAsync();
        var client = service.Trace();
        var recording = Recording.OfWrongSum();
        var traceId = await client.RecordAsync(recording);
        var absent = BlobId.Of("never uploaded"u8).ToString();
        await client.AppendAsync(
            traceId,
            TraceClient.Event(
                7,
                "terminal_output",
                new JsonObject { ["stream"] = "stdout", ["chunk_blob_id"] = absent }
            )
        );
        await client.FinalizeAsync(traceId, await client.UploadAsync(recording.FinalDiff()));

        var qa = Complete(await client.EndAsync(traceId));

        Assert.False(qa.GetProperty("schema_valid").GetBoolean());
        var finding = Assert.Single(qa.GetProperty("schema_findings").EnumerateArray());
        Assert.Equal(7, finding.GetProperty("seq").GetInt64());
        Assert.Equal("payload.chunk_blob_id", finding.GetProperty("field").GetString());
        Assert.Contains(absent, finding.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.True(qa.GetProperty("tests").GetProperty("final_passed").GetBoolean());
    }

    [Fact]
    public async Task A_final_diff_that_does_not_apply_is_not_reproducible()
    {
        await using var service = await QaService.StartAsync();
        var client = service.Trace();
        var traceId = await client.RecordAsync(Recording.OfWrongSum());
        var foreign = """
            --- a/calc.py
            +++ b/calc.py
            @@ -1,2 +1,2 @@
             def multiply(a, b):
            -    return a / b
            +    return a * b

            """;
        await client.FinalizeAsync(traceId, await client.UploadAsync(foreign));

        AssertNotReproducible(Complete(await client.EndAsync(traceId)), "does not apply");
    }

    [Fact]
    public async Task Without_a_final_diff_a_patch_that_does_not_apply_is_not_reproducible()
    {
        await using var service = await QaService.StartAsync();
        var client = service.Trace();
        // The second edit was made on a state that no edit leads to.
        var recording = Recording
            .WrongSum()
            .Edit("calc.py", "def add(a, b):\n    return a * b\n")
            .Edit("calc.py", "def add(a, b):\n    return a + b\n");
        var traceId = await client.RecordAsync(Recording.WrongSum());
        await client.UploadAsync(recording.Edits[1].Patch);
        await client.AppendAsync(traceId, TraceClient.Event(5, "file_edit", recording.Edits[1].Payload()));
        await client.FinalizeAsync(traceId);

        var qa = Complete(await client.EndAsync(traceId));

        AssertNotReproducible(qa, "seq 5");
        Assert.False(qa.GetProperty("schema_valid").GetBoolean());
    }

    [Fact]
    public async Task A_trace_without_a_base_is_not_reproducible()
    {
        await using var service = await QaService.StartAsync();

        var trace = await service.Trace().ProveAsync(Recording.OfWrongSum(), snapshot: false);

        AssertNotReproducible(Complete(trace), "neither a base snapshot nor a remote_url");
    }

    [Fact]
    public async Task A_wrong_hash_breaks_the_replay_at_its_event_and_not_the_tests()
    {
        await using var service = await QaService.StartAsync();

        var qa = Complete(await service.Trace().ProveAsync(Recording.OfWrongSum().WithWrongHash()));

        var replay = qa.GetProperty("replay");
        Assert.False(replay.GetProperty("exact").GetBoolean());
        Assert.Equal(3, replay.GetProperty("broken_at_seq").GetInt64());
        Assert.Equal(
            3,
            Assert.Single(qa.GetProperty("schema_findings").EnumerateArray()).GetProperty("seq").GetInt64()
        );
        Assert.True(qa.GetProperty("tests").GetProperty("final_passed").GetBoolean());
    }

    [Fact]
    public async Task What_a_setup_prints_is_redacted_where_it_is_told_as_the_reason()
    {
        await using var service = await QaService.StartAsync();
        var token = new Planted(7).GitHubToken();
        // Whole only where it is printed, so that nothing could be replaced before.
        var setup = $"printf %s '{token[..20]}'; echo '{token[20..]} was refused'; exit 3";

        var trace = await service
            .Trace()
            .ProveAsync(
                Recording.OfWrongSum(),
                body => body["environment"]!["test"]!["setup"] = new JsonArray(setup)
            );

        var reason = $"{Complete(trace).GetProperty("tests").GetProperty("outcome_reason")}";
        Assert.Contains("was refused", reason, StringComparison.Ordinal);
        Assert.Contains("REDACTED_github_pat_", reason, StringComparison.Ordinal);
        Assert.DoesNotContain(token, reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trace_without_a_fix_fails_and_is_complete()
    {
        await using var service = await QaService.StartAsync();

        var tests = Complete(await service.Trace().ProveAsync(Recording.WrongSum(), withDiff: false))
            .GetProperty("tests");

        Assert.Equal("failed", tests.GetProperty("outcome").GetString());
        Assert.False(tests.GetProperty("final_passed").GetBoolean());
        AssertRanNowhere(tests);
    }

    [Fact]
    public async Task A_fix_that_fails_its_tests_is_an_outcome()
    {
        await using var service = await QaService.StartAsync();
        var recording = Recording
            .WrongSum()
            .Edit("test_calc.py", Recording.NewTests)
            .Edit("calc.py", "def add(a, b):\n    return a * b\n");

        var qa = Complete(await service.Trace().ProveAsync(recording));

        Assert.Equal("failed", qa.GetProperty("tests").GetProperty("outcome").GetString());
        Assert.False(qa.GetProperty("tests").GetProperty("final_passed").GetBoolean());
        Assert.True(qa.GetProperty("replay").GetProperty("exact").GetBoolean());
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task A_model_is_asked_only_with_consent(bool consent, int calls)
    {
        await using var model = await ModelServer.StartAsync(
            ModelServer.OpenAi(ModelServer.Verdict(4).ToJsonString())
        );
        await using var service = await QaService.StartAsync(configure: options => Judged(options, model));

        var trace = await service
            .Trace()
            .ProveAsync(
                Recording.OfWrongSum(),
                body => body["developer"]!["consent_flags"] = new JsonObject { ["allow_llm_judge"] = consent }
            );

        var judge = Complete(trace).GetProperty("judge");
        Assert.Equal(calls, model.Requests.Count);
        Assert.Equal(consent ? "m" : "heuristic-2", judge.GetProperty("model").GetString());
    }

    internal static Options Judged(Options options, ModelServer model) =>
        options with
        {
            Judge = options.Judge with
            {
                Model = "m",
                OpenAiApiKey = "k",
                OpenAiBaseUrl = new Uri(model.Address, "/v1"),
            },
        };

    private static JsonElement Complete(JsonElement trace)
    {
        Assert.True(trace.GetProperty("status").GetString() == "complete", $"{trace.GetProperty("qa")}");
        return trace.GetProperty("qa");
    }

    private static void AssertNotReproducible(JsonElement qa, string reason)
    {
        var tests = qa.GetProperty("tests");
        Assert.Equal("not_reproducible", tests.GetProperty("outcome").GetString());
        Assert.Contains(reason, tests.GetProperty("outcome_reason").GetString(), StringComparison.Ordinal);
        Assert.False(tests.GetProperty("final_passed").GetBoolean());
        AssertRanNowhere(tests);
        Assert.Equal(JsonValueKind.Null, qa.GetProperty("error").ValueKind);
        Assert.Equal(JsonValueKind.Object, qa.GetProperty("judge").ValueKind);
    }

    private static void AssertRanNowhere(JsonElement tests) =>
        Assert.All(
            (string[])["container_image", "image_digest", "sandbox"],
            member => Assert.Equal(JsonValueKind.Null, tests.GetProperty(member).ValueKind)
        );
}
