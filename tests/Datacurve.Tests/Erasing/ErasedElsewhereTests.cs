using System.Net;
using Datacurve.Core;
using Datacurve.Server.Storage;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Erasing;

/// <summary>What a process does that has not heard yet of the erasure that another began.</summary>
public sealed class ErasedElsewhereTests
{
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
            TestContext.Current.CancellationToken
        );
        var asked = await rig.Client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/qa");

        Assert.Equal(HttpStatusCode.NotFound, asked.Status);
    }
}
