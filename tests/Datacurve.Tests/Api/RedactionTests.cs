using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Datacurve.Core;
using Datacurve.Core.Redaction;
using Datacurve.Server.Blobs;
using Datacurve.Server.Upkeep;
using Datacurve.Tests.Redaction;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Api;

/// <summary>What clients see of the redaction of what they send.</summary>
public abstract partial class RedactionTests(ServiceUnderTest service)
{
    private readonly HttpClient _client = service.Client;
    private readonly Planted _planted = new(11);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blob_is_named_by_what_was_sent_and_kept_without_its_secrets()
    {
        var token = _planted.GitHubToken();
        var content = Encoding.UTF8.GetBytes($"export GITHUB_TOKEN={token}\n");
        var blobId = BlobId.Of(content).ToString();

        var posted = await _client.UploadAsync(content);
        var again = await _client.UploadAsync(content);
        var put = await PutAsync(blobId, content);

        Assert.All(
            [posted, again, put],
            answer =>
            {
                Assert.Equal(HttpStatusCode.Created, answer.Status);
                Assert.Equal(blobId, answer.Json["blob_id"]!.GetValue<string>());
                Assert.Equal(content.Length, answer.Json["byte_length"]!.GetValue<int>());
            }
        );
        var read = await _client.GetAnswerAsync($"/blobs/{blobId}");
        Assert.StartsWith("export GITHUB_TOKEN=REDACTED_github_pat_", read.Text, StringComparison.Ordinal);
        Assert.Equal($"\"{BlobId.Of(read.Body)}\"", read.Headers.ETag!.Tag);
        var redaction = JsonNode.Parse(read.Headers.GetValues("Datacurve-Redaction").Single())!;
        Assert.Equal(RuleSet.Default.Version, redaction["rule_versions"]![0]!.GetValue<string>());
        Assert.Equal(1, redaction["counts"]!["github-pat"]!.GetValue<int>());
        using var head = new HttpRequestMessage(HttpMethod.Head, $"/blobs/{blobId}");
        using var asked = await _client.SendAsync(head, Ct);
        Assert.Equal(read.Body.Length, asked.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task What_was_redacted_before_stays_byte_for_byte()
    {
        var content = Encoding.UTF8.GetBytes($"a {_planted.GitHubToken()} and {_planted.GitHubToken()}\n");
        var first = (await _client.UploadAsync(content)).Json["blob_id"]!.GetValue<string>();
        var redacted = (await _client.GetAnswerAsync($"/blobs/{first}")).Body;

        var again = await _client.UploadAsync(redacted);

        var blobId = BlobId.Of(redacted).ToString();
        Assert.Equal(blobId, again.Json["blob_id"]!.GetValue<string>());
        var read = await _client.GetAnswerAsync($"/blobs/{blobId}");
        Assert.Equal(redacted, read.Body);
        Assert.Equal($"\"{blobId}\"", read.Headers.ETag!.Tag);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_secret_is_found_wherever_an_upload_is_cut(bool isLong)
    {
        var token = _planted.GitHubToken();
        var filler = new string('-', isLong ? 200_000 : 20) + " ";
        var content = Encoding.UTF8.GetBytes(filler + token + "\n" + filler + token);

        var blobId = (await _client.UploadAsync(content)).Json["blob_id"]!.GetValue<string>();

        Assert.DoesNotContain(token, await ReadAsync(blobId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_that_is_not_what_its_id_says_is_refused_and_not_kept()
    {
        var content = Encoding.UTF8.GetBytes($"{_planted.GitHubToken()} {Guid.NewGuid()}");
        var other = BlobId.Of("something else"u8).ToString();

        (await PutAsync(other, content)).AssertProblem(HttpStatusCode.BadRequest);

        (await _client.GetAnswerAsync($"/blobs/{other}")).AssertProblem(HttpStatusCode.NotFound);
        (await _client.GetAnswerAsync($"/blobs/{BlobId.Of(content)}")).AssertProblem(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("# v2 git bundle\n0123")]
    [InlineData("diff --git a/x b/x\nindex 1..2\nGIT binary patch\nliteral 5\nnot base 85\n\n")]
    public async Task What_cannot_be_looked_into_is_refused_and_not_kept(string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);

        var answer = await _client.UploadAsync(bytes);

        answer.AssertProblem(HttpStatusCode.UnprocessableEntity);
        (await _client.GetAnswerAsync($"/blobs/{BlobId.Of(bytes)}")).AssertProblem(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_batch_with_secrets_is_kept_without_them_and_recognized_when_it_comes_again()
    {
        var token = _planted.GitHubToken();
        var traceId = await _client.OpenTraceAsync();
        var batch = Wire.Batch(Command(1, token), Wire.Event(2), Command(3, token));

        var first = await _client.AppendAsync(traceId, batch);
        var again = await _client.AppendAsync(traceId, batch);

        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        Assert.Equal(3, again.Json["duplicates"]!.GetValue<int>());
        var trace = await _client.GetTraceAsync(traceId);
        Assert.DoesNotContain(token, trace.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(2, trace["redaction"]!["counts"]!["github-pat"]!.GetValue<int>());
        var commands = trace["events"]!.AsArray().Select(e => e!["payload"]!["command"]?.GetValue<string>());
        Assert.Equal(2, commands.OfType<string>().GroupBy(command => command).Single().Count());
    }

    [Fact]
    public async Task An_event_without_an_id_has_the_same_id_when_it_comes_again()
    {
        var traceId = await _client.OpenTraceAsync();
        var sent = Command(1, _planted.GitHubToken());
        sent.Remove("event_id");
        var named = sent.DeepClone().AsObject();
        named["event_id"] = null;

        await _client.AppendAsync(traceId, Wire.Batch(sent));
        var again = await _client.AppendAsync(traceId, Wire.Batch(sent));

        Assert.Equal(1, again.Json["duplicates"]!.GetValue<int>());
        var other = await _client.OpenTraceAsync();
        var taken = await _client.AppendAsync(other, Wire.Batch(named));
        Assert.Equal(HttpStatusCode.Accepted, taken.Status);
    }

    [Fact]
    public async Task Lines_of_events_are_redacted_too()
    {
        var token = _planted.GitHubToken();
        var traceId = await _client.OpenTraceAsync();
        var lines = string.Join(
            '\n',
            Enumerable.Range(1, 150).Select(seq => Command(seq, token).ToJsonString())
        );

        var answer = await _client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/events", Wire.Lines(lines));

        Assert.Equal(150, answer.Json["accepted"]!.GetValue<int>());
        var trace = await _client.GetTraceAsync(traceId);
        Assert.DoesNotContain(token, trace.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(150, trace["redaction"]!["counts"]!["github-pat"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_same_secret_is_the_same_placeholder_in_batches_blobs_and_documents()
    {
        var token = _planted.GitHubToken();
        var opening = Wire.NewTrace();
        opening["task"]!["bug_report"]!["title"] = token;
        var traceId = await _client.OpenTraceAsync(opening);
        await _client.AppendAsync(traceId, Wire.Batch(Command(1, token)));
        var blob = (await _client.UploadAsync(Encoding.UTF8.GetBytes(token))).Json[
            "blob_id"
        ]!.GetValue<string>();

        var trace = await _client.GetTraceAsync(traceId);

        var title = trace["task"]!["bug_report"]!["title"]!.GetValue<string>();
        Assert.StartsWith("REDACTED_github_pat_", title, StringComparison.Ordinal);
        Assert.Equal($"curl {title}", trace["events"]![0]!["payload"]!["command"]!.GetValue<string>());
        Assert.Equal(title, await ReadAsync(blob));
    }

    [Fact]
    public async Task Ids_and_hashes_and_whom_a_trace_is_of_stay_as_they_are()
    {
        var opening = Wire.NewTrace();
        opening["developer"]!["developer_id"] = "jane.doe@" + "somewhere.io";
        opening["repo"]!["commit_base"] = _planted.Hex(40);
        opening["repo"]!["repo_fingerprint"] = new JsonObject { ["tree_hash"] = _planted.Hex(40) };
        var traceId = await _client.OpenTraceAsync(opening);
        var edit = new JsonObject
        {
            ["file_path"] = "src/token.py",
            ["edit_kind"] = "patch",
            ["patch_blob_id"] = BlobId.Of("x"u8).ToString(),
            ["pre_hash"] = _planted.Hex(64),
            ["post_hash"] = "sha256:" + _planted.Hex(64),
        };
        var commit = new JsonObject
        {
            ["commit_sha"] = _planted.Hex(40),
            ["message"] = "m",
            ["parent_shas"] = new JsonArray(_planted.Hex(40), _planted.Hex(64)),
        };
        await _client.AppendAsync(
            traceId,
            Wire.Batch(Wire.Event(1, "file_edit", edit), Wire.Event(2, "commit", commit))
        );

        var trace = await _client.GetTraceAsync(traceId);

        Assert.Equal(
            opening["developer"]!["developer_id"]!.GetValue<string>(),
            trace["developer"]!["developer_id"]!.GetValue<string>()
        );
        Assert.True(JsonNode.DeepEquals(opening["repo"]!["commit_base"], trace["repo"]!["commit_base"]));
        Assert.Empty(trace["redaction"]!["counts"]!.AsObject());
        foreach (var (name, value) in edit)
            Assert.True(JsonNode.DeepEquals(value, trace["events"]![0]!["payload"]![name]), name);
        foreach (var (name, value) in commit)
            Assert.True(JsonNode.DeepEquals(value, trace["events"]![1]!["payload"]![name]), name);
    }

    [Fact]
    public async Task A_refusal_does_not_repeat_a_secret()
    {
        var token = _planted.GitHubToken();
        var traceId = await _client.OpenTraceAsync();
        var wrong = Command(1, "x");
        wrong["payload"]!["shell"] = new string('x', 80) + " " + token;
        wrong["actor"]!["kind"] = token;

        var refused = await _client.AppendAsync(traceId, Wire.Batch(wrong));

        refused.AssertProblem(HttpStatusCode.BadRequest);
        Assert.DoesNotContain(token[..12], refused.Text, StringComparison.Ordinal);
        var unknown = await _client.GetAnswerAsync($"/traces/{token}");
        Assert.DoesNotContain(token, unknown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redacted_blob_that_a_trace_names_is_neither_collected_nor_missed()
    {
        var content = Encoding.UTF8.GetBytes($"{_planted.GitHubToken()} {Guid.NewGuid()}");
        var blobId = (await _client.UploadAsync(content)).Json["blob_id"]!.GetValue<string>();
        var traceId = await _client.OpenTraceAsync();
        var output = new JsonObject { ["stream"] = "stdout", ["chunk_blob_id"] = blobId };
        await _client.AppendAsync(traceId, Wire.Batch(Wire.Event(1, "terminal_output", output)));
        var collector = new BlobCollector(
            service.Services.GetRequiredService<BlobStore>(),
            service.Services.GetRequiredService<BlobReferences>(),
            grace: TimeSpan.FromHours(-1),
            TimeProvider.System
        );

        await collector.RunAsync(dryRun: false, progress: null, Ct);
        await collector.RunAsync(dryRun: false, progress: null, Ct);

        Assert.StartsWith("REDACTED_", await ReadAsync(blobId), StringComparison.Ordinal);
        var findings = await service
            .Services.GetRequiredService<Fsck>()
            .FindAsync(progress: null, Ct)
            .Where(finding => finding.Text.Contains(blobId, StringComparison.Ordinal))
            .ToListAsync(Ct);
        Assert.Empty(findings);
    }

    private static JsonObject Command(long seq, string secret)
    {
        var made = Wire.Event(
            seq,
            "terminal_command",
            new JsonObject { ["cwd"] = "/src", ["command"] = $"curl {secret}" }
        );
        made["event_id"] = new Guid((int)seq, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 1).ToString();
        return made;
    }

    private Task<Answer> PutAsync(string blobId, byte[] content) =>
        _client.SendAsync(HttpMethod.Put, $"/blobs/{blobId}", new ByteArrayContent(content));

    private async Task<string> ReadAsync(string blobId) =>
        (await _client.GetAnswerAsync($"/blobs/{blobId}")).Text;
}
