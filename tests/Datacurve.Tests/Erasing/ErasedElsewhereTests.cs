using System.Net;
using Datacurve.Core;
using Datacurve.Server;
using Datacurve.Server.Storage;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Erasing;

/// <summary>What a process does that has not heard yet of the erasure that another began.</summary>
public sealed class ErasedElsewhereTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task A_trace_whose_erasure_another_process_began_gets_no_new_QA(string engine)
    {
        await using var rig = await ErasureRig.StartAsync(engine, "files");
        var client = new TraceClient(rig.Client);
        var traceId = await client.OpenAsync(TraceClient.NewTrace());
        Assert.Equal(HttpStatusCode.OK, (await rig.Client.GetAnswerAsync($"/traces/{traceId}")).Status);
        Assert.True(TraceId.TryParse(traceId, out var id));

        await new Erasures(rig.Database, TimeProvider.System).BeginAsync(
            id,
            new ErasureOrder(ProjectId.Default, "other", "other", AtOnce: false, "request"),
            Ct
        );
        var asked = await rig.Client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/qa");

        Assert.Equal(HttpStatusCode.NotFound, asked.Status);
    }

    [Fact]
    public async Task A_trace_that_another_process_erased_is_read_by_nobody_from_then_on()
    {
        // Neither carries the erasure through, so that all of the trace is there still.
        await using var rig = await ErasureRig.StartAsync(
            "postgresql",
            "files",
            more: options => options with { Roles = new Roles(Api: true, Worker: false) }
        );
        await using var another = await rig.StartAnotherAsync();
        var recording = Recording.OfWrongSum();
        var traceId = await new TraceClient(rig.Client).RecordAsync(recording);
        var trace = $"/traces/{traceId}";
        string[] paths = ["", "/events", "/events/stream", "/state?seq=1", "/qa", "/raw", "/events/raw"];
        using var tail = await another.Client.GetAsync(
            $"{trace}/events/stream",
            HttpCompletionOption.ResponseHeadersRead,
            Ct
        );
        foreach (var path in paths.Where(path => path != "/events/stream"))
            Assert.Equal(HttpStatusCode.OK, (await another.Client.GetAnswerAsync(trace + path)).Status);

        Assert.Equal(HttpStatusCode.Accepted, (await rig.EraseAsync(traceId)).Status);

        foreach (var path in paths)
            Assert.Contains(
                (await another.Client.GetAnswerAsync(trace + path)).Status,
                new[] { HttpStatusCode.NotFound, HttpStatusCode.Gone }
            );
        var retried = await another.Client.AppendAsync(traceId, Wire.Batch(1, 1));
        var ended = await another.Client.FinalizeAsync(traceId);
        Assert.Equal((HttpStatusCode.Gone, HttpStatusCode.Gone), (retried.Status, ended.Status));
        var told = await tail.Content.ReadAsStringAsync(Ct).WaitAsync(TimeSpan.FromSeconds(20), Ct);
        Assert.EndsWith("event: end\nid: 3\ndata: {}\n\n", told, StringComparison.Ordinal);
    }
}
