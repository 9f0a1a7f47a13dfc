using System.Text.Json;
using System.Text.Json.Nodes;
using Datacurve.Tests.Qa.Workspaces;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>Traces that hold together, through the whole pipeline.</summary>
public sealed class WholeTraceTests
{
    [Theory]
    [InlineData("local")]
    [InlineData("docker")]
    public async Task A_trace_with_its_base_and_diff_is_proven(string sandbox)
    {
        await using var service = await QaService.StartAsync(sandbox);

        var trace = await service.Trace().ProveAsync(Recording.OfWrongSum());

        var tests = AssertProven(trace);
        Assert.Equal(sandbox, tests.GetProperty("sandbox").GetString());
        // An image that was asked for and never ran is none.
        Assert.Equal(
            sandbox == "docker" ? QaService.Image : null,
            tests.GetProperty("container_image").GetString()
        );
        if (sandbox == "local")
            Assert.Matches(@"^\S+, python \d+\.\d+\.\d+", tests.GetProperty("machine").GetString());
        else
            Assert.Equal(JsonValueKind.Null, tests.GetProperty("machine").ValueKind);
        Assert.Equal(0, QaService.WorkspacesLeft(service.Folder));
    }

    [Fact]
    public async Task Every_member_that_clients_read_is_there_with_its_type()
    {
        await using var service = await QaService.StartAsync("docker");

        var qa = (await service.Trace().ProveAsync(Recording.OfWrongSum())).GetProperty("qa");

        Assert.Equal(JsonValueKind.True, qa.GetProperty("schema_valid").ValueKind);
        Assert.Equal(JsonValueKind.Null, qa.GetProperty("error").ValueKind);
        var tests = qa.GetProperty("tests");
        Assert.Equal("unittest", tests.GetProperty("runner").GetString());
        Assert.Equal(QaService.Image, tests.GetProperty("container_image").GetString());
        Assert.Equal(JsonValueKind.True, tests.GetProperty("final_passed").ValueKind);
        var invocations = tests.GetProperty("invocations").EnumerateArray().ToList();
        Assert.Equal(2, invocations.Count);
        Assert.All(invocations, invocation => AssertInvocation(invocation));
        AssertJudge(qa.GetProperty("judge"));
        var list = await service.Client.GetStringAsync("/traces", TestContext.Current.CancellationToken);
        var listed = JsonElement.Parse(list).GetProperty("traces")[0];
        Assert.Equal("heuristic-2", listed.GetProperty("judge").GetString());
        Assert.Equal("1.0", listed.GetProperty("rubric_version").GetString());
    }

    [Fact]
    public async Task Without_a_final_diff_the_replayed_edits_are_the_fix()
    {
        await using var service = await QaService.StartAsync();

        var trace = await service.Trace().ProveAsync(Recording.OfWrongSum(), withDiff: false);

        AssertProven(trace);
        var diff = trace.GetProperty("qa").GetProperty("final_diff_blob_id").GetString();
        var text = await service.Client.GetStringAsync(
            $"/blobs/{diff}",
            TestContext.Current.CancellationToken
        );
        Assert.Contains("+    return a + b", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_can_come_from_a_remote_at_a_commit()
    {
        using var bench = new QaBench();
        var recording = Recording.OfWrongSum();
        var (remote, commit) = bench.Repository(recording.Start);
        await using var service = await QaService.StartAsync();

        var trace = await service
            .Trace()
            .ProveAsync(
                recording,
                body =>
                    body["repo"] = new JsonObject
                    {
                        ["repo_id"] = "calc",
                        ["remote_url"] = remote,
                        ["commit_base"] = commit,
                    },
                snapshot: false
            );

        AssertProven(trace);
    }

    private static JsonElement AssertProven(JsonElement trace)
    {
        Assert.True(trace.GetProperty("status").GetString() == "complete", $"{trace.GetProperty("qa")}");
        var qa = trace.GetProperty("qa");
        Assert.True(qa.GetProperty("schema_valid").GetBoolean(), $"{qa}");
        Assert.True(qa.GetProperty("replay").GetProperty("exact").GetBoolean(), $"{qa}");
        var tests = qa.GetProperty("tests");
        Assert.True(tests.GetProperty("final_passed").GetBoolean(), $"{tests}");
        Assert.Contains(
            "test_two_numbers",
            Assert.Single(tests.GetProperty("fail_to_pass").EnumerateArray()).GetString()
        );
        return tests;
    }

    private static void AssertInvocation(JsonElement invocation)
    {
        Assert.NotEqual(Guid.Empty, invocation.GetProperty("invocation_id").GetGuid());
        Assert.True(invocation.GetProperty("ts_ms").GetInt64() > 1_600_000_000_000);
        Assert.Equal(Recording.Unittest, invocation.GetProperty("command").GetString());
        var passed = invocation.GetProperty("passed").GetBoolean();
        Assert.Equal(passed, invocation.GetProperty("exit_code").GetInt32() == 0);
        Assert.True(invocation.GetProperty("duration_ms").GetInt64() >= 0);
        foreach (var member in (string[])["report_blob_id", "stdout_blob_id", "stderr_blob_id"])
            Assert.True(
                invocation.GetProperty(member).ValueKind == JsonValueKind.Null
                    || invocation
                        .GetProperty(member)
                        .GetString()!
                        .StartsWith("sha256:", StringComparison.Ordinal)
            );
        Assert.NotEqual(JsonValueKind.Null, invocation.GetProperty("report_blob_id").ValueKind);
    }

    private static void AssertJudge(JsonElement judge)
    {
        Assert.Equal("heuristic-2", judge.GetProperty("model").GetString());
        Assert.Equal("1.0", judge.GetProperty("rubric_version").GetString());
        string[] dimensions =
        [
            "root_cause_identification",
            "plan_quality",
            "experiment_iterate_loop",
            "use_of_signals_tests_logs",
            "minimality_of_fix",
            "clarity",
        ];
        var scores = judge.GetProperty("scores");
        Assert.Equal(dimensions, scores.EnumerateObject().Select(score => score.Name));
        var all = scores.EnumerateObject().Select(score => score.Value.GetDecimal()).ToList();
        Assert.All(all, score => Assert.InRange(score, 0m, 5m));
        Assert.Equal(
            Math.Round(all.Sum() / 6, 1, MidpointRounding.AwayFromZero),
            judge.GetProperty("overall").GetDecimal()
        );
        Assert.StartsWith("sha256:", judge.GetProperty("rationale_blob_id").GetString());
        Assert.Equal(JsonValueKind.Array, judge.GetProperty("flags").ValueKind);
    }
}
