using System.Net;
using System.Text.Json.Nodes;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Erasing;

/// <summary>A developer whose id is stored otherwise than it was sent, since it looks like a token.</summary>
public sealed class ErasedDeveloperTests
{
    [Theory]
    [InlineData("sqlite", false, "")]
    [InlineData("postgresql", false, "")]
    [InlineData("sqlite", true, "")]
    [InlineData("sqlite", false, "ada@analytical-engine.net ")]
    public async Task Is_found_by_the_id_that_was_sent_and_by_the_one_that_is_kept(
        string engine,
        bool byKept,
        string address
    )
    {
        var sent = address + MarkedTrace.Secret;
        await using var rig = await ErasureRig.StartAsync(engine, "files");
        var client = new TraceClient(rig.Client);
        var body = TraceClient.NewTrace();
        body["developer"]!["developer_id"] = sent;
        var leaving = await client.OpenAsync(body);
        var staying = await client.OpenAsync(TraceClient.NewTrace());
        var kept = (await rig.Client.GetTraceAsync(leaving))["developer"]!["developer_id"]!.ToString();
        Assert.NotEqual(sent, kept);
        Assert.StartsWith(address, kept, StringComparison.Ordinal);

        var begun = await rig.Client.PostAsync(
            "/admin/erasures",
            new JsonObject { ["developer_id"] = byKept ? kept : sent, ["now"] = true }
        );

        Assert.Equal(HttpStatusCode.Accepted, begun.Status);
        Assert.Equal(leaving, Assert.Single(begun.Json["trace_ids"]!.AsArray())!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await rig.Client.GetAnswerAsync($"/traces/{staying}")).Status);
    }
}
