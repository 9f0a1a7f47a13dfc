using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Api;

public abstract class ListTracesTests(ServiceUnderTest service)
{
    private readonly HttpClient _client = service.Client;

    private async Task<string> OpenAsync(string repo, string developer = "dev", params string[] labels)
    {
        var trace = Wire.NewTrace();
        trace["repo"]!["repo_id"] = repo;
        trace["developer"]!["developer_id"] = developer;
        trace["task"]!["labels"] = new JsonArray([.. labels.Select(label => (JsonNode)label)]);
        return await _client.OpenTraceAsync(trace);
    }

    private async Task<(List<string> TraceIds, string? Next)> ListAsync(string query)
    {
        var list = (await _client.GetAnswerAsync($"/traces?{query}")).Json;
        return (
            [.. list["traces"]!.AsArray().Select(trace => trace!["trace_id"]!.GetValue<string>())],
            list["next_cursor"]?.GetValue<string>()
        );
    }

    /// <summary>What QA would have found, put into the row, so that filters have something to find.</summary>
    private Task JudgeAsync(string traceId, double overall, bool passed) =>
        service
            .Services.GetRequiredService<Database>()
            .WriteAsync(
                connection =>
                    connection.ExecuteAsync(
                        "update traces set overall = @overall, passed = @passed, status = 'complete' where trace_id = @id",
                        new
                        {
                            overall,
                            passed = passed ? 1 : 0,
                            id = TraceId.TryParse(traceId, out var id) ? id.Stored() : [],
                        }
                    ),
                CancellationToken.None
            );

    [Fact]
    public async Task A_trace_is_listed_by_what_it_is_about()
    {
        var traceId = await OpenAsync("listed", "who", "b", "a");
        await _client.AppendAsync(traceId, Wire.Batch(1, 2));

        var listed = (await _client.GetAnswerAsync("/traces?repo_id=listed")).Json["traces"]![0]!.AsObject();

        listed["created_at_ms"] = 0;
        Assert.Equal(
            $$"""
            {"trace_id":"{{traceId}}","created_at_ms":0,"finalized_at_ms":null,"status":"collecting","repo_id":"listed","developer_id":"who","title":"t","labels":["b","a"],"seq_last":2,"overall":null,"passed":null,"judge":null,"rubric_version":null}
            """,
            listed.ToJsonString()
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(200)]
    public async Task Pages_give_every_trace_once_newest_first(int limit)
    {
        var repo = $"paged-{limit}";
        var opened = new List<string>();
        for (var i = 0; i < 5; i++)
            opened.Add(await OpenAsync(repo));

        var listed = new List<string>();
        string? cursor = null;
        do
        {
            var page = await ListAsync($"repo_id={repo}&limit={limit}&cursor={cursor}");
            Assert.InRange(page.TraceIds.Count, 1, limit);
            listed.AddRange(page.TraceIds);
            cursor = page.Next;
        } while (cursor is not null);

        Assert.Equal(opened.Order(), listed.Order());
        Assert.Equal(5, listed.Distinct().Count());
        var created = new List<long>();
        foreach (var traceId in listed)
            created.Add((await _client.GetTraceAsync(traceId))["created_at_ms"]!.GetValue<long>());
        Assert.Equal(created.OrderDescending(), created);
    }

    [Fact]
    public async Task Filters_find_what_they_name()
    {
        var one = await OpenAsync("filtered", "ann", "x");
        var two = await OpenAsync("filtered", "bob", "x", "y");
        await JudgeAsync(one, 4.5, passed: true);
        await JudgeAsync(two, 2.0, passed: false);
        var open = await OpenAsync("filtered", "ann");
        var createdMs = (await _client.GetTraceAsync(one))["created_at_ms"]!.GetValue<long>();

        async Task AssertFoundAsync(string query, params string[] expected) =>
            Assert.Equal(expected.Order(), (await ListAsync($"repo_id=filtered&{query}")).TraceIds.Order());

        await AssertFoundAsync("", one, two, open);
        await AssertFoundAsync("developer_id=ann", one, open);
        await AssertFoundAsync("label=x", one, two);
        await AssertFoundAsync("label=y", two);
        await AssertFoundAsync("label=z");
        await AssertFoundAsync("status=complete", one, two);
        await AssertFoundAsync("status=collecting", open);
        await AssertFoundAsync("overall_min=2", one, two);
        await AssertFoundAsync("overall_min=2.1", one);
        await AssertFoundAsync("passed=true", one);
        await AssertFoundAsync("passed=false", two);
        await AssertFoundAsync("passed=1", one);
        await AssertFoundAsync("passed=0", two);
        await AssertFoundAsync($"created_before_ms={createdMs}");
        await AssertFoundAsync($"created_after_ms={createdMs}", one, two, open);
        await AssertFoundAsync("label=x&developer_id=bob&passed=false&status=complete&overall_min=1", two);
    }

    [Fact]
    public async Task What_redaction_replaced_is_found_by_what_was_sent_and_by_what_is_kept()
    {
        var (repo, label) = (NewToken(), $"for {NewToken()} and ada@analytical-engine.net");
        var developer = $"ada@analytical-engine.net {NewToken()}";
        var traceId = await OpenAsync(repo, developer, label);
        var other = await OpenAsync("other", "ada@analytical-engine.net", "other");
        var kept = await _client.GetTraceAsync(traceId);
        var keptLabel = kept["task"]!["labels"]![0]!.GetValue<string>();
        var keptRepo = kept["repo"]!["repo_id"]!.GetValue<string>();
        var keptDeveloper = kept["developer"]!["developer_id"]!.GetValue<string>();
        Assert.NotEqual((repo, developer, label), (keptRepo, keptDeveloper, keptLabel));

        foreach (
            var (filter, value) in (IEnumerable<(string, string)>)
                [
                    ("repo_id", repo),
                    ("repo_id", keptRepo),
                    ("developer_id", developer),
                    ("developer_id", keptDeveloper),
                    ("label", label),
                    ("label", keptLabel),
                ]
        )
            Assert.Equal([traceId], (await ListAsync($"{filter}={Uri.EscapeDataString(value)}")).TraceIds);
        Assert.Contains(other, (await ListAsync("developer_id=ada@analytical-engine.net")).TraceIds);

        static string NewToken() => $"ghp_{RandomNumberGenerator.GetHexString(36, lowercase: true)}";
    }

    [Theory]
    [InlineData("status=open", "status")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("cursor=!", "cursor")]
    [InlineData("cursor=AAAA", "cursor")]
    [InlineData("passed=maybe", "passed")]
    [InlineData("overall_min=high", "overall_min")]
    [InlineData("overall_min=NaN", "overall_min")]
    [InlineData("overall_min=1e400", "overall_min")]
    [InlineData("created_after_ms=today", "created_after_ms")]
    [InlineData("created_before_ms=9223372036854775808", "created_before_ms")]
    public async Task A_filter_that_is_none_is_named(string query, string field) =>
        Assert.Equal(
            field,
            Assert.Single((await _client.GetAnswerAsync($"/traces?{query}")).RefusedFields())
        );

    [Theory]
    [InlineData("limit=many", "limit must be an integer of 32 bits")]
    [InlineData("passed=maybe", "passed must be true or false")]
    [InlineData("overall_min=high", "overall_min must be a number")]
    [InlineData("created_after_ms=today", "created_after_ms must be an integer of 64 bits")]
    public async Task A_filter_says_what_it_takes(string query, string detail)
    {
        var answer = await _client.GetAnswerAsync($"/traces?{query}");

        Assert.Equal(detail, answer.AssertProblem(HttpStatusCode.BadRequest)["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task Every_filter_that_is_none_is_named_at_once()
    {
        var refused = await _client.GetAnswerAsync("/traces?limit=many&limits=1&passed=maybe&LABEL=x");

        Assert.Equal(["limits", "passed", "limit"], refused.RefusedFields());
    }

    [Fact]
    public async Task An_empty_filter_is_none()
    {
        var answer = await _client.GetAnswerAsync("/traces?limit=&passed=&created_after_ms=");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }
}
