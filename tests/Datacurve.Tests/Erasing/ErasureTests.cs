using System.Net;
using System.Text.Json.Nodes;
using Datacurve.Core;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Judges;
using Datacurve.Tests.Qa.Pipeline;
using Datacurve.Tests.Upkeep;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Erasing;

/// <summary>
/// What was erased is nowhere in the store, on every engine and medium; what is somebody else's too stays.
/// </summary>
public sealed class ErasureTests
{
    public static TheoryData<string, string> Kinds => StoreRig.Kinds;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Of_an_erased_trace_no_byte_is_left_and_what_others_name_stays(
        string engine,
        string medium
    )
    {
        var marked = new MarkedTrace();
        await using var model = await ModelServer.StartAsync(
            ModelServer.OpenAi(
                ModelServer.Verdict(3).ToJsonString().Replace("because of 3", marked["judged"])
            )
        );
        await using var rig = await ErasureRig.StartAsync(engine, medium, model);
        var client = new TraceClient(rig.Client);
        var shared = await client.UploadAsync($"shared {Guid.NewGuid()} {MarkedTrace.Secret}");
        var other = await client.OpenAsync(TraceClient.NewTrace());
        await client.AppendAsync(other, MarkedTrace.Output(1, shared));
        var traceId = await marked.RecordAsync(client, MarkedTrace.Output(20, shared));
        Assert.Equal("complete", (await client.EndAsync(traceId)).GetProperty("status").GetString());
        await rig.SealedAsync(traceId);
        await rig.DamageAsync(marked.DamagedBlobId!);

        // The search finds each word while it is there: else it would prove nothing.
        Assert.Equal(marked.Words.Order(), (await rig.Store.FindAsync(marked.Words)).Keys.Order());
        var answer = await rig.EraseAsync(traceId);
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(HttpStatusCode.Gone, (await rig.Client.GetAnswerAsync($"/traces/{traceId}")).Status);
        await rig.DoneAsync(traceId);

        Assert.Empty(await rig.Store.FindAsync(marked.Words));
        Assert.Equal(HttpStatusCode.OK, (await rig.Client.GetAnswerAsync($"/blobs/{shared}")).Status);
        Assert.Single((await client.TraceAsync(other)).GetProperty("events").EnumerateArray());
        Assert.All(await rig.FsckAsync(), finding => Assert.True(finding.Informative, finding.Text));
    }

    [Fact]
    public async Task An_erased_trace_is_gone_for_every_request_and_its_key_opens_none()
    {
        await using var rig = await ErasureRig.StartAsync("sqlite", "files");
        var (body, key) = (Wire.NewTrace().ToJsonString(), ("Idempotency-Key", "once"));
        var opened = await rig.Client.SendAsync(HttpMethod.Post, "/traces", Wire.Json(body), key);
        var traceId = opened.Json["trace_id"]!.GetValue<string>();
        await rig.Client.AppendAsync(traceId, Wire.Batch(1, 3));

        await rig.EraseAsync(traceId, "reason=legal_request");
        await rig.DoneAsync(traceId);

        foreach (var path in (string[])["", "/events", "/events/stream", "/state?seq=1", "/qa"])
            (await rig.Client.GetAnswerAsync($"/traces/{traceId}{path}")).AssertProblem(HttpStatusCode.Gone);
        (await rig.Client.AppendAsync(traceId, Wire.Batch(4, 1))).AssertProblem(HttpStatusCode.Gone);
        (await rig.Client.FinalizeAsync(traceId)).AssertProblem(HttpStatusCode.Gone);
        (await rig.Client.PostAsync($"/traces/{traceId}/qa", new JsonObject())).AssertProblem(
            HttpStatusCode.Gone
        );
        (await rig.Client.SendAsync(HttpMethod.Post, "/traces", Wire.Json(body), key)).AssertProblem(
            HttpStatusCode.Gone
        );
        Assert.Empty((await rig.Client.GetAnswerAsync("/traces")).Json["traces"]!.AsArray());
        var listed = (await rig.Client.GetAnswerAsync("/admin/erasures")).Json["erasures"]!.AsArray();
        var stone = Assert.Single(listed)!.AsObject();
        Assert.Equal(traceId, stone["trace_id"]!.GetValue<string>());
        Assert.Equal("legal_request", stone["reason"]!.GetValue<string>());
        Assert.Equal("open", stone["erased_by"]!.GetValue<string>());
        Assert.Equal("erased", stone["state"]!.GetValue<string>());
        var acts = (await rig.Client.GetAnswerAsync($"/admin/audit?trace_id={traceId}")).Json["acts"]!
            .AsArray()
            .Select(act => act!["action"]!.GetValue<string>())
            .ToList();
        Assert.Contains("erasure_begun", acts);
        Assert.Contains("erase_trace", acts);
    }

    [Fact]
    public async Task Erasing_twice_is_answered_alike_and_what_is_unknown_or_misspelt_is_refused()
    {
        await using var rig = await ErasureRig.StartAsync("sqlite", "files");
        var traceId = await rig.Client.OpenTraceAsync();

        var refused = await rig.EraseAsync(traceId, "reason=because");
        var first = await rig.EraseAsync(traceId);
        await rig.DoneAsync(traceId);
        var again = await rig.EraseAsync(traceId);
        var unknown = await rig.EraseAsync(Guid.CreateVersion7().ToString());

        Assert.Equal(["reason"], refused.RefusedFields());
        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        Assert.Equal(HttpStatusCode.Accepted, again.Status);
        Assert.Equal("erased", again.Json["state"]!.GetValue<string>());
        Assert.Equal(first.Json["erased_at_ms"]!.ToString(), again.Json["erased_at_ms"]!.ToString());
        unknown.AssertProblem(HttpStatusCode.NotFound);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Everything_of_a_developer_goes_and_nothing_of_another(string engine, string medium)
    {
        await using var rig = await ErasureRig.StartAsync(engine, medium);
        var word = $"word-{Guid.NewGuid():N}";
        var leaving = new List<string>();
        for (var i = 0; i < 3; i++)
            leaving.Add(await OpenAsync(rig.Client, "leaving", $"{word} {i}"));
        var staying = await OpenAsync(rig.Client, "staying", "of who stays");

        var begun = await rig.Client.PostAsync(
            "/admin/erasures",
            new JsonObject { ["developer_id"] = "leaving", ["now"] = true }
        );
        var again = await rig.Client.PostAsync(
            "/admin/erasures",
            new JsonObject { ["developer_id"] = "leaving" }
        );
        foreach (var traceId in leaving)
            await rig.DoneAsync(traceId);

        Assert.Equal(HttpStatusCode.Accepted, begun.Status);
        Assert.Equal(
            leaving.Order(),
            begun.Json["trace_ids"]!.AsArray().Select(id => id!.GetValue<string>()).Order()
        );
        Assert.Empty(again.Json["trace_ids"]!.AsArray());
        Assert.Empty(await rig.Store.FindAsync(word, "leaving"));
        Assert.NotEmpty(await rig.Store.FindAsync("of who stays"));
        Assert.Equal(HttpStatusCode.OK, (await rig.Client.GetAnswerAsync($"/traces/{staying}")).Status);
    }

    [Fact]
    public async Task A_blob_that_was_sent_lately_waits_and_goes_when_its_time_is_over()
    {
        await using var rig = await ErasureRig.StartAsync("sqlite", "files");
        var word = $"word-{Guid.NewGuid():N}";
        var traceId = await OpenAsync(rig.Client, "dev", word);
        var blobId = BlobId.Of(System.Text.Encoding.UTF8.GetBytes(word));

        await rig.Client.SendAsync(HttpMethod.Delete, $"/traces/{traceId}");
        await rig.PurgedAsync(traceId);
        Assert.Single(await rig.Store.FindAsync(word));
        Assert.Equal("erasing", (await rig.StoneAsync(traceId))["state"]!.GetValue<string>());
        await rig.AgeAsync(blobId);
        await rig.EraseAgainAsync(traceId);
        await rig.DoneAsync(traceId);

        Assert.Empty(await rig.Store.FindAsync(word));
    }

    [Fact]
    public async Task A_blob_that_is_asked_for_counts_as_sent_and_is_not_taken_from_who_will_name_it()
    {
        await using var rig = await ErasureRig.StartAsync("sqlite", "files");
        var word = $"word-{Guid.NewGuid():N}";
        var traceId = await OpenAsync(rig.Client, "dev", word);
        var blobId = BlobId.Of(System.Text.Encoding.UTF8.GetBytes(word));
        await rig.AgeAsync(blobId);

        var asked = await rig.Client.SendAsync(HttpMethod.Head, $"/blobs/{blobId}");
        await rig.Client.SendAsync(HttpMethod.Delete, $"/traces/{traceId}");
        await rig.PurgedAsync(traceId);
        var other = await rig.Client.OpenTraceAsync();
        await rig.Client.AppendAsync(other, Wire.Batch(MarkedTrace.Output(1, blobId.ToString())));
        await rig.AgeAsync(blobId);
        await rig.EraseAgainAsync(traceId);
        await rig.DoneAsync(traceId);

        Assert.Equal(HttpStatusCode.OK, asked.Status);
        Assert.Equal(word, (await rig.Client.GetAnswerAsync($"/blobs/{blobId}")).Text);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task A_running_QA_is_stopped_and_leaves_nothing(string engine)
    {
        var never = new TaskCompletionSource<Microsoft.AspNetCore.Http.IResult>();
        var marked = new MarkedTrace();
        await using var model = await ModelServer.StartAsync(_ => never.Task);
        await using var rig = await ErasureRig.StartAsync(engine, "files", model);
        var traceId = await marked.RecordAsync(new TraceClient(rig.Client));
        while (model.Requests.IsEmpty)
            await Task.Delay(20, Ct);
        Assert.NotEmpty(await rig.Store.FindAsync(marked.Words));

        await rig.EraseAsync(traceId);
        // The judge is called no longer: the step's claim is not renewed, and it ends.
        Assert.True(model.Requests.TryPeek(out var call));
        while (!call.Aborted.IsCancellationRequested)
            await Task.Delay(20, Ct);
        await rig.DoneAsync(traceId);

        Assert.Empty(await rig.Store.FindAsync(marked.Words));
        never.SetCanceled(Ct);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_a_step_makes_that_does_not_know_yet_goes_too(string engine, string medium)
    {
        await using var rig = await ErasureRig.StartAsync(engine, medium);
        var word = $"word-{Guid.NewGuid():N}";
        var traceId = await rig.Client.OpenTraceAsync();
        await rig.MakeAsync(traceId, $"before {word}");

        await rig.EraseAsync(traceId);
        await rig.DoneAsync(traceId);
        Assert.Empty(await rig.Store.FindAsync(word));
        var made = await rig.MakeAsync(traceId, $"after {word}");
        Assert.NotEmpty(await rig.Store.FindAsync(word));
        await rig.DoneAsync(traceId);

        Assert.Empty(await rig.Store.FindAsync(word));
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await rig.Client.GetAnswerAsync($"/blobs/{made.BlobId}")).Status
        );
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_was_stored_and_has_no_row_yet_goes_too(string engine, string medium)
    {
        await using var rig = await ErasureRig.StartAsync(engine, medium);
        var word = $"word-{Guid.NewGuid():N}";
        var traceId = await rig.Client.OpenTraceAsync();
        await rig.BreakOffAsync(traceId, word);
        Assert.NotEmpty(await rig.Store.FindAsync(word));

        await rig.EraseAsync(traceId);
        await rig.DoneAsync(traceId);

        Assert.Empty(await rig.Store.FindAsync(word));
    }

    [Fact]
    public async Task Of_equal_bytes_of_two_projects_one_stays_and_a_strangers_erasure_is_refused()
    {
        await using var keyed = new Auth.KeyedService();
        await keyed.StartAsync(options =>
            options with
            {
                Keeping = options.Keeping with { SweepSeconds = 1 },
            }
        );
        using var owner = await keyed.ClientAsync(Scope.All);
        using var neighbour = await keyed.ClientAsync(Scope.All, await keyed.ProjectAsync());
        var content = $"sent by both {Guid.NewGuid()}";
        var ofOwner = await OpenAsync(owner, "dev", content);
        var ofNeighbour = await OpenAsync(neighbour, "dev", content);
        var blobId = BlobId.Of(System.Text.Encoding.UTF8.GetBytes(content));

        var refused = await neighbour.SendAsync(HttpMethod.Delete, $"/traces/{ofOwner}");
        await owner.SendAsync(HttpMethod.Delete, $"/traces/{ofOwner}?now=true");
        var hidden = await neighbour.GetAnswerAsync($"/traces/{ofOwner}");
        // Bytes that another project has sent wait like any that may be about to be named, then stay.
        await ErasureRig.AgeAsync(keyed.Services.GetRequiredService<Database>(), blobId);
        while (
            (await owner.SendAsync(HttpMethod.Delete, $"/traces/{ofOwner}")).Json["state"]!.ToString()
            != "erased"
        )
            await Task.Delay(50, Ct);

        refused.AssertProblem(HttpStatusCode.NotFound);
        hidden.AssertProblem(HttpStatusCode.NotFound);
        Assert.Equal(content, (await neighbour.GetAnswerAsync($"/blobs/{blobId}")).Text);
        Assert.Equal(HttpStatusCode.OK, (await neighbour.GetAnswerAsync($"/traces/{ofNeighbour}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAnswerAsync($"/blobs/{blobId}")).Status);
        Assert.Equal(HttpStatusCode.Gone, (await owner.GetAnswerAsync($"/traces/{ofOwner}")).Status);
    }

    private static async Task<string> OpenAsync(HttpClient http, string developer, string output)
    {
        var client = new TraceClient(http);
        var body = TraceClient.NewTrace();
        body["developer"]!["developer_id"] = developer;
        var traceId = await client.OpenAsync(body);
        await client.AppendAsync(traceId, MarkedTrace.Output(1, await client.UploadAsync(output)));
        return traceId;
    }
}
