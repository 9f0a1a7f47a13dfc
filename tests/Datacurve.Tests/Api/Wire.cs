using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Datacurve.Tests.Api;

/// <summary>
/// The contract as a client speaks it: JSON by hand, so that no code of the service helps the tests.
/// </summary>
internal static class Wire
{
    public const string BlobOfHello =
        "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    public static JsonObject NewTrace() =>
        new()
        {
            ["repo"] = new JsonObject { ["repo_id"] = "r", ["commit_base"] = "c0ffee" },
            ["task"] = new JsonObject
            {
                ["bug_report"] = new JsonObject { ["title"] = "t", ["description"] = "d" },
            },
            ["developer"] = new JsonObject { ["developer_id"] = "dev" },
            ["environment"] = new JsonObject { ["ide"] = new JsonObject { ["name"] = "vim" } },
        };

    /// <summary>A valid event with an id of its own.</summary>
    public static JsonObject Event(long seq, string? filePath = null) =>
        Event(seq, "navigation", new JsonObject { ["file_path"] = filePath ?? $"src/{seq}.py" });

    public static JsonObject Event(long seq, string type, JsonObject payload) =>
        new()
        {
            ["event_id"] = Guid.NewGuid().ToString(),
            ["seq"] = seq,
            ["ts_ms"] = 1_700_000_000_000,
            ["type"] = type,
            ["actor"] = new JsonObject { ["kind"] = "human" },
            ["payload"] = payload,
        };

    public static JsonObject Batch(params IEnumerable<JsonObject> events) =>
        new() { ["events"] = new JsonArray([.. events.Select(sent => sent.DeepClone())]) };

    public static JsonObject Batch(long first, int count) =>
        Batch(Enumerable.Range(0, count).Select(i => Event(first + i)));

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    public static ByteArrayContent Json(byte[] json) =>
        new(json) { Headers = { ContentType = new("application/json") } };

    public static StringContent Lines(string lines) => new(lines, Encoding.UTF8, "application/x-ndjson");

    public static async Task<Answer> SendAsync(
        this HttpClient client,
        HttpMethod method,
        string path,
        HttpContent? content = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return new Answer(
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            body,
            response.Headers
        );
    }

    public static Task<Answer> PostAsync(this HttpClient client, string path, JsonNode body) =>
        client.SendAsync(HttpMethod.Post, path, Json(body.ToJsonString()));

    public static Task<Answer> GetAnswerAsync(this HttpClient client, string path) =>
        client.SendAsync(HttpMethod.Get, path);

    public static async Task<string> OpenTraceAsync(this HttpClient client, JsonObject? trace = null)
    {
        var answer = await client.PostAsync("/traces", trace ?? NewTrace());
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return answer.Json["trace_id"]!.GetValue<string>();
    }

    public static Task<Answer> AppendAsync(this HttpClient client, string traceId, JsonNode batch) =>
        client.PostAsync($"/traces/{traceId}/events", batch);

    public static Task<Answer> FinalizeAsync(this HttpClient client, string traceId) =>
        client.PostAsync(
            $"/traces/{traceId}/finalize",
            new JsonObject { ["final_state"] = new JsonObject() }
        );

    public static async Task<JsonObject> GetTraceAsync(this HttpClient client, string traceId)
    {
        var answer = await client.GetAnswerAsync($"/traces/{traceId}");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json;
    }

    public static Task<Answer> UploadAsync(this HttpClient client, byte[] content, string part = "file") =>
        client.SendAsync(
            HttpMethod.Post,
            "/blobs",
            new MultipartFormDataContent { { new ByteArrayContent(content), part, "blob.bin" } }
        );

    /// <summary>Waits until QA has ended, however it ended.</summary>
    public static async Task<JsonObject> WaitForQaAsync(this HttpClient client, string traceId)
    {
        while (true)
        {
            var trace = await client.GetTraceAsync(traceId);
            if (trace["status"]!.GetValue<string>() is "complete" or "failed")
                return trace;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}

/// <summary>What came back.</summary>
internal sealed record Answer(
    HttpStatusCode Status,
    string? MediaType,
    byte[] Body,
    System.Net.Http.Headers.HttpResponseHeaders Headers
)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The fields that a 400 names, after its form has been checked.</summary>
    public IReadOnlyList<string> RefusedFields()
    {
        AssertProblem(HttpStatusCode.BadRequest);
        var errors = Json["errors"]!.AsArray();
        Assert.All(
            errors,
            error =>
            {
                Assert.NotEmpty(error!["message"]!.GetValue<string>());
                Assert.True(error.AsObject().ContainsKey("value"));
                Assert.InRange(error["value"]?.GetValue<string>().Length ?? 0, 0, 100);
            }
        );
        return [.. errors.Select(error => error!["field"]!.GetValue<string>())];
    }

    /// <summary>Checks the members that every problem has.</summary>
    public JsonObject AssertProblem(HttpStatusCode status)
    {
        Assert.True(status == Status, $"expected {status}, was {Status}: {Text}");
        Assert.Equal("application/problem+json", MediaType);
        var problem = Json;
        Assert.Equal((int)status, problem["status"]!.GetValue<int>());
        Assert.NotEmpty(problem["type"]!.GetValue<string>());
        Assert.NotEmpty(problem["title"]!.GetValue<string>());
        Assert.NotEmpty(problem["detail"]!.GetValue<string>());
        if (status == HttpStatusCode.BadRequest)
            Assert.NotEmpty(problem["errors"]!.AsArray());
        Assert.NotEmpty(Assert.Single(Headers.GetValues("X-Request-Id")));
        Assert.Equal("nosniff", Assert.Single(Headers.GetValues("X-Content-Type-Options")));
        Assert.Single(Headers.GetValues("Content-Security-Policy"));
        return problem;
    }
}
