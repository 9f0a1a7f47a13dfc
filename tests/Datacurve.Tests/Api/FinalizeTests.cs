using System.Net;
using System.Text.Json.Nodes;

namespace Datacurve.Tests.Api;

public abstract class FinalizeTests(ServiceUnderTest service)
{
    private readonly HttpClient _client = service.Client;

    [Fact]
    public async Task A_trace_goes_from_collecting_over_finalizing_to_an_end()
    {
        var traceId = await _client.OpenTraceAsync();
        await _client.AppendAsync(traceId, Wire.Batch(1, 2));
        var body = JsonNode.Parse(
            $$$"""
            {"final_state":{"commit_head":"h","pr":{"title":"t","description":"d",
              "diff_blob_id":"{{{Wire.BlobOfHello}}}","new":1},"new":[{}]}}
            """
        )!;

        var answer = await _client.PostAsync($"/traces/{traceId}/finalize", body);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(["trace_id", "status", "qa_job_id"], answer.Json.Select(member => member.Key));
        Assert.Equal(traceId, answer.Json["trace_id"]!.GetValue<string>());
        Assert.Equal("finalizing", answer.Json["status"]!.GetValue<string>());
        Assert.True(Guid.TryParseExact(answer.Json["qa_job_id"]!.GetValue<string>(), "D", out _));
        var trace = await _client.WaitForQaAsync(traceId);
        Assert.Equal(body["final_state"]!.ToJsonString(), trace["final_state"]!.ToJsonString());
        Assert.True(trace["finalized_at_ms"]!.GetValue<long>() >= trace["created_at_ms"]!.GetValue<long>());
        var qa = trace["qa"]!;
        Assert.Equal(answer.Json["qa_job_id"]!.GetValue<string>(), qa["qa_job_id"]!.GetValue<string>());
        // Nobody uploaded the diff.
        Assert.Contains("schema_valid", qa.AsObject().Select(member => member.Key));
        Assert.False(trace.ContainsKey("qa_progress"));
        Assert.Equal(2, trace["events"]!.AsArray().Count);
    }

    [Fact]
    public async Task Optional_members_of_the_final_state_are_null_where_absent()
    {
        var traceId = await _client.OpenTraceAsync();

        Assert.Equal(HttpStatusCode.OK, (await _client.FinalizeAsync(traceId)).Status);

        Assert.Equal(
            """{"commit_head":null,"pr":null}""",
            (await _client.GetTraceAsync(traceId))["final_state"]!.ToJsonString()
        );
    }

    [Theory]
    [InlineData("{}", "final_state")]
    [InlineData("{\"final_state\":null}", "final_state")]
    [InlineData("{\"final_state\":[]}", "final_state")]
    [InlineData("{\"final_state\":{\"commit_head\":7}}", "final_state.commit_head")]
    [InlineData("{\"final_state\":{\"pr\":{\"diff_blob_id\":\"x\"}}}", "final_state.pr.diff_blob_id")]
    public async Task A_wrong_final_state_is_refused_and_the_trace_goes_on_collecting(
        string body,
        string field
    )
    {
        var traceId = await _client.OpenTraceAsync();

        var answer = await _client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/finalize", Wire.Json(body));

        Assert.Equal(field, Assert.Single(answer.RefusedFields()));
        Assert.Equal(HttpStatusCode.Accepted, (await _client.AppendAsync(traceId, Wire.Batch(1, 1))).Status);
    }

    [Fact]
    public async Task After_the_finalize_new_events_and_a_second_finalize_are_conflicts()
    {
        var traceId = await _client.OpenTraceAsync();
        var batch = Wire.Batch(1, 3);
        await _client.AppendAsync(traceId, batch);
        await _client.FinalizeAsync(traceId);

        (await _client.AppendAsync(traceId, Wire.Batch(4, 1))).AssertProblem(HttpStatusCode.Conflict);
        (await _client.FinalizeAsync(traceId)).AssertProblem(HttpStatusCode.Conflict);
        await _client.WaitForQaAsync(traceId);
        (await _client.AppendAsync(traceId, Wire.Batch(4, 1))).AssertProblem(HttpStatusCode.Conflict);
        (await _client.FinalizeAsync(traceId)).AssertProblem(HttpStatusCode.Conflict);

        // A client that lost the answer before the finalize can still send again.
        var again = await _client.AppendAsync(traceId, batch);
        Assert.Equal("""{"accepted":3,"seq_high":3,"duplicates":3}""", again.Text);
    }

    [Fact]
    public async Task Qa_runs_again_on_request_and_every_run_is_listed_newest_first()
    {
        var traceId = await _client.OpenTraceAsync();
        (await _client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/qa")).AssertProblem(
            HttpStatusCode.Conflict
        );
        Assert.Equal("""{"qa_runs":[]}""", (await _client.GetAnswerAsync($"/traces/{traceId}/qa")).Text);
        var first = (await _client.FinalizeAsync(traceId)).Json["qa_job_id"]!.GetValue<string>();
        var ended = await _client.WaitForQaAsync(traceId);

        var answer = await _client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/qa");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(ended["status"]!.GetValue<string>(), answer.Json["status"]!.GetValue<string>());
        var second = answer.Json["qa_job_id"]!.GetValue<string>();
        JsonArray runs;
        do
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            runs = (await _client.GetAnswerAsync($"/traces/{traceId}/qa")).Json["qa_runs"]!.AsArray();
        } while (runs[0]!["finished_at_ms"] is null);
        Assert.Equal([second, first], runs.Select(run => run!["qa_job_id"]!.GetValue<string>()));
        Assert.Equal([2, 1], runs.Select(run => run!["number"]!.GetValue<int>()));
        Assert.All(runs, run => Assert.Contains(run!["state"]!.GetValue<string>(), EndStates));
        Assert.Equal(second, (await _client.GetTraceAsync(traceId))["qa"]!["qa_job_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_second_run_of_qa_while_one_is_open_is_a_conflict()
    {
        var traceId = await _client.OpenTraceAsync();
        await _client.FinalizeAsync(traceId);
        await _client.WaitForQaAsync(traceId);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => _client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/qa"))
        );

        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.Accepted);
        var open = answers.Count(answer => answer.Status == HttpStatusCode.Accepted);
        Assert.Equal(8 - open, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
        var runs = (await _client.GetAnswerAsync($"/traces/{traceId}/qa")).Json["qa_runs"]!.AsArray();
        Assert.Equal(1 + open, runs.Count);
    }

    private static readonly string[] EndStates = ["done", "failed"];
}
