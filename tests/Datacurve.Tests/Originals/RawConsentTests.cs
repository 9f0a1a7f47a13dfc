using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Datacurve.Server;
using Datacurve.Server.Blobs;
using Datacurve.Server.Upkeep;
using Datacurve.Tests.Api;
using Datacurve.Tests.Erasing;
using Datacurve.Tests.Qa.Pipeline;
using Datacurve.Tests.Redaction;
using Datacurve.Tests.Upkeep;
using Microsoft.Extensions.Time.Testing;

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

    [Theory]
    [InlineData("sqlite", "files")]
    [InlineData("postgresql", "s3")]
    public async Task What_becomes_due_during_a_look_is_left_to_the_next(string engine, string medium)
    {
        await using var rig = await RawRig.StartAsync(engine, medium);
        var both = Secret();
        var (dueId, bothId) = (await rig.UploadAsync(Secret()), await rig.UploadAsync(both));
        var opening = Wire.NewTrace();
        opening["developer"]!["consent_flags"] = new JsonObject { ["store_terminal_output"] = false };
        var traceId = await rig.Client.OpenTraceAsync(opening);
        var thought = new JsonObject { ["content_blob_id"] = bothId, ["kind"] = "plan" };
        await rig.Client.AppendAsync(
            traceId,
            Wire.Batch(
                MarkedTrace.Output(1, dueId),
                MarkedTrace.Output(2, bothId),
                TraceClient.Event(3, "thought", thought)
            )
        );
        await rig.Erasure.AgeAsync();
        // The one may be kept in another place of the trace, and becomes due while the look goes on.
        var options = rig.Erasure.Part<Options>();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow())
        {
            AutoAdvanceAmount = TimeSpan.FromHours(1),
        };
        await rig.TouchAsync(
            bothId,
            clock.Start - TimeSpan.FromHours(options.Blobs.GraceHours + 1) + TimeSpan.FromMinutes(30)
        );
        var blobs = new WithheldBlobs(
            rig.Erasure.Database,
            rig.Erasure.Part<BlobStore>(),
            rig.Erasure.Part<BlobNamers>(),
            rig.Erasure.Part<AllowedNames>(),
            options,
            clock
        );

        Assert.Equal(1, await blobs.RemoveAsync(TestContext.Current.CancellationToken));

        Assert.Equal(both, (await rig.Client.GetAnswerAsync($"/blobs/{bothId}/raw")).Body);
    }

    private byte[] Secret() => Encoding.UTF8.GetBytes($"export TOKEN={_planted.GitHubToken()}\n");
}
