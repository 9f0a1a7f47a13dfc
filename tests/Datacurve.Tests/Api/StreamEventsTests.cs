using System.Net;
using System.Text.Json.Nodes;

namespace Datacurve.Tests.Api;

public abstract class StreamEventsTests(ServiceUnderTest service)
{
    private readonly HttpClient _client = service.Client;

    /// <summary>
    /// The server-sent events of a stream: each its lines, without the blank one that ends it.
    /// </summary>
    private async IAsyncEnumerable<IReadOnlyList<string>> FollowAsync(string path, string? lastEventId = null)
    {
        var ct = TestContext.Current.CancellationToken;
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        var lines = new List<string>();
        while (await reader.ReadLineAsync(ct) is { } line)
        {
            if (line.Length > 0)
            {
                lines.Add(line);
                continue;
            }

            yield return [.. lines];
            lines.Clear();
        }

        Assert.Empty(lines);
    }

    private static long Seq(IReadOnlyList<string> sent)
    {
        Assert.Equal(2, sent.Count);
        var data = JsonNode.Parse(sent[1]["data: ".Length..])!;
        Assert.Equal($"id: {data["seq"]}", sent[0]);
        return data["seq"]!.GetValue<long>();
    }

    [Fact]
    public async Task Events_come_live_and_the_stream_ends_with_the_trace()
    {
        var traceId = await _client.OpenTraceAsync();
        await _client.AppendAsync(traceId, Wire.Batch(1, 2));

        var seqs = new List<long>();
        var ended = false;
        await foreach (var sent in FollowAsync($"/traces/{traceId}/events/stream"))
        {
            if (sent[0] == "event: end")
            {
                Assert.Equal(["id: 110", "data: {}"], sent.Skip(1));
                ended = true;
                continue;
            }

            seqs.Add(Seq(sent));
            // Each next step is taken only after the last was seen, so that what comes, comes live.
            if (seqs.Count == 2)
                await _client.AppendAsync(traceId, Wire.Batch(10, 1));
            else if (seqs.Count == 3)
                await _client.AppendAsync(traceId, Wire.Batch(11, 100));
            else if (seqs.Count == 103)
                await _client.FinalizeAsync(traceId);
        }

        Assert.True(ended);
        Assert.Equal([1, 2, .. Enumerable.Range(10, 101)], seqs);
    }

    [Theory]
    [InlineData("?after_seq=3", null, 4)]
    [InlineData("", "3", 4)]
    [InlineData("?after_seq=1", "4", 5)]
    [InlineData("", "junk", 1)]
    public async Task A_stream_resumes_after_the_last_event_that_was_seen(
        string query,
        string? lastId,
        int first
    )
    {
        var traceId = await _client.OpenTraceAsync();
        await _client.AppendAsync(traceId, Wire.Batch(1, 5));
        await _client.FinalizeAsync(traceId);

        var seqs = new List<long>();
        await foreach (var sent in FollowAsync($"/traces/{traceId}/events/stream{query}", lastId))
            if (sent[0] != "event: end")
                seqs.Add(Seq(sent));

        Assert.Equal(Enumerable.Range(first, 6 - first).Select(seq => (long)seq), seqs);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task Who_comes_back_after_the_end_is_told_to_stay_away(int events)
    {
        var traceId = await _client.OpenTraceAsync();
        if (events > 0)
            await _client.AppendAsync(traceId, Wire.Batch(1, events));
        await _client.FinalizeAsync(traceId);
        var path = $"/traces/{traceId}/events/stream";
        var lastId = "";
        await foreach (var sent in FollowAsync(path))
            lastId = sent.Single(line => line.StartsWith("id: ", StringComparison.Ordinal))["id: ".Length..];
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.Add("Last-Event-ID", lastId);

        using var answer = await _client.SendAsync(again, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task A_negative_seq_is_refused() =>
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (
                await _client.GetAnswerAsync(
                    $"/traces/{await _client.OpenTraceAsync()}/events/stream?after_seq=-1"
                )
            ).Status
        );

    [Fact]
    public async Task A_service_that_stops_ends_its_streams_in_good_order()
    {
        var stopping = new ServiceUnderTest();
        await stopping.InitializeAsync();
        var traceId = await stopping.Client.OpenTraceAsync();
        await stopping.Client.AppendAsync(traceId, Wire.Batch(1, 1));
        using var response = await stopping.Client.GetAsync(
            $"/traces/{traceId}/events/stream",
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        var body = response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        await stopping.StopAsync();

        // An aborted connection would throw here.
        Assert.DoesNotContain("event: end", await body, StringComparison.Ordinal);
        await stopping.DisposeAsync();
    }
}
