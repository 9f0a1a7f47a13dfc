using System.Text.Json;
using System.Text.Json.Nodes;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>What a client sees while QA runs, and how the trace says that its tests are run.</summary>
public sealed class ProgressTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task QA_under_way_shows_its_step_and_what_it_does()
    {
        await using var service = await QaService.StartAsync();
        var client = service.Trace();
        var traceId = await client.RecordAsync(
            Recording.OfWrongSum(),
            body => body["environment"]!["test"]!["command"] = $"sleep 1 && {Recording.Unittest}"
        );
        var job = await client.FinalizeAsync(traceId);

        var before = await client.ReachAsync(
            traceId,
            "run_tests",
            "running the tests without the fix (1 of 1)"
        );
        await client.ReachAsync(traceId, "run_tests", "running the tests with the fix (1 of 1)");
        var after = await client.EndAsync(traceId);

        Assert.Equal("finalizing", before.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, before.GetProperty("qa").ValueKind);
        Assert.Equal(job, before.GetProperty("qa_progress").GetProperty("qa_job_id").GetString());
        Assert.Equal(1, before.GetProperty("qa_progress").GetProperty("attempts").GetInt32());
        Assert.Equal("complete", after.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Setup_runs_once_for_traces_that_ask_for_the_same()
    {
        await using var service = await QaService.StartAsync();
        var setup = "date +%s%N >stamp";

        var first = await PrintedAsync();
        var second = await PrintedAsync();

        Assert.Matches("^[0-9]{19}\n$", first);
        Assert.Equal(first, second);

        async Task<string> PrintedAsync()
        {
            var trace = await service
                .Trace()
                .ProveAsync(
                    Recording.OfWrongSum(),
                    body =>
                    {
                        body["environment"]!["test"]!["setup"] = new JsonArray(setup);
                        body["environment"]!["test"]!["command"] = $"cat stamp && {Recording.Unittest}";
                    }
                );
            var tests = trace.GetProperty("qa").GetProperty("tests");
            Assert.True(tests.GetProperty("final_passed").GetBoolean(), $"{tests}");
            var stdout = tests.GetProperty("invocations")[1].GetProperty("stdout_blob_id").GetString();
            return await service.Client.GetStringAsync($"/blobs/{stdout}", Ct);
        }
    }

    [Fact]
    public async Task The_trace_may_ask_for_less_time()
    {
        await using var service = await QaService.StartAsync();

        var trace = await service
            .Trace()
            .ProveAsync(
                Recording.OfWrongSum(),
                body =>
                {
                    body["environment"]!["test"]!["command"] = "sleep 60";
                    body["environment"]!["test"]!["timeout_seconds"] = 1;
                }
            );

        var tests = trace.GetProperty("qa").GetProperty("tests");
        Assert.Equal("complete", trace.GetProperty("status").GetString());
        Assert.False(tests.GetProperty("final_passed").GetBoolean());
        Assert.All(
            tests.GetProperty("invocations").EnumerateArray(),
            invocation => Assert.True(invocation.GetProperty("timed_out").GetBoolean())
        );
    }

    [Fact]
    public async Task A_setup_that_fails_is_a_finding_about_the_trace()
    {
        await using var service = await QaService.StartAsync();

        var trace = await service
            .Trace()
            .ProveAsync(
                Recording.OfWrongSum(),
                body => body["environment"]!["test"]!["setup"] = new JsonArray("echo no such package; exit 3")
            );

        var tests = trace.GetProperty("qa").GetProperty("tests");
        Assert.Equal("not_reproducible", tests.GetProperty("outcome").GetString());
        Assert.Contains(
            "no such package",
            tests.GetProperty("outcome_reason").GetString(),
            StringComparison.Ordinal
        );
    }
}
