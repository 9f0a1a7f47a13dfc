using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Datacurve.Tests.Api;
using Datacurve.Tests.Erasing;
using Datacurve.Tests.Redaction;
using Datacurve.Tests.Upkeep;

namespace Datacurve.Tests.Originals;

/// <summary>The originals of blobs that a developer does not let be stored.</summary>
public sealed class RawConsentTests
{
    private readonly Planted _planted = new(Random.Shared.Next());

    public static TheoryData<string, string> Kinds => StoreRig.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_original_goes_with_the_blob_that_is_withheld_and_stays_with_one_that_is_not(
        string engine,
        string medium
    )
    {
        await using var rig = await RawRig.StartAsync(engine, medium);
        var (own, shared) = (Secret(), Secret());
        var (ownId, sharedId) = (await rig.UploadAsync(own), await rig.UploadAsync(shared));
        var opening = Wire.NewTrace();
        opening["developer"]!["consent_flags"] = new JsonObject { ["store_terminal_output"] = false };
        var refusing = await rig.Client.OpenTraceAsync(opening);
        await rig.Client.AppendAsync(
            refusing,
            Wire.Batch(MarkedTrace.Output(1, ownId), MarkedTrace.Output(2, sharedId))
        );
        var allowing = await rig.Client.OpenTraceAsync();
        await rig.Client.AppendAsync(allowing, Wire.Batch(MarkedTrace.Output(1, sharedId)));
        Assert.Equal(0, await rig.Erasure.RemoveWithheldAsync());
        Assert.Equal(2, (await rig.OriginalsAsync()).Count);

        await rig.Erasure.AgeAsync();
        Assert.Equal(1, await rig.Erasure.RemoveWithheldAsync());

        Assert.Single(await rig.OriginalsAsync());
        (await rig.Client.GetAnswerAsync($"/blobs/{ownId}/raw")).AssertProblem(HttpStatusCode.NotFound);
        Assert.Equal(shared, (await rig.Client.GetAnswerAsync($"/blobs/{sharedId}/raw")).Body);
        Assert.Equal(0, await rig.Erasure.RemoveWithheldAsync());
        Assert.Single(await rig.OriginalsAsync());
        Assert.All(await rig.FsckAsync(), finding => Assert.True(finding.Informative, finding.Text));
    }

    private byte[] Secret() => Encoding.UTF8.GetBytes($"export TOKEN={_planted.GitHubToken()}\n");
}
