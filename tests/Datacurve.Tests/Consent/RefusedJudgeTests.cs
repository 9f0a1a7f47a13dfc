using System.Text.Json;
using System.Text.Json.Nodes;
using Datacurve.Tests.Api;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Erasing;
using Datacurve.Tests.Qa.Judges;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Consent;

/// <summary>A developer refuses a judge, or every judge, and the trace is proved all the same.</summary>
public sealed class RefusedJudgeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task A_trace_that_nobody_may_judge_completes_without_a_verdict(string engine)
    {
        await using var model = await ModelServer.StartAsync(
            ModelServer.OpenAi(ModelServer.Verdict(4).ToJsonString())
        );
        await using var rig = await ErasureRig.StartAsync(engine, "files", model);
        var client = new TraceClient(rig.Client);

        var trace = await client.ProveAsync(Recording.OfWrongSum(), Refuse("llm", "heuristic"));
        var traceId = trace.GetProperty("trace_id").GetString()!;
        var judged = await client.ProveAsync(Recording.OfWrongSum());

        AssertProvedAndNotJudged(trace);
        await AssertListedAsync(
            rig.Client,
            "passed=true",
            traceId,
            judged.GetProperty("trace_id").GetString()!
        );
        await AssertListedAsync(rig.Client, "overall_min=0", judged.GetProperty("trace_id").GetString()!);
        await client.RerunAsync(traceId);
        AssertProvedAndNotJudged(await client.EndAsync(traceId));
        Assert.All(
            await client.RunsAsync(traceId),
            run => Assert.True(run.GetProperty("qa").GetProperty("judge_refused").GetBoolean())
        );
        // The other trace's call alone.
        Assert.Single(model.Requests);
        await AssertShownAsync(rig.Client.BaseAddress!, traceId);
        await rig.SealedAsync(traceId);
        Assert.Empty(await rig.FsckAsync());
        Assert.DoesNotContain(
            "heuristic-2",
            (await client.TraceAsync(traceId)).ToString(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task Where_the_one_judge_that_there_is_is_refused_nobody_judges(string engine)
    {
        await using var rig = await ErasureRig.StartAsync(engine, "files");

        var trace = await new TraceClient(rig.Client).ProveAsync(Recording.OfWrongSum(), Refuse("heuristic"));

        AssertProvedAndNotJudged(trace);
    }

    [Fact]
    public async Task A_model_that_is_allowed_judges_without_the_measures_that_are_refused()
    {
        await using var model = await ModelServer.StartAsync(
            ModelServer.OpenAi(ModelServer.Verdict(4).ToJsonString())
        );
        await using var rig = await ErasureRig.StartAsync("sqlite", "files", model);

        var trace = await new TraceClient(rig.Client).ProveAsync(Recording.OfWrongSum(), Refuse("heuristic"));

        var qa = trace.GetProperty("qa");
        Assert.False(qa.GetProperty("judge_refused").GetBoolean());
        Assert.Equal(4.0, qa.GetProperty("judge").GetProperty("overall").GetDouble());
        Assert.Equal(JsonValueKind.Null, qa.GetProperty("judge").GetProperty("cross_check").ValueKind);
    }

    private static Action<JsonObject> Refuse(params string[] judges) =>
        body =>
            body["developer"]!["consent_flags"] = new JsonObject(
                judges.Select(judge => KeyValuePair.Create<string, JsonNode?>($"allow_{judge}_judge", false))
            );

    private static void AssertProvedAndNotJudged(JsonElement trace)
    {
        var qa = trace.GetProperty("qa");
        Assert.True(trace.GetProperty("status").GetString() == "complete", $"{qa}");
        Assert.Equal(JsonValueKind.Null, qa.GetProperty("error").ValueKind);
        Assert.True(qa.GetProperty("tests").GetProperty("final_passed").GetBoolean());
        Assert.True(qa.GetProperty("replay").GetProperty("exact").GetBoolean());
        Assert.Equal(JsonValueKind.Null, qa.GetProperty("judge").ValueKind);
        Assert.True(qa.GetProperty("judge_refused").GetBoolean());
    }

    private static async Task AssertListedAsync(HttpClient client, string query, params string[] traceIds)
    {
        var listed = (await client.GetAnswerAsync($"/traces?{query}")).Json["traces"]!.AsArray();
        Assert.Equal(
            traceIds.Order(),
            listed.Select(trace => trace!["trace_id"]!.GetValue<string>()).Order()
        );
    }

    private static async Task AssertShownAsync(Uri service, string traceId)
    {
        var shown = await DatacurveTool.RunAsync("show", traceId, "--url", service.ToString());
        var listed = await DatacurveTool.RunAsync("list", "--url", service.ToString());

        Assert.Equal((0, 0), (shown.ExitCode, listed.ExitCode));
        Assert.Contains(
            "none: the developer refuses to be judged",
            shown.StdoutText,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("Overall", shown.StdoutText, StringComparison.Ordinal);
        var line = listed
            .StdoutText.Split('\n')
            .Single(text => text.StartsWith(traceId, StringComparison.Ordinal));
        Assert.Equal("-", line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4]);
    }
}
