using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Datacurve.Core;
using Datacurve.Server.Originals;
using Datacurve.Tests.Api;
using Datacurve.Tests.Redaction;
using Datacurve.Tests.Upkeep;

namespace Datacurve.Tests.Originals;

/// <summary>Blobs of a project that keeps originals, on every engine and medium.</summary>
public sealed class RawBlobTests
{
    private readonly Planted _planted = new(Random.Shared.Next());

    public static TheoryData<string, string> Kinds => StoreRig.Kinds;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_was_sent_is_given_back_raw_and_lies_nowhere_in_the_clear(
        string engine,
        string medium
    )
    {
        await using var rig = await RawRig.StartAsync(engine, medium);
        var token = _planted.GitHubToken();
        byte[][] sent =
        [
            Encoding.UTF8.GetBytes($"export GITHUB_TOKEN={token}\n"),
            Encoding.UTF8.GetBytes($"{_planted.Alphanumeric(200_000)}\n{token}\n{Lines(400_000)}"),
            Encoding.UTF8.GetBytes($"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-{token}\n+nothing\n"),
        ];

        foreach (var content in sent)
        {
            var blobId = await rig.UploadAsync(content);

            Assert.Equal(BlobId.Of(content).ToString(), blobId);
            var kept = await rig.Client.GetAnswerAsync($"/blobs/{blobId}");
            Assert.Contains("REDACTED_github_pat_", kept.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(token, kept.Text, StringComparison.Ordinal);
            var raw = await rig.Client.GetAnswerAsync($"/blobs/{blobId}/raw");
            Assert.Equal(HttpStatusCode.OK, raw.Status);
            Assert.Equal(content, raw.Body);
            Assert.Equal($"\"{blobId}\"", raw.Headers.ETag!.Tag);
        }

        Assert.Empty(await rig.Store.FindAsync(token));
        Assert.Empty(await rig.FsckAsync());
    }

    [Fact]
    public async Task A_part_of_an_original_is_read_by_its_range()
    {
        await using var rig = await RawRig.StartAsync("sqlite", "files");
        var content = Encoding.UTF8.GetBytes(Lines(150_000) + _planted.GitHubToken() + "\n" + Lines(100_000));
        var blobId = await rig.UploadAsync(content);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/blobs/{blobId}/raw");
        request.Headers.Range = new RangeHeaderValue(130_000, 139_999);
        using var answer = await rig.Client.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(content[130_000..140_000], await answer.Content.ReadAsByteArrayAsync(Ct));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Where_nothing_was_replaced_no_original_is_kept(string engine, string medium)
    {
        await using var rig = await RawRig.StartAsync(engine, medium);
        var content = Encoding.UTF8.GetBytes($"nothing to hide {Guid.NewGuid()}\n");

        var blobId = await rig.UploadAsync(content);

        Assert.Equal(content, (await rig.Client.GetAnswerAsync($"/blobs/{blobId}/raw")).Body);
        Assert.Empty(await rig.OriginalsAsync());
    }

    [Fact]
    public async Task A_redacted_project_keeps_none_and_says_so()
    {
        await using var rig = await RawRig.StartAsync("sqlite", "files");
        await rig.SetModeAsync(ProjectModes.Redacted);
        var content = Encoding.UTF8.GetBytes(_planted.GitHubToken());
        var blobId = await rig.UploadAsync(content);
        (await rig.Client.GetAnswerAsync($"/blobs/{blobId}/raw")).AssertProblem(HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.OK, (await HeadAsync(rig, blobId)));

        // From then on the original is asked for, by telling the client to send it.
        await rig.SetModeAsync(ProjectModes.Raw);
        Assert.Equal(HttpStatusCode.NotFound, await HeadAsync(rig, blobId));
        await rig.UploadAsync(content);

        Assert.Equal(HttpStatusCode.OK, await HeadAsync(rig, blobId));
        Assert.Equal(content, (await rig.Client.GetAnswerAsync($"/blobs/{blobId}/raw")).Body);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_taken_and_no_start_succeeds()
    {
        await using var rig = await RawRig.StartAsync("sqlite", "files");
        var content = Encoding.UTF8.GetBytes(_planted.GitHubToken());
        var blobId = await rig.UploadAsync(content);
        await rig.SetModeAsync(ProjectModes.Redacted);
        await rig.RestartAsync(keyPath: null);
        // As another process does it that has the key.
        await rig.SetModeAsync(ProjectModes.Raw);

        var refused = await rig.Client.UploadAsync(Encoding.UTF8.GetBytes(_planted.GitHubToken()));
        var unread = await rig.Client.GetAnswerAsync($"/blobs/{blobId}/raw");

        refused.AssertProblem(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("mode is raw", refused.Text, StringComparison.Ordinal);
        unread.AssertProblem(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("a key that this service does not hold", unread.Text, StringComparison.Ordinal);
        Assert.Contains("original_without_key", (await rig.FsckAsync()).Select(found => found.Kind));
        var start = await Assert.ThrowsAsync<Datacurve.Server.StartException>(() => rig.RestartAsync(null));
        Assert.Contains("RAW_KEY_PATH", start.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_key_seals_and_the_one_before_it_still_opens()
    {
        await using var rig = await RawRig.StartAsync("sqlite", "files");
        var (old, now) = (
            Encoding.UTF8.GetBytes(_planted.GitHubToken()),
            Encoding.UTF8.GetBytes(_planted.GitHubToken())
        );
        var oldId = await rig.UploadAsync(old);
        var added = rig.NewKeyFile("added");
        await rig.RestartAsync($"{added},{rig.KeyPath}");
        var nowId = await rig.UploadAsync(now);
        Assert.Equal(old, (await rig.Client.GetAnswerAsync($"/blobs/{oldId}/raw")).Body);
        Assert.Equal(now, (await rig.Client.GetAnswerAsync($"/blobs/{nowId}/raw")).Body);

        await rig.RestartAsync(added);

        Assert.Equal(now, (await rig.Client.GetAnswerAsync($"/blobs/{nowId}/raw")).Body);
        (await rig.Client.GetAnswerAsync($"/blobs/{oldId}/raw")).AssertProblem(
            HttpStatusCode.ServiceUnavailable
        );
        // What is sent again is sealed anew, since nobody here can open what there is.
        await rig.UploadAsync(old);
        Assert.Equal(old, (await rig.Client.GetAnswerAsync($"/blobs/{oldId}/raw")).Body);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_damaged_original_is_not_given_away_and_can_be_sent_again(string engine, string medium)
    {
        await using var rig = await RawRig.StartAsync(engine, medium);
        var content = Encoding.UTF8.GetBytes(_planted.GitHubToken() + "\n" + Lines(100_000));
        var blobId = await rig.UploadAsync(content);
        var original = Assert.Single(await rig.OriginalsAsync());
        await rig.Erasure.BreakAsync(original);

        var damaged = await rig.Client.GetAnswerAsync($"/blobs/{blobId}/raw");

        damaged.AssertProblem(HttpStatusCode.NotFound);
        Assert.Contains("damaged", damaged.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await HeadAsync(rig, blobId));
        await rig.UploadAsync(content);
        Assert.Equal(content, (await rig.Client.GetAnswerAsync($"/blobs/{blobId}/raw")).Body);
    }

    [Fact]
    public async Task An_original_that_was_exchanged_with_another_is_not_given_away()
    {
        await using var rig = await RawRig.StartAsync("sqlite", "files");
        var (one, other) = (
            await rig.UploadAsync(Encoding.UTF8.GetBytes(_planted.GitHubToken())),
            await rig.UploadAsync(Encoding.UTF8.GetBytes(_planted.GitHubToken()))
        );
        await rig.ExchangeAsync(one, other);

        (await rig.Client.GetAnswerAsync($"/blobs/{one}/raw")).AssertProblem(HttpStatusCode.NotFound);
        (await rig.Client.GetAnswerAsync($"/blobs/{other}/raw")).AssertProblem(HttpStatusCode.NotFound);
        Assert.Equal(
            ["original_damaged", "original_damaged"],
            (await rig.FsckAsync()).Select(found => found.Kind)
        );
    }

    [Fact]
    public async Task What_cannot_be_redacted_leaves_no_original()
    {
        await using var rig = await RawRig.StartAsync("sqlite", "files");
        var bundle = Encoding.UTF8.GetBytes("# v2 git bundle\n" + _planted.GitHubToken());
        var other = BlobId.Of("something else"u8).ToString();

        (await rig.Client.UploadAsync(bundle)).AssertProblem(HttpStatusCode.UnprocessableEntity);
        var mismatch = await rig.Client.SendAsync(
            HttpMethod.Put,
            $"/blobs/{other}",
            new ByteArrayContent(Encoding.UTF8.GetBytes(_planted.GitHubToken() + Lines(200_000)))
        );

        mismatch.AssertProblem(HttpStatusCode.BadRequest);
        Assert.Empty(await rig.OriginalsAsync());
        Assert.Empty(rig.Files());
    }

    [Fact]
    public async Task Every_raw_read_is_in_the_audit_log()
    {
        await using var rig = await RawRig.StartAsync("sqlite", "files");
        var blobId = await rig.UploadAsync(Encoding.UTF8.GetBytes(_planted.GitHubToken()));

        for (var read = 0; read < 3; read++)
            await rig.Client.GetAnswerAsync($"/blobs/{blobId}/raw");

        var acts = (await rig.Client.GetAnswerAsync("/admin/audit?limit=100")).Json["acts"]!
            .AsArray()
            .Where(act => act!["action"]!.GetValue<string>() == "get_blob_raw")
            .ToList();
        Assert.Equal(3, acts.Count);
        Assert.All(acts, act => Assert.Equal(blobId, act!["subject"]!.GetValue<string>()));
    }

    private string Lines(int length)
    {
        var text = new StringBuilder(length);
        while (text.Length < length)
            text.Append("line ").Append(_planted.Of("abc ", 40)).Append('\n');
        return text.ToString();
    }

    private static async Task<HttpStatusCode> HeadAsync(RawRig rig, string blobId) =>
        (await rig.Client.SendAsync(HttpMethod.Head, $"/blobs/{blobId}")).Status;
}
