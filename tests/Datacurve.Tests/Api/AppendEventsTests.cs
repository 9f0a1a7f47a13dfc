using System.Net;
using System.Text.Json.Nodes;

namespace Datacurve.Tests.Api;

public abstract class AppendEventsTests(ServiceUnderTest service)
{
    private readonly HttpClient _client = service.Client;

    private async Task<List<long>> SeqsAsync(string traceId) =>
        [
            .. (await _client.GetTraceAsync(traceId))["events"]!
                .AsArray()
                .Select(stored => stored!["seq"]!.GetValue<long>()),
        ];

    private static void AssertAccepted(Answer answer, int accepted, long seqHigh, int duplicates)
    {
        Assert.True(answer.Status == HttpStatusCode.Accepted, answer.Text);
        Assert.Equal(
            $$"""{"accepted":{{accepted}},"seq_high":{{seqHigh}},"duplicates":{{duplicates}}}""",
            answer.Text
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task One_to_100_events_are_accepted(int count)
    {
        var traceId = await _client.OpenTraceAsync();

        AssertAccepted(await _client.AppendAsync(traceId, Wire.Batch(1, count)), count, count, 0);

        Assert.Equal(
            count,
            (await _client.GetTraceAsync(traceId))["ingestion"]!["seq_last"]!.GetValue<int>()
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public async Task No_event_and_101_are_refused(int count)
    {
        var traceId = await _client.OpenTraceAsync();

        var answer = await _client.AppendAsync(traceId, Wire.Batch(1, count));

        Assert.Equal("events", Assert.Single(answer.RefusedFields()));
        Assert.Empty(await SeqsAsync(traceId));
    }

    [Fact]
    public async Task The_identical_batch_again_succeeds_and_is_stored_once()
    {
        var traceId = await _client.OpenTraceAsync();
        var batch = Wire.Batch(1, 3);

        AssertAccepted(await _client.AppendAsync(traceId, batch), 3, 3, 0);
        AssertAccepted(await _client.AppendAsync(traceId, batch), 3, 3, 3);

        Assert.Equal([1, 2, 3], await SeqsAsync(traceId));
    }

    [Fact]
    public async Task A_batch_partly_stored_already_has_only_its_rest_stored()
    {
        var traceId = await _client.OpenTraceAsync();
        var events = Enumerable.Range(1, 5).Select(seq => Wire.Event(seq)).ToList();
        await _client.AppendAsync(traceId, Wire.Batch(events.Take(3)));

        AssertAccepted(await _client.AppendAsync(traceId, Wire.Batch(events)), 5, 5, 3);
        AssertAccepted(await _client.AppendAsync(traceId, Wire.Batch(events.Skip(1).Take(2))), 2, 3, 2);

        Assert.Equal([1, 2, 3, 4, 5], await SeqsAsync(traceId));
    }

    [Fact]
    public async Task Held_events_are_a_retry_however_many_lie_between_them()
    {
        var traceId = await _client.OpenTraceAsync();
        var events = Enumerable.Range(1, 300).Select(seq => Wire.Event(seq)).ToList();
        foreach (var chunk in events.Chunk(100))
            await _client.AppendAsync(traceId, Wire.Batch(chunk));

        var again = await _client.AppendAsync(traceId, Wire.Batch(events[0], events[299]));

        AssertAccepted(again, 2, 300, 2);
    }

    [Fact]
    public async Task A_retry_may_write_the_same_json_in_another_way()
    {
        var traceId = await _client.OpenTraceAsync();
        const string Id = "\"event_id\":\"5a2f7b0e-6a9e-4c6f-9d57-3c7b8b9f1a11\"";
        var first = $$$"""
            {"events":[{ {{{Id}}},"seq":1,"ts_ms":1,"type":"navigation","actor":{"kind":"ide"},
            "payload":{"file_path":"ä","x":[1e99999999999,{"b":1,"a":2}]}}]}
            """;
        var second = $$$"""
            {"events":[{"type":"navigation","seq":1,"ts_ms":1,"actor":{"kind":"ide"}, {{{Id}}},
            "payload":{"x": [1e99999999999, {"a":2,"b":1}],"file_path":"\u00e4"}}]}
            """;
        await _client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/events", Wire.Json(first));

        var again = await _client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/events", Wire.Json(second));

        AssertAccepted(again, 1, 1, 1);
    }

    [Fact]
    public async Task A_retry_may_write_the_event_id_in_another_case()
    {
        var traceId = await _client.OpenTraceAsync();
        var sent = Wire.Event(1);
        sent["event_id"] = "5a2f7b0e-6a9e-4c6f-9d57-3c7b8b9f1aDD";
        var again = sent.DeepClone().AsObject();
        again["event_id"] = "5A2F7B0E-6A9E-4C6F-9D57-3C7B8B9F1ADD";
        var other = again.DeepClone().AsObject();
        other["payload"]!["file_path"] = "other.py";
        await _client.AppendAsync(traceId, Wire.Batch(sent));

        AssertAccepted(await _client.AppendAsync(traceId, Wire.Batch(again)), 1, 1, 1);
        AssertAccepted(await _client.AppendAsync(traceId, Wire.Batch(again, Wire.Event(2))), 2, 2, 1);
        (await _client.AppendAsync(traceId, Wire.Batch(other))).AssertProblem(HttpStatusCode.Conflict);

        var stored = (await _client.GetTraceAsync(traceId))["events"]![0]!["event_id"]!;
        Assert.Equal("5a2f7b0e-6a9e-4c6f-9d57-3c7b8b9f1aDD", stored.GetValue<string>());
    }

    [Fact]
    public async Task Only_the_event_id_of_an_event_may_change_its_case()
    {
        var traceId = await _client.OpenTraceAsync();
        var sent = Wire.Event(1);
        sent["payload"]!["event_id"] = "5a2f7b0e-6a9e-4c6f-9d57-3c7b8b9f1add";
        await _client.AppendAsync(traceId, Wire.Batch(sent));
        sent["payload"]!["event_id"] = "5A2F7B0E-6A9E-4C6F-9D57-3C7B8B9F1ADD";

        var again = await _client.AppendAsync(traceId, Wire.Batch(sent));

        again.AssertProblem(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task An_event_without_an_id_is_given_one_and_recognized_when_it_comes_again()
    {
        var traceId = await _client.OpenTraceAsync();
        var absent = Wire.Event(1);
        absent.Remove("event_id");
        var isNull = Wire.Event(2);
        isNull["event_id"] = null;

        AssertAccepted(await _client.AppendAsync(traceId, Wire.Batch(absent, isNull)), 2, 2, 0);
        AssertAccepted(await _client.AppendAsync(traceId, Wire.Batch(absent, isNull)), 2, 2, 2);

        var stored = (await _client.GetTraceAsync(traceId))["events"]!.AsArray();
        var ids = stored.Select(found => Guid.ParseExact(found!["event_id"]!.GetValue<string>(), "D"));
        Assert.Equal(2, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("payload")]
    [InlineData("ts_ms")]
    [InlineData("seq")]
    public async Task A_held_event_id_with_other_content_or_seq_is_a_conflict(string changed)
    {
        var traceId = await _client.OpenTraceAsync();
        var sent = Wire.Event(5);
        var held = Wire.Event(1);
        await _client.AppendAsync(traceId, Wire.Batch(held, sent));
        if (changed == "payload")
            sent["payload"]!["file_path"] = "other";
        else
            sent[changed] = 7;

        var answer = await _client.AppendAsync(traceId, Wire.Batch(held, sent));

        var problem = answer.AssertProblem(HttpStatusCode.Conflict);
        Assert.Equal($"Duplicate event_id(s): {sent["event_id"]}", problem["detail"]!.GetValue<string>());
        Assert.Equal([1, 5], await SeqsAsync(traceId));
    }

    [Fact]
    public async Task An_event_id_twice_in_a_batch_is_refused()
    {
        var traceId = await _client.OpenTraceAsync();
        var (one, two) = (Wire.Event(1), Wire.Event(2));
        two["event_id"] = one["event_id"]!.GetValue<string>().ToUpperInvariant();

        var answer = await _client.AppendAsync(traceId, Wire.Batch(one, two));

        Assert.Equal("events.1.event_id", Assert.Single(answer.RefusedFields()));
    }

    [Fact]
    public async Task Gaps_in_seq_are_kept_in_order()
    {
        var traceId = await _client.OpenTraceAsync();
        await _client.AppendAsync(traceId, Wire.Batch(Wire.Event(3), Wire.Event(1_000)));
        await _client.AppendAsync(traceId, Wire.Batch(Wire.Event(long.MaxValue)));

        Assert.Equal([3, 1_000, long.MaxValue], await SeqsAsync(traceId));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public async Task A_seq_that_does_not_rise_within_a_batch_is_refused(long first, long second)
    {
        var traceId = await _client.OpenTraceAsync();

        var answer = await _client.AppendAsync(traceId, Wire.Batch(Wire.Event(first), Wire.Event(second)));

        Assert.Equal("events.1.seq", Assert.Single(answer.RefusedFields()));
        Assert.Empty(await SeqsAsync(traceId));
    }

    [Fact]
    public async Task A_stale_seq_is_refused_by_its_place_and_nothing_of_the_batch_is_stored()
    {
        var traceId = await _client.OpenTraceAsync();
        var held = Wire.Event(5);
        await _client.AppendAsync(traceId, Wire.Batch(held));

        // The held one among them is no fault; the one before it is.
        var answer = await _client.AppendAsync(traceId, Wire.Batch(Wire.Event(4), held, Wire.Event(6)));

        Assert.Equal("events.0.seq", Assert.Single(answer.RefusedFields()));
        Assert.Equal([5], await SeqsAsync(traceId));
    }

    [Fact]
    public async Task Unknown_members_at_any_depth_are_given_back_verbatim()
    {
        var traceId = await _client.OpenTraceAsync();
        const string Sent =
            """{"event_id":"5a2f7b0e-6a9e-4c6f-9d57-3c7b8b9f1a12","new":{"a":[1.0,1e5,null]},"seq":1,"ts_ms":0,"type":"commit","actor":{"kind":"tool","id":"git","new":"\u00e4"},"context":{"workspace_root":"/w","branch":"b","commit_head":"c","correlation_id":"x","parent_event_id":"y","new":[]},"payload":{"commit_sha":"s","message":"m","parent_shas":[],"new":{"deep":[[{"er":true}]]}}}""";

        var answer = await _client.SendAsync(
            HttpMethod.Post,
            $"/traces/{traceId}/events",
            Wire.Json($$"""{"events":[{{Sent}}],"new":1}""")
        );

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        var document = (await _client.GetAnswerAsync($"/traces/{traceId}")).Text;
        Assert.Contains(Sent, document, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("11111111-1111-1111-1111-111111111111")]
    [InlineData("no-uuid")]
    [InlineData("7")]
    public async Task An_unknown_trace_is_not_found(string traceId) =>
        (await _client.AppendAsync(traceId, Wire.Batch(1, 1))).AssertProblem(HttpStatusCode.NotFound);

    [Fact]
    public async Task Traces_do_not_share_seqs_or_ids()
    {
        var batch = Wire.Batch(1, 2);

        foreach (var traceId in new[] { await _client.OpenTraceAsync(), await _client.OpenTraceAsync() })
            AssertAccepted(await _client.AppendAsync(traceId, batch), 2, 2, 0);
    }
}
