using System.Net;
using System.Text.Json.Nodes;

namespace Datacurve.Tests.Api;

public abstract class GetTraceTests(ServiceUnderTest service)
{
    private readonly HttpClient _client = service.Client;

    [Theory]
    [InlineData("", 2, true)]
    [InlineData("?include_events=true&include_qa=true", 2, true)]
    [InlineData("?include_events=false", 0, true)]
    [InlineData("?include_events=False", 0, true)]
    [InlineData("?include_events=0", 0, true)]
    [InlineData("?include_events=1&include_qa=1", 2, true)]
    [InlineData("?include_qa=false", 2, false)]
    [InlineData("?include_qa=0", 2, false)]
    [InlineData("?include_events=false&include_something=else&_=17", 0, true)]
    [InlineData("?include_events=false&include_qa=false", 0, false)]
    public async Task Events_and_qa_are_included_unless_they_are_declined(string query, int events, bool qa)
    {
        var traceId = await _client.OpenTraceAsync();
        await _client.AppendAsync(traceId, Wire.Batch(1, 2));
        await _client.FinalizeAsync(traceId);
        await _client.WaitForQaAsync(traceId);

        var answer = await _client.GetAnswerAsync($"/traces/{traceId}{query}");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("application/json", answer.MediaType);
        Assert.Equal(events, answer.Json["events"]!.AsArray().Count);
        Assert.Equal(qa, answer.Json["qa"] is JsonObject);
    }

    [Theory]
    [InlineData("include_events")]
    [InlineData("include_qa")]
    public async Task A_flag_that_is_none_is_named(string flag)
    {
        var answer = await _client.GetAnswerAsync($"/traces/{await _client.OpenTraceAsync()}?{flag}=perhaps");

        Assert.Equal(flag, Assert.Single(answer.RefusedFields()));
        Assert.Equal("perhaps", answer.Json["errors"]![0]!["value"]!.GetValue<string>());
    }

    [Fact]
    public async Task Progress_is_shown_while_qa_is_under_way()
    {
        var traceId = await _client.OpenTraceAsync();
        var job = (await _client.FinalizeAsync(traceId)).Json["qa_job_id"]!.GetValue<string>();

        var trace = await _client.GetTraceAsync(traceId);

        if (trace["status"]!.GetValue<string>() == "finalizing")
        {
            Assert.Null(trace["qa"]);
            var progress = trace["qa_progress"]!;
            Assert.Equal(job, progress["qa_job_id"]!.GetValue<string>());
            Assert.Contains(progress["step"]!.GetValue<string>(), Steps);
            Assert.True(progress["attempts"]!.GetValue<int>() >= 0);
            Assert.True(progress.AsObject().ContainsKey("message"));
        }

        Assert.False((await _client.WaitForQaAsync(traceId)).ContainsKey("qa_progress"));
    }

    private static readonly string[] Steps = ["run_tests", "run_judge", "finalize_qa"];
}
