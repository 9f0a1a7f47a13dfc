using System.Net;
using System.Text.Json.Nodes;

namespace Datacurve.Tests.Api;

public abstract partial class RedactionTests
{
    [Fact]
    public async Task Two_members_that_redaction_would_name_alike_are_refused()
    {
        var token = _planted.GitHubToken();
        JsonObject Trace(string? other = null)
        {
            var body = Wire.NewTrace();
            body["ingestion"] = new JsonObject { ["mode"] = "incremental", [token] = 1 };
            if (other is not null)
                body["ingestion"]![other] = 2;
            return body;
        }
        var traceId = (await _client.PostAsync("/traces", Trace())).Json["trace_id"]!.GetValue<string>();
        var kept = (await _client.GetTraceAsync(traceId))["ingestion"]!.AsObject();
        var name = Assert
            .Single(kept, member => member.Key.StartsWith("REDACTED_github_pat_", StringComparison.Ordinal))
            .Key;

        var traces = await _client.PostAsync("/traces", Trace(name));
        var twice = Wire.Event(1);
        twice[token] = 1;
        twice[name] = 2;
        var events = await _client.PostAsync($"/traces/{traceId}/events", Wire.Batch(twice));

        traces.AssertProblem(HttpStatusCode.UnprocessableEntity);
        events.AssertProblem(HttpStatusCode.UnprocessableEntity);
        Assert.Empty((await _client.GetTraceAsync(traceId))["events"]!.AsArray());
    }
}
