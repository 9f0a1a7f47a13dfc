using System.Net;
using System.Text.Json.Nodes;
using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Upkeep;
using Datacurve.Server.Web;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Erasing;

/// <summary>A hash that somebody mentions keeps nothing that he could not read by it.</summary>
public sealed class StrangersNameTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_erased_goes_though_another_project_mentions_its_hash()
    {
        await using var keyed = await KeyedAsync();
        using var owner = await keyed.ClientAsync(Scope.All);
        using var neighbour = await keyed.ClientAsync(Scope.All, await keyed.ProjectAsync());
        var (ofOwner, blobId) = await NameAsync(owner, $"secret of one project {Guid.NewGuid()}");
        await MentionAsync(neighbour, blobId);
        Assert.Equal(HttpStatusCode.NotFound, (await neighbour.GetAnswerAsync($"/blobs/{blobId}")).Status);

        while (
            (await owner.SendAsync(HttpMethod.Delete, $"/traces/{ofOwner}?now=true")).Json[
                "state"
            ]!.ToString() != "erased"
        )
            await Task.Delay(50, Ct);

        Assert.False(await IsKeptAsync(keyed, blobId));
    }

    [Fact]
    public async Task What_a_developer_refuses_goes_though_another_project_mentions_its_hash()
    {
        await using var keyed = await KeyedAsync();
        using var owner = await keyed.ClientAsync(Scope.All);
        using var neighbour = await keyed.ClientAsync(Scope.All, await keyed.ProjectAsync());
        var (ofOwner, blobId) = await NameAsync(
            owner,
            $"refused {Guid.NewGuid()}",
            new JsonObject { ["store_terminal_output"] = false }
        );
        await MentionAsync(neighbour, blobId);
        await new TraceClient(owner).FinalizeAsync(ofOwner);

        await keyed.Services.GetRequiredService<WithheldBlobs>().RemoveAsync(Ct);

        Assert.False(await IsKeptAsync(keyed, blobId));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task Code_that_is_erased_goes_though_anothers_edit_began_from_it(string engine)
    {
        await using var rig = await ErasureRig.StartAsync(engine, "files");
        var client = new TraceClient(rig.Client);
        var code = $"def of_one(): return '{Guid.NewGuid()}' # {MarkedTrace.Secret}";
        var snapshot = await client.UploadAsync(code);
        var kept = await client.UploadAsync($"named as well {Guid.NewGuid()}");
        var leaving = await client.OpenAsync(TraceClient.NewTrace());
        await client.AppendAsync(leaving, Snapshot(1, snapshot), Snapshot(2, kept));
        var other = await client.OpenAsync(TraceClient.NewTrace());
        var patch = await client.UploadAsync($"a patch {Guid.NewGuid()}");
        await client.AppendAsync(
            other,
            Edit(1, patch, before: snapshot, after: kept),
            // The same hash is a name where it stands for a blob.
            Snapshot(2, kept)
        );

        await rig.EraseAsync(leaving);
        await rig.DoneAsync(leaving);

        Assert.Equal(HttpStatusCode.NotFound, (await rig.Client.GetAnswerAsync($"/blobs/{snapshot}")).Status);
        Assert.Empty(await rig.Store.FindAsync("def of_one"));
        Assert.Equal(HttpStatusCode.OK, (await rig.Client.GetAnswerAsync($"/blobs/{kept}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await rig.Client.GetAnswerAsync($"/blobs/{patch}")).Status);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task What_another_trace_is_sealed_in_stays_though_an_erased_one_mentioned_it(string engine)
    {
        await using var rig = await ErasureRig.StartAsync(engine, "files");
        var client = new TraceClient(rig.Client);
        var (staying, _) = await NameAsync(rig.Client, $"output {Guid.NewGuid()}");
        await client.FinalizeAsync(staying);
        await client.EndAsync(staying);
        await rig.SealedAsync(staying);
        var (leaving, _) = await NameAsync(rig.Client, $"more output {Guid.NewGuid()}");
        await client.AppendAsync(
            leaving,
            MarkedTrace.Output(2, BlobId.FromHash((await rig.SealedHashAsync(staying))!).ToString())
        );

        await rig.EraseAsync(leaving);
        await rig.DoneAsync(leaving);

        Assert.Single((await rig.Client.GetTraceAsync(staying))["events"]!.AsArray());
    }

    private static async Task<Auth.KeyedService> KeyedAsync()
    {
        var keyed = new Auth.KeyedService();
        await keyed.StartAsync(options =>
            options with
            {
                Keeping = options.Keeping with { SweepSeconds = 1 },
            }
        );
        return keyed;
    }

    private static async Task<(string TraceId, string BlobId)> NameAsync(
        HttpClient http,
        string output,
        JsonObject? consent = null
    )
    {
        var client = new TraceClient(http);
        var body = TraceClient.NewTrace();
        body["developer"]!["consent_flags"] = consent ?? [];
        var traceId = await client.OpenAsync(body);
        var blobId = await client.UploadAsync(output);
        await client.AppendAsync(traceId, MarkedTrace.Output(1, blobId));
        return (traceId, blobId);
    }

    /// <summary>Names a blob in an event without having sent it.</summary>
    private static async Task MentionAsync(HttpClient http, string blobId)
    {
        var client = new TraceClient(http);
        await client.AppendAsync(
            await client.OpenAsync(TraceClient.NewTrace()),
            MarkedTrace.Output(1, blobId)
        );
    }

    private static async Task<bool> IsKeptAsync(Auth.KeyedService keyed, string blobId) =>
        BlobId.TryParse(blobId, out var id)
        && await keyed.Services.GetRequiredService<BlobStore>().Rows.FindAsync(id) is not null;

    private static JsonObject Snapshot(long seq, string blobId) =>
        TraceClient.Event(
            seq,
            "file_snapshot",
            new JsonObject
            {
                ["file_path"] = "calc.py",
                ["content_blob_id"] = blobId,
                ["snapshot_reason"] = "manual_checkpoint",
            }
        );

    private static JsonObject Edit(long seq, string patch, string before, string after) =>
        TraceClient.Event(
            seq,
            "file_edit",
            new JsonObject
            {
                ["file_path"] = "calc.py",
                ["edit_kind"] = "patch",
                ["patch_blob_id"] = patch,
                ["pre_hash"] = before,
                ["post_hash"] = after,
            }
        );
}
