using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using Datacurve.Server.Originals;
using Datacurve.Tests.Api;
using Datacurve.Tests.Redaction;
using Datacurve.Tests.Upkeep;

namespace Datacurve.Tests.Originals;

/// <summary>Events and documents of a project that keeps originals, on every engine and medium.</summary>
public sealed class RawTraceTests
{
    private readonly Planted _planted = new(Random.Shared.Next());

    public static TheoryData<string, string> Kinds => StoreRig.Kinds;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Events_and_documents_are_given_back_raw_also_when_the_trace_is_sealed(
        string engine,
        string medium
    )
    {
        await using var rig = await RawRig.StartAsync(engine, medium);
        var token = _planted.GitHubToken();
        var (traceId, sent) = await RecordAsync(rig, token);
        await AssertRawAsync(rig, traceId, token, sent);
        await FinalizeAsync(rig, traceId, token);
        await rig.Erasure.SealedAsync(traceId);

        await AssertRawAsync(rig, traceId, token, sent);

        var raw = await rig.Client.GetAnswerAsync($"/traces/{traceId}/raw");
        Assert.Equal(token, raw.Json["final_state"]!["pr"]!["title"]!.GetValue<string>());
        var ordinary = await rig.Client.GetAnswerAsync($"/traces/{traceId}");
        Assert.DoesNotContain(token, ordinary.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            token,
            (await rig.Client.GetAnswerAsync($"/traces/{traceId}/events")).Text,
            StringComparison.Ordinal
        );
        Assert.Empty(await rig.Store.FindAsync(token));
        Assert.Empty(await rig.FsckAsync());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Originals_are_erased_with_their_trace(string engine, string medium)
    {
        await using var rig = await RawRig.StartAsync(engine, medium);
        var (traceId, _) = await RecordAsync(rig, _planted.GitHubToken());
        await FinalizeAsync(rig, traceId, _planted.GitHubToken());
        await rig.Erasure.SealedAsync(traceId);
        Assert.Equal(152, await rig.TraceOriginalsAsync());

        await rig.Erasure.EraseAsync(traceId);
        await rig.Erasure.DoneAsync(traceId);

        Assert.Equal(0, await rig.TraceOriginalsAsync());
        (await rig.Client.GetAnswerAsync($"/traces/{traceId}/raw")).AssertProblem(HttpStatusCode.Gone);
        (await rig.Client.GetAnswerAsync($"/traces/{traceId}/events/raw")).AssertProblem(HttpStatusCode.Gone);
        Assert.All(await rig.FsckAsync(), finding => Assert.True(finding.Informative, finding.Text));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task A_batch_that_comes_again_keeps_one_original_of_each(string engine)
    {
        await using var rig = await RawRig.StartAsync(engine, "files");
        var traceId = await rig.Client.OpenTraceAsync();
        var (first, second) = (Command(1, _planted.GitHubToken()), Command(2, _planted.GitHubToken()));

        await rig.Client.AppendAsync(traceId, Wire.Batch(first.DeepClone().AsObject()));
        var again = await rig.Client.AppendAsync(
            traceId,
            Wire.Batch(first.DeepClone().AsObject(), second.DeepClone().AsObject())
        );

        Assert.Equal(1, again.Json["duplicates"]!.GetValue<int>());
        Assert.Equal(2, await rig.TraceOriginalsAsync());
        AssertSame([second], await LinesAsync(rig, traceId, afterSeq: 1));
    }

    [Fact]
    public async Task Beside_one_that_was_redacted_an_event_is_given_back_as_it_is_kept()
    {
        await using var rig = await RawRig.StartAsync("sqlite", "files");
        var traceId = await rig.Client.OpenTraceAsync();
        JsonObject[] sent = [Command(1, _planted.GitHubToken()), Command(2, "localhost")];

        await rig.Client.AppendAsync(traceId, Wire.Batch([.. sent.Select(e => e.DeepClone().AsObject())]));

        Assert.Equal(1, await rig.TraceOriginalsAsync());
        AssertSame(sent, await LinesAsync(rig, traceId, afterSeq: 0));
    }

    [Fact]
    public async Task Where_nothing_was_replaced_the_raw_trace_is_the_ordinary_one()
    {
        await using var rig = await RawRig.StartAsync("sqlite", "files");
        var traceId = await rig.Client.OpenTraceAsync();
        await rig.Client.AppendAsync(traceId, Wire.Batch(1, 5));

        var raw = (await rig.Client.GetAnswerAsync($"/traces/{traceId}/raw")).Json;
        var trace = await rig.Client.GetTraceAsync(traceId);

        Assert.Equal(0, await rig.TraceOriginalsAsync());
        AssertSame(
            trace["events"]!.AsArray().Select(e => e!.AsObject()),
            await LinesAsync(rig, traceId, afterSeq: 0)
        );
        foreach (var (name, value) in raw)
            Assert.True(JsonNode.DeepEquals(trace[name], value), name);
    }

    [Fact]
    public async Task What_a_developer_withholds_is_in_no_original()
    {
        await using var rig = await RawRig.StartAsync("sqlite", "files");
        var opening = Wire.NewTrace();
        opening["developer"]!["consent_flags"] = new JsonObject { ["store_terminal_output"] = false };
        var traceId = await rig.Client.OpenTraceAsync(opening);
        var (typed, printed) = (_planted.GitHubToken(), _planted.GitHubToken());
        var error = new JsonObject { ["error_type"] = typed, ["message"] = printed };

        await rig.Client.AppendAsync(traceId, Wire.Batch(Command(1, typed), Wire.Event(2, "error", error)));

        Assert.Equal(2, await rig.TraceOriginalsAsync());
        var lines = await LinesAsync(rig, traceId, afterSeq: 0);
        Assert.Equal($"curl {typed}", lines[0]["payload"]!["command"]!.GetValue<string>());
        Assert.Equal(typed, lines[1]["payload"]!["error_type"]!.GetValue<string>());
        Assert.StartsWith(
            "WITHHELD_output_",
            lines[1]["payload"]!["message"]!.GetValue<string>(),
            StringComparison.Ordinal
        );
        Assert.Empty(await rig.Store.FindAsync(typed, printed));
    }

    [Fact]
    public async Task Without_the_key_nothing_is_taken_and_nothing_given_and_fsck_says_so()
    {
        await using var rig = await RawRig.StartAsync("sqlite", "files");
        var (traceId, _) = await RecordAsync(rig, _planted.GitHubToken());
        await rig.SetModeAsync(ProjectModes.Redacted);
        await rig.RestartAsync(keyPath: null);
        await rig.SetModeAsync(ProjectModes.Raw);
        var opening = Wire.NewTrace();
        opening["task"]!["bug_report"]!["title"] = _planted.GitHubToken();

        Answer[] refused =
        [
            await rig.Client.GetAnswerAsync($"/traces/{traceId}/raw"),
            await rig.Client.GetAnswerAsync($"/traces/{traceId}/events/raw"),
            await rig.Client.AppendAsync(traceId, Wire.Batch(Command(200, _planted.GitHubToken()))),
            await rig.Client.PostAsync("/traces", opening),
            await FinalizeAsync(rig, traceId, _planted.GitHubToken()),
        ];

        Assert.All(refused, answer => answer.AssertProblem(HttpStatusCode.ServiceUnavailable));
        Assert.Equal("collecting", (await rig.Client.GetTraceAsync(traceId))["status"]!.GetValue<string>());
        var findings = await rig.FsckAsync();
        Assert.Equal(["original_without_key", "original_without_key"], findings.Select(found => found.Kind));
        Assert.All(findings, found => Assert.Equal(traceId, found.Subject));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task An_original_of_another_event_is_not_given_away(string engine)
    {
        await using var rig = await RawRig.StartAsync(engine, "files");
        var (traceId, _) = await RecordAsync(rig, _planted.GitHubToken());
        await rig.Erasure.Database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    update event_originals set original = (
                        select original from event_originals where seq = 2)
                    where seq = 1
                    """
                ),
            Ct
        );

        var answer = await rig.Client.GetAnswerAsync($"/traces/{traceId}/events/raw");

        answer.AssertProblem(HttpStatusCode.InternalServerError);
        Assert.Contains("damaged", answer.Text, StringComparison.Ordinal);
        Assert.Equal(["original_damaged"], (await rig.FsckAsync()).Select(found => found.Kind));
    }

    [Fact]
    public async Task Every_raw_read_is_in_the_audit_log()
    {
        await using var rig = await RawRig.StartAsync("sqlite", "files");
        var traceId = await rig.Client.OpenTraceAsync();

        for (var read = 0; read < 2; read++)
        {
            await rig.Client.GetAnswerAsync($"/traces/{traceId}/raw");
            await rig.Client.GetAnswerAsync($"/traces/{traceId}/events/raw");
        }

        var acts = (await rig.Client.GetAnswerAsync($"/admin/audit?trace_id={traceId}")).Json["acts"]!
            .AsArray()
            .Select(act => act!["action"]!.GetValue<string>())
            .ToList();
        Assert.Equal(2, acts.Count(action => action == "get_trace_raw"));
        Assert.Equal(2, acts.Count(action => action == "list_events_raw"));
    }

    /// <summary>A trace of 150 events with a secret in every one, sent in both ways.</summary>
    private static async Task<(string TraceId, List<JsonObject> Sent)> RecordAsync(RawRig rig, string token)
    {
        var opening = Wire.NewTrace();
        opening["task"]!["bug_report"]!["title"] = token;
        var traceId = await rig.Client.OpenTraceAsync(opening);
        var sent = Enumerable.Range(1, 150).Select(seq => Command(seq, token)).ToList();
        // Without an id of its own an event gets one, the same in both forms.
        sent[0].Remove("event_id");
        await rig.Client.AppendAsync(
            traceId,
            Wire.Batch([.. sent.Take(50).Select(e => e.DeepClone().AsObject())])
        );
        var lines = Wire.Lines(string.Join('\n', sent.Skip(50).Select(e => e.ToJsonString())));
        var answer = await rig.Client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/events", lines);
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        return (traceId, sent);
    }

    private static async Task AssertRawAsync(
        RawRig rig,
        string traceId,
        string token,
        IReadOnlyList<JsonObject> sent
    )
    {
        var lines = await LinesAsync(rig, traceId, afterSeq: 0);
        var kept = (await rig.Client.GetTraceAsync(traceId))["events"]!.AsArray();
        Assert.Equal(
            kept.Select(e => e!["event_id"]!.GetValue<string>()),
            lines.Select(line => line["event_id"]!.GetValue<string>())
        );
        AssertSame(sent, lines);
        var raw = (await rig.Client.GetAnswerAsync($"/traces/{traceId}/raw")).Json;
        Assert.Equal(token, raw["task"]!["bug_report"]!["title"]!.GetValue<string>());
        Assert.Equal(traceId, raw["trace_id"]!.GetValue<string>());
    }

    /// <summary>Every member that was sent is in the line as it was; defaults come beside it.</summary>
    private static void AssertSame(IEnumerable<JsonObject> sent, IReadOnlyList<JsonObject> lines)
    {
        var all = sent.ToList();
        Assert.Equal(all.Count, lines.Count);
        foreach (var (one, line) in all.Zip(lines))
        {
            Assert.True(JsonNode.DeepEquals(one["seq"], line["seq"]));
            foreach (var (name, value) in one["payload"]!.AsObject())
                Assert.True(JsonNode.DeepEquals(value, line["payload"]![name]), $"{name} of {line}");
        }
    }

    private static async Task<List<JsonObject>> LinesAsync(RawRig rig, string traceId, long afterSeq)
    {
        var answer = await rig.Client.GetAnswerAsync($"/traces/{traceId}/events/raw?after_seq={afterSeq}");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return
        [
            .. answer
                .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonNode.Parse(line)!.AsObject()),
        ];
    }

    private static Task<Answer> FinalizeAsync(RawRig rig, string traceId, string title) =>
        rig.Client.PostAsync(
            $"/traces/{traceId}/finalize",
            new JsonObject
            {
                ["final_state"] = new JsonObject { ["pr"] = new JsonObject { ["title"] = title } },
            }
        );

    private static JsonObject Command(long seq, string secret) =>
        Wire.Event(
            seq,
            "terminal_command",
            new JsonObject { ["cwd"] = "/src", ["command"] = $"curl {secret}" }
        );
}
