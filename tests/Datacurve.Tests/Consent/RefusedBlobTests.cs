using System.Net;
using System.Text.Json.Nodes;
using Datacurve.Tests.Api;
using Datacurve.Tests.Erasing;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Consent;

/// <summary>Who may read a blob that a trace names in vain, and when it goes.</summary>
public sealed class RefusedBlobTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task What_another_trace_may_keep_is_kept_for_it(string engine)
    {
        await using var rig = await ErasureRig.StartAsync(engine, "files");
        var client = new TraceClient(rig.Client);
        var shared = await client.UploadAsync($"shared {Guid.NewGuid()} {MarkedTrace.Secret}");
        var alone = await client.UploadAsync($"alone {Guid.NewGuid()}");
        await NameInVainAsync(client, shared, alone);
        var allowing = await client.OpenAsync(TraceClient.NewTrace());
        await client.AppendAsync(allowing, MarkedTrace.Output(1, shared));

        await rig.AgeAsync();
        Assert.Equal(1, await rig.RemoveWithheldAsync());
        // It is decided, and no scan is made for it again.
        Assert.Equal(0, await rig.RemoveWithheldAsync());

        Assert.Equal(HttpStatusCode.OK, (await rig.Client.GetAnswerAsync($"/blobs/{shared}")).Status);
        var gone = await rig.Client.GetAnswerAsync($"/blobs/{alone}");
        gone.AssertProblem(HttpStatusCode.NotFound);
        // When the other trace is erased nothing keeps it.
        await rig.EraseAsync(allowing);
        await rig.DoneAsync(allowing);
        Assert.Equal(HttpStatusCode.NotFound, (await rig.Client.GetAnswerAsync($"/blobs/{shared}")).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_blob_that_somebody_else_was_told_is_held_waits_for_its_time(bool asked)
    {
        await using var rig = await ErasureRig.StartAsync("sqlite", "files");
        var client = new TraceClient(rig.Client);
        var text = $"output {Guid.NewGuid()}";
        var blobId = await client.UploadAsync(text);
        var chunk = $"/blobs/{blobId}";
        if (asked)
            Assert.Equal(HttpStatusCode.OK, (await rig.Client.SendAsync(HttpMethod.Head, chunk)).Status);
        var traceId = await NameInVainAsync(client, blobId);
        if (!asked)
            await client.UploadAsync(text);
        await client.FinalizeAsync(traceId);
        await client.EndAsync(traceId);

        await rig.RemoveWithheldAsync();

        Assert.Equal(HttpStatusCode.OK, (await rig.Client.GetAnswerAsync(chunk)).Status);
        await rig.AgeAsync();
        await rig.RemoveWithheldAsync();
        (await rig.Client.GetAnswerAsync(chunk)).AssertProblem(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task A_blob_that_is_refused_is_read_by_nobody_from_then_on(string engine)
    {
        await using var rig = await ErasureRig.StartAsync(engine, "files");
        var client = new TraceClient(rig.Client);
        var chunk = $"/blobs/{await client.UploadAsync($"output {Guid.NewGuid()}")}";
        string[] paths = [chunk, $"{chunk}/raw"];
        foreach (var path in paths)
            Assert.Equal(HttpStatusCode.OK, (await rig.Client.GetAnswerAsync(path)).Status);

        var traceId = await NameInVainAsync(client, chunk["/blobs/".Length..]);

        foreach (var path in paths)
        {
            var answer = await rig.Client.GetAnswerAsync(path);
            answer.AssertProblem(HttpStatusCode.NotFound);
            Assert.Contains("is withheld", answer.Json["detail"]!.ToString(), StringComparison.Ordinal);
        }

        // Who asks is promised nothing, so that it goes when the trace ends.
        Assert.Equal(HttpStatusCode.NotFound, (await rig.Client.SendAsync(HttpMethod.Head, chunk)).Status);
        await client.FinalizeAsync(traceId);
        await client.EndAsync(traceId);
        Assert.Equal(1, await rig.RemoveWithheldAsync());
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task A_blob_that_is_refused_goes_with_the_trace_that_is_erased(string engine)
    {
        await using var rig = await ErasureRig.StartAsync(engine, "files");
        var client = new TraceClient(rig.Client);
        var word = Guid.NewGuid();
        var refused = await client.UploadAsync($"output {word} {MarkedTrace.Secret}");
        var sentAgain = await client.UploadAsync($"again {word}");
        var allowed = await client.UploadAsync($"allowed {word}");
        var traceId = await NameInVainAsync(client, refused, sentAgain);
        await client.AppendAsync(
            traceId,
            TraceClient.Event(3, "thought", new() { ["content_blob_id"] = allowed, ["kind"] = "plan" })
        );
        await client.UploadAsync($"again {word}");

        await rig.EraseAgainAsync(traceId);

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(rig, refused));
        await rig.PurgedAsync(traceId);
        while (await rig.StoneAsync(traceId) is var stone && stone["blobs_left"]!.GetValue<int>() > 2)
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(rig, refused));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(rig, refused));
        // These may be about to be named by who has sent them.
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(rig, sentAgain));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(rig, allowed));
    }

    private static async Task<HttpStatusCode> StatusAsync(ErasureRig rig, string blobId) =>
        (await rig.Client.GetAnswerAsync($"/blobs/{blobId}")).Status;

    private static async Task<string> NameInVainAsync(TraceClient client, params string[] output)
    {
        var body = TraceClient.NewTrace();
        body["developer"]!["consent_flags"] = new JsonObject { ["store_terminal_output"] = false };
        var traceId = await client.OpenAsync(body);
        await client.AppendAsync(traceId, [.. output.Select((one, i) => MarkedTrace.Output(i + 1, one))]);
        return traceId;
    }
}
