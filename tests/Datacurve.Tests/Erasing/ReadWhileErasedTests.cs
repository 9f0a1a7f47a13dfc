using System.Net;
using Datacurve.Tests.Api;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Qa.Pipeline;
using ServerProcess = Datacurve.Tests.Simulation.ServerProcess;

namespace Datacurve.Tests.Erasing;

/// <summary>An answer that was begun before an erasure does not go on after it.</summary>
public sealed class ReadWhileErasedTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", false)]
    [InlineData("", true)]
    [InlineData("/events", false)]
    [InlineData("/events", true)]
    [InlineData("/events/raw", true)]
    public async Task A_long_answer_breaks_off_and_does_not_look_whole(string path, bool isSealed)
    {
        await using var rig = await ErasureRig.StartAsync("sqlite", "files");
        var traceId = await LongTraceAsync(rig, isSealed);
        await using var body = await rig.Client.BeginReadingAsync($"/traces/{traceId}{path}");

        Assert.Equal(HttpStatusCode.Accepted, (await rig.EraseAsync(traceId)).Status);

        await Assert.ThrowsAnyAsync<IOException>(body.ReadRestAsync);
    }

    [Fact]
    public async Task A_tail_ends_in_the_midst_of_what_was_there_already()
    {
        await using var rig = await ErasureRig.StartAsync("sqlite", "files");
        var traceId = await LongTraceAsync(rig, isSealed: true);
        await using var body = await rig.Client.BeginReadingAsync($"/traces/{traceId}/events/stream");

        Assert.Equal(HttpStatusCode.Accepted, (await rig.EraseAsync(traceId)).Status);
        // It asks once a second at most.
        await Task.Delay(TimeSpan.FromSeconds(2), Ct);
        var told = await body.ReadRestAsync();

        Assert.InRange(told.Length, 0, LongTrace.Bytes / 2);
        Assert.EndsWith("data: {}\n\n", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_no_failure_of_the_service()
    {
        using var folder = new TempFolder();
        using var server = await ServerProcess.StartAsync(folder.Path);
        var traceId = await server.Client.OpenTraceAsync();
        await server.Client.AppendLongAsync(traceId);
        await using var body = await server.Client.BeginReadingAsync($"/traces/{traceId}/events");

        await server.Client.SendAsync(HttpMethod.Delete, $"/traces/{traceId}");

        await Assert.ThrowsAnyAsync<IOException>(body.ReadRestAsync);
        // The log comes behind: what another erasure has it say comes after what the break had.
        var another = await server.Client.OpenTraceAsync();
        await server.Client.SendAsync(HttpMethod.Delete, $"/traces/{another}");
        while (server.Log.Split("[5701]").Length < 3)
            await Task.Delay(20, Ct);
        Assert.Empty(server.Failures);
    }

    private static async Task<string> LongTraceAsync(ErasureRig rig, bool isSealed)
    {
        var traceId = await new TraceClient(rig.Client).RecordAsync(Recording.OfWrongSum());
        await rig.Client.AppendLongAsync(traceId, afterSeq: 3);
        if (isSealed)
        {
            Assert.Equal(HttpStatusCode.OK, (await rig.Client.FinalizeAsync(traceId)).Status);
            await rig.SealedAsync(traceId);
        }

        return traceId;
    }
}
