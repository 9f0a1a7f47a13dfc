using System.Net;
using System.Text.Json.Nodes;

namespace Datacurve.Tests.Api;

public abstract class ListEventsTests(ServiceUnderTest service)
{
    private readonly HttpClient _client = service.Client;

    private async Task<string> FilledAsync(int count)
    {
        var traceId = await _client.OpenTraceAsync();
        for (var first = 1; first <= count; first += 100)
            await _client.AppendAsync(traceId, Wire.Batch(first, Math.Min(100, count - first + 1)));
        return traceId;
    }

    private static IEnumerable<long> Seqs(JsonNode page) =>
        page["events"]!.AsArray().Select(found => found!["seq"]!.GetValue<long>());

    [Fact]
    public async Task Pages_follow_each_other_to_the_end()
    {
        var traceId = await FilledAsync(25);

        var seqs = new List<long>();
        long? after = 0;
        while (after is { } afterSeq)
        {
            var page = (
                await _client.GetAnswerAsync($"/traces/{traceId}/events?after_seq={afterSeq}&limit=10")
            ).Json;
            Assert.Equal(25, page["seq_last"]!.GetValue<long>());
            seqs.AddRange(Seqs(page));
            after = page["next_after_seq"]?.GetValue<long>();
        }

        Assert.Equal(Enumerable.Range(1, 25).Select(seq => (long)seq), seqs);
    }

    [Fact]
    public async Task A_page_has_a_thousand_events_unless_it_is_asked_otherwise()
    {
        var traceId = await FilledAsync(1_001);

        var page = (await _client.GetAnswerAsync($"/traces/{traceId}/events")).Json;

        Assert.Equal(1_000, Seqs(page).Count());
        Assert.Equal(1_000, page["next_after_seq"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_trace_without_events_has_an_empty_page()
    {
        var traceId = await _client.OpenTraceAsync();

        Assert.Equal(
            """{"events":[],"seq_last":0,"next_after_seq":null}""",
            (await _client.GetAnswerAsync($"/traces/{traceId}/events")).Text
        );
    }

    [Theory]
    [InlineData("", 1, 12)]
    [InlineData("?after_seq=10", 11, 2)]
    [InlineData("?limit=3", 1, 3)]
    [InlineData("?after_seq=12", 13, 0)]
    public async Task As_lines_all_that_follow_come_one_a_line(string query, int first, int count)
    {
        var traceId = await _client.OpenTraceAsync();
        // White space of the client's between tokens must not break a line.
        var spread = Wire.Batch(1, 12).ToJsonString(new() { WriteIndented = true });
        await _client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/events", Wire.Json(spread));

        var answer = await _client.SendAsync(
            HttpMethod.Get,
            $"/traces/{traceId}/events{query}",
            headers: ("Accept", "application/x-ndjson")
        );

        Assert.Equal("application/x-ndjson", answer.MediaType);
        Assert.True(count == 0 || answer.Text.EndsWith('\n'));
        var lines = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            Enumerable.Range(first, count),
            lines.Select(line => JsonNode.Parse(line)!["seq"]!.GetValue<int>())
        );
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=10001", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("after_seq=-1", "after_seq")]
    [InlineData("after_seq=x", "after_seq")]
    public async Task A_wrong_parameter_is_named(string query, string field)
    {
        var answer = await _client.GetAnswerAsync($"/traces/{await _client.OpenTraceAsync()}/events?{query}");

        Assert.Equal(field, Assert.Single(answer.RefusedFields()));
    }

    [Fact]
    public async Task The_largest_page_is_taken() =>
        Assert.Equal(
            HttpStatusCode.OK,
            (
                await _client.GetAnswerAsync($"/traces/{await _client.OpenTraceAsync()}/events?limit=10000")
            ).Status
        );
}
