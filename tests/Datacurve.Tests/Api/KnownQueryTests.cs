using System.Net;
using System.Text.Json.Nodes;

namespace Datacurve.Tests.Api;

/// <summary>
/// Every endpoint of the OpenAPI document, with a query that names what it does not take. The contract's own
/// take it, as they always did; each other says what it does take.
/// </summary>
public sealed class KnownQueryTests(ServiceUnderTest service) : IClassFixture<ServiceUnderTest>
{
    private static readonly HashSet<string> TakeAny = new(StringComparer.Ordinal)
    {
        "get /health",
        "head /health",
        "get /health/live",
        "head /health/live",
        "get /health/ready",
        "head /health/ready",
        "post /traces",
        "get /traces/{trace_id}",
        "post /traces/{trace_id}/events",
        "post /traces/{trace_id}/finalize",
        "post /blobs",
    };

    private readonly HttpClient _client = service.Client;

    [Fact]
    public async Task A_misspelt_filter_is_refused_with_those_that_there_are()
    {
        await _client.OpenTraceAsync();

        var answer = await _client.GetAnswerAsync("/traces?statuss=complete&limit=1");

        Assert.Equal(["statuss"], answer.RefusedFields());
        Assert.Equal(
            "statuss is no parameter of this path, which takes status, repo_id, developer_id, label, "
                + "created_after_ms, created_before_ms, overall_min, passed, cursor, limit",
            answer.Json["detail"]!.GetValue<string>()
        );
    }

    [Fact]
    public async Task What_an_endpoint_does_not_take_is_refused_by_all_but_the_contracts()
    {
        var traceId = await _client.OpenTraceAsync();
        var refused = new List<string>();
        foreach (var (name, operation) in await OperationsAsync())
        {
            var answer = await SendAsync(name, traceId, "misspelt=1&another=2");
            if (answer.Text.Contains("is no parameter", StringComparison.Ordinal))
            {
                Assert.Equal(["misspelt", "another"], answer.RefusedFields());
                var detail = answer.Json["detail"]!.GetValue<string>();
                Assert.All(
                    QueryOf(operation),
                    known => Assert.Contains(known, detail, StringComparison.Ordinal)
                );
                Assert.NotNull(operation["responses"]!["400"]);
                refused.Add(name);
            }
            else if (name.StartsWith("head", StringComparison.Ordinal) && (int)answer.Status == 400)
                refused.Add(name);
        }

        var all = (await OperationsAsync()).Select(operation => operation.Name);
        Assert.Equal(all.Except(TakeAny).Order(), refused.Order());
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAnswerAsync($"/traces/{traceId}")).Status);
    }

    [Fact]
    public async Task What_the_document_names_is_taken_in_any_case()
    {
        var traceId = await _client.OpenTraceAsync();
        // The stream has no end that could be waited for while the trace collects.
        await _client.FinalizeAsync(traceId);
        await _client.WaitForQaAsync(traceId);
        var asked = 0;
        foreach (var (name, operation) in await OperationsAsync())
        foreach (var parameter in QueryOf(operation))
        {
            if (name.StartsWith("delete", StringComparison.Ordinal))
                continue;
            var answer = await SendAsync(name, traceId, $"{parameter.ToUpperInvariant()}=1");
            Assert.DoesNotContain("is no parameter", answer.Text, StringComparison.Ordinal);
            asked++;
        }

        Assert.InRange(asked, 15, 100);
    }

    [Fact]
    public async Task An_erasure_with_a_misspelt_reason_does_not_begin()
    {
        var traceId = await _client.OpenTraceAsync();

        var answer = await _client.SendAsync(HttpMethod.Delete, $"/traces/{traceId}?reasn=legal_request");

        Assert.Equal(["reasn"], answer.RefusedFields());
        Assert.Equal(traceId, (await _client.GetTraceAsync(traceId))["trace_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_page_has_queries_of_its_own()
    {
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAnswerAsync("/openapi/v1.json?_=1")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAnswerAsync("/docs/?_=1")).Status);
    }

    private async Task<List<(string Name, JsonObject Operation)>> OperationsAsync()
    {
        var document = (await _client.GetAnswerAsync("/openapi/v1.json")).Json;
        return
        [
            .. from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            select ($"{operation.Key} {path.Key}", operation.Value!.AsObject()),
        ];
    }

    private static IEnumerable<string> QueryOf(JsonObject operation) =>
        from parameter in operation["parameters"]?.AsArray() ?? []
        where parameter["in"]!.GetValue<string>() == "query"
        select parameter["name"]!.GetValue<string>();

    private Task<Answer> SendAsync(string operation, string traceId, string query)
    {
        var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1]);
        return _client.SendAsync(
            new HttpMethod(method.ToUpperInvariant()),
            path.Replace("{trace_id}", traceId, StringComparison.Ordinal)
                .Replace("{blob_id}", Wire.BlobOfHello, StringComparison.Ordinal)
                .Replace("{key_id}", "0123456789ab", StringComparison.Ordinal) + $"?{query}",
            method is "post" or "put" ? Wire.Json("{}") : null
        );
    }
}
