using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Datacurve.Tests.Api;

public abstract partial class RedactionTests
{
    [Fact]
    public async Task A_secret_that_a_client_cut_between_chunks_is_gone_when_the_trace_is_complete()
    {
        var token = _planted.GitHubToken();
        string[] chunks =
        [
            $"run {Guid.NewGuid()}\nsee {token[..15]}",
            token[15..27],
            $"{token[27..]}\nend\n",
        ];
        var traceId = await OutputAsync(chunks);

        await FinalizeAsync(traceId);

        var trace = await _client.GetTraceAsync(traceId);
        var names = Chunks(trace);
        var output = string.Concat(await Task.WhenAll(names.Select(ReadAsync)));
        Assert.StartsWith("run ", output, StringComparison.Ordinal);
        Assert.Matches("\nsee REDACTED_github_pat_[0-9a-f]{12}\nend\n$", output);
        Assert.Equal(1, trace["redaction"]!["counts"]!["github-pat"]!.GetValue<int>());
        Assert.Equal("kept", trace["events"]![2]!["payload"]!["note"]!.GetValue<string>());
    }

    [Fact]
    public async Task Chunks_of_other_commands_and_streams_are_no_parts_of_one_text()
    {
        var token = _planted.GitHubToken();
        string[] chunks = [$"a {token[..20]}", token[20..]];
        var traces = new[]
        {
            await OutputAsync(chunks, event2 => event2["payload"]!["stream"] = "stderr"),
            await OutputAsync(chunks, event2 => event2["payload"]!["is_truncated"] = true),
            await OutputAsync(
                chunks,
                event2 => event2["context"] = new JsonObject { ["correlation_id"] = "another" }
            ),
        };

        foreach (var traceId in traces)
        {
            var before = Chunks(await _client.GetTraceAsync(traceId));
            await FinalizeAsync(traceId);
            Assert.Equal(before, Chunks(await _client.GetTraceAsync(traceId)));
        }
    }

    [Fact]
    public async Task A_chunk_that_was_never_sent_does_not_keep_the_others_from_being_looked_at()
    {
        var token = _planted.GitHubToken();
        var traceId = await OutputAsync([$"b {token[..20]}", token[20..], "c"]);
        var missing = new JsonObject
        {
            ["stream"] = "stdout",
            ["chunk_blob_id"] = $"sha256:{new string('0', 64)}",
        };
        await _client.AppendAsync(traceId, Wire.Batch(Wire.Event(9, "terminal_output", missing)));

        await FinalizeAsync(traceId);

        var names = Chunks(await _client.GetTraceAsync(traceId));
        Assert.Matches("^b REDACTED_[a-z_]+_[0-9a-f]{12}$", await ReadAsync(names[0]));
        Assert.Empty(await ReadAsync(names[1]));
    }

    [Fact]
    public async Task A_cut_secret_in_a_chunk_that_cannot_be_stored_anew_is_withheld_with_the_chunk()
    {
        await using var small = new ServiceUnderTest();
        await small.StartAsync(options =>
            options with
            {
                Limits = options.Limits with { BlobBytesMax = 50_000 },
            }
        );
        var there = new Seams(small);
        var token = there._planted.GitHubToken();
        var words = string.Concat(Enumerable.Repeat("word ", 6_000));
        // The first fits; of the second only a text of its size remains; the third is beyond the limit alone.
        var full = $"{token[30..]}\n{words}{token[..10]}";
        string[] chunks = [$"{words}\n{token[..30]}", full, $"{token[10..]} {words}{words}"[..50_000]];
        var traceId = await there.OutputAsync(chunks);

        await there.FinalizeAsync(traceId);

        var names = Chunks(await small.Client.GetTraceAsync(traceId));
        Assert.Matches("word \nREDACTED_github_pat_[0-9a-f]{12}$", await there.ReadAsync(names[0]));
        Assert.Matches($"^WITHHELD_output_[0-9a-f]{{12}}_{full.Length}$", await there.ReadAsync(names[1]));
        Assert.Matches("^WITHHELD_output_[0-9a-f]{12}_50000$", await there.ReadAsync(names[2]));
    }

    /// <summary>The same client for a service of its own.</summary>
    private sealed class Seams(ServiceUnderTest service) : RedactionTests(service);

    private async Task<string> OutputAsync(string[] chunks, Action<JsonObject>? change = null)
    {
        var events = new List<JsonObject>();
        foreach (var chunk in chunks)
        {
            var sent = await _client.UploadAsync(Encoding.UTF8.GetBytes(chunk));
            var payload = new JsonObject
            {
                ["stream"] = "stdout",
                ["chunk_blob_id"] = sent.Json["blob_id"]!.GetValue<string>(),
                ["note"] = "kept",
            };
            events.Add(Wire.Event(events.Count + 1, "terminal_output", payload));
        }
        change?.Invoke(events[1]);
        var traceId = await _client.OpenTraceAsync();
        var answer = await _client.AppendAsync(traceId, Wire.Batch(events));
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        return traceId;
    }

    private async Task FinalizeAsync(string traceId)
    {
        var body = new JsonObject { ["final_state"] = new JsonObject() };
        Assert.Equal(
            HttpStatusCode.OK,
            (await _client.PostAsync($"/traces/{traceId}/finalize", body)).Status
        );
        await _client.WaitForQaAsync(traceId);
    }

    private static List<string> Chunks(JsonNode trace) =>
        [.. trace["events"]!.AsArray().Select(one => one!["payload"]!["chunk_blob_id"]!.GetValue<string>())];
}
