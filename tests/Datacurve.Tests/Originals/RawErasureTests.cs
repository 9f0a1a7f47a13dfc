using System.Net;
using System.Text;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Originals;
using Datacurve.Server.Storage;
using Datacurve.Server.Upkeep;
using Datacurve.Server.Web;
using Datacurve.Tests.Api;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Erasing;
using Datacurve.Tests.Redaction;
using Datacurve.Tests.Upkeep;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Originals;

/// <summary>Originals go with what they are originals of, and not before.</summary>
public sealed class RawErasureTests
{
    private readonly Planted _planted = new(Random.Shared.Next());

    public static TheoryData<string, string> Kinds => StoreRig.Kinds;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_original_is_erased_with_its_trace_unless_another_trace_names_it(
        string engine,
        string medium
    )
    {
        await using var rig = await RawRig.StartAsync(engine, medium);
        var (own, shared) = (Secret(), Secret());
        var (ownId, sharedId) = (await rig.UploadAsync(own), await rig.UploadAsync(shared));
        var traceId = await NamedAsync(rig, ownId, sharedId);
        var other = await NamedAsync(rig, sharedId);
        Assert.Equal(2, (await rig.OriginalsAsync()).Count);

        await rig.Erasure.EraseAsync(traceId);
        await rig.Erasure.DoneAsync(traceId);

        var kept = Assert.Single(await rig.OriginalsAsync());
        Assert.Equal(shared, (await rig.Client.GetAnswerAsync($"/blobs/{sharedId}/raw")).Body);
        (await rig.Client.GetAnswerAsync($"/blobs/{ownId}/raw")).AssertProblem(HttpStatusCode.NotFound);
        Assert.Equal(2, await StoredAsync(rig));
        await rig.Erasure.EraseAsync(other);
        await rig.Erasure.DoneAsync(other);
        Assert.DoesNotContain(kept, await rig.OriginalsAsync());
        Assert.Equal(0, await StoredAsync(rig));
        Assert.Empty(await rig.FsckAsync());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_upload_that_was_broken_off_leaves_nothing_that_an_erasure_does_not_find(
        string engine,
        string medium
    )
    {
        await using var rig = await RawRig.StartAsync(engine, medium);
        var content = Secret();
        var traceId = await NamedAsync(rig, BlobId.Of(content).ToString());
        await BreakOffAsync(rig, content);
        Assert.Equal(1, await StoredAsync(rig));

        await rig.Erasure.EraseAsync(traceId);
        await rig.Erasure.DoneAsync(traceId);

        Assert.Equal(0, await StoredAsync(rig));
        Assert.Empty(await rig.OriginalsAsync());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Collection_keeps_the_originals_of_what_is_named_and_takes_the_others(
        string engine,
        string medium
    )
    {
        await using var rig = await RawRig.StartAsync(engine, medium);
        var (named, unnamed) = (Secret(), Secret());
        var (namedId, unnamedId) = (await rig.UploadAsync(named), await rig.UploadAsync(unnamed));
        await NamedAsync(rig, namedId);
        await BreakOffAsync(rig, Secret());
        Assert.Equal(5, await StoredAsync(rig));

        await CollectAsync(rig);

        Assert.Single(await rig.OriginalsAsync());
        Assert.Equal(2, await StoredAsync(rig));
        Assert.Equal(named, (await rig.Client.GetAnswerAsync($"/blobs/{namedId}/raw")).Body);
        (await rig.Client.GetAnswerAsync($"/blobs/{unnamedId}/raw")).AssertProblem(HttpStatusCode.NotFound);
        Assert.Empty(await rig.FsckAsync());
    }

    [Fact]
    public async Task Sending_the_same_again_keeps_one_original()
    {
        await using var rig = await RawRig.StartAsync("sqlite", "files");
        var content = Secret();

        for (var sent = 0; sent < 3; sent++)
            await rig.UploadAsync(content);

        Assert.Single(await rig.OriginalsAsync());
    }

    [Fact]
    public async Task An_original_is_its_projects_alone_also_where_another_sent_the_same()
    {
        using var folder = new TempFolder();
        var keyPath = RawKeysTests.KeyFile(folder.Path, "key", new byte[RawKey.KeyBytes]);
        await using var keyed = new Auth.KeyedService();
        await keyed.StartAsync(options => options with { RawKeyPath = keyPath });
        using var owner = await keyed.ClientAsync(Scope.All);
        using var neighbour = await keyed.ClientAsync(Scope.All, await keyed.ProjectAsync());
        var modes = keyed.Services.GetRequiredService<ProjectModes>();
        Assert.True(await modes.SetAsync("default", ProjectModes.Raw, Ct));
        var content = Secret();
        var blobId = (await owner.UploadAsync(content)).Json["blob_id"]!.GetValue<string>();
        await neighbour.UploadAsync(content);

        var ofNeighbour = await neighbour.GetAnswerAsync($"/blobs/{blobId}/raw");

        ofNeighbour.AssertProblem(HttpStatusCode.NotFound);
        Assert.Equal(content, (await owner.GetAnswerAsync($"/blobs/{blobId}/raw")).Body);
        using var reader = await keyed.ClientAsync(Scope.Read);
        (await reader.GetAnswerAsync($"/blobs/{blobId}/raw")).AssertProblem(HttpStatusCode.Forbidden);
    }

    private byte[] Secret() => Encoding.UTF8.GetBytes($"export TOKEN={_planted.GitHubToken()}\n");

    /// <summary>A trace that names the blobs.</summary>
    private static async Task<string> NamedAsync(RawRig rig, params string[] blobIds)
    {
        var traceId = await rig.Client.OpenTraceAsync();
        var events = blobIds.Select((blobId, index) => MarkedTrace.Output(index + 1, blobId));
        Assert.Equal(
            HttpStatusCode.Accepted,
            (await rig.Client.AppendAsync(traceId, Wire.Batch([.. events]))).Status
        );
        return traceId;
    }

    /// <summary>An upload that ends when the original's bytes are there and their row is not.</summary>
    private static async Task BreakOffAsync(RawRig rig, byte[] content)
    {
        await ExecuteAsync(rig, "alter table blobs rename column touched_at_ms to away");
        var answer = await rig.Client.UploadAsync(content);
        Assert.True(answer.Status >= HttpStatusCode.InternalServerError, answer.Text);
        await ExecuteAsync(rig, "alter table blobs rename column away to touched_at_ms");
    }

    /// <summary>Marks what nothing names, and removes it.</summary>
    private static async Task CollectAsync(RawRig rig)
    {
        var collector = new BlobCollector(
            rig.Erasure.Part<BlobStore>(),
            rig.Erasure.Part<BlobReferences>(),
            grace: TimeSpan.FromHours(-1),
            TimeProvider.System
        );
        await collector.RunAsync(dryRun: false, progress: null, Ct);
        await collector.RunAsync(dryRun: false, progress: null, Ct);
    }

    private static async Task<int> StoredAsync(RawRig rig) =>
        await rig.Erasure.Part<BlobStore>().ListAsync(Ct).CountAsync(Ct);

    private static Task<int> ExecuteAsync(RawRig rig, string sql) =>
        rig.Erasure.Database.WriteAsync(connection => connection.ExecuteAsync(sql), Ct);
}
