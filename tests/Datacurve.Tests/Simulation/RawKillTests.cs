using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Datacurve.Core;
using Datacurve.Server.Originals;
using Datacurve.Tests.Api;
using Datacurve.Tests.Erasing;
using Datacurve.Tests.Originals;
using Datacurve.Tests.Redaction;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// A server of a raw project is killed at random moments while it takes blobs with secrets: what was answered
/// has its original, nothing lies in the clear, and an erasure of the traces leaves not one object.
/// </summary>
public sealed class RawKillTests(ITestOutputHelper output)
{
    private const int KillsDefault = 4;
    private const int Writers = 3;

    private static readonly int Seed = RunSettings.Seed;

    private readonly Planted _planted = new(Seed);
    private readonly Random _random = new(Seed);
    private readonly ConcurrentBag<string> _traces = [];
    private readonly ConcurrentDictionary<string, byte[]> _answered = new();
    private readonly ConcurrentBag<string> _secrets = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite", "files")]
    [InlineData("sqlite", "s3")]
    [InlineData("postgresql", "files")]
    [InlineData("postgresql", "s3")]
    public async Task What_a_killed_upload_leaves_is_known_and_goes_with_its_trace(
        string engine,
        string medium
    )
    {
        using var keys = new ScratchFolder();
        await using var store = await StoreOfKilled.MakeAsync(engine, medium);
        string[] variables =
        [
            .. store.Variables,
            "KEEPING_SWEEP_SECONDS=1",
            "RAW_KEY_PATH="
                + RawKeysTests.KeyFile(keys.Path, "key", RandomNumberGenerator.GetBytes(RawKey.KeyBytes)),
        ];
        var made = await ServerProcess.RunAsync(["projects", "mode", "default", "raw"], variables);
        Assert.True(made.ExitCode == 0, made.Errors);

        var kills = RunSettings.Kills(KillsDefault);
        output.WriteLine($"seed {Seed}, {kills} kills");
        for (var kill = 0; kill < kills; kill++)
        {
            using var server = await ServerProcess.StartAsync([], variables);
            var begun = new TaskCompletionSource();
            var writing = Enumerable.Range(0, Writers).Select(_ => WriteAsync(server.Client, begun)).ToList();
            await begun.Task.WaitAsync(Ct);
            await Task.Delay(Next(500), Ct);
            await server.KillAsync();
            await Task.WhenAll(writing);
        }

        using var last = await ServerProcess.StartAsync([], variables);
        output.WriteLine($"{_traces.Count} traces, {_answered.Count} answered uploads");
        foreach (var (blobId, content) in _answered)
            Assert.Equal(content, (await last.Client.GetAnswerAsync($"/blobs/{blobId}/raw")).Body);
        Assert.Empty(await store.Whole.FindAsync(_secrets));
        await EraseAllAsync(last.Client);

        Assert.Empty(await store.StoredAsync());
        var fsck = await ServerProcess.RunAsync(["fsck"], variables);
        Assert.True(fsck.ExitCode == 0, fsck.Output + fsck.Errors);
    }

    /// <summary>Until the server goes: traces that each name a blob, and then the blob.</summary>
    /// <param name="begun">Is told when the first blob is stored.</param>
    private async Task WriteAsync(HttpClient client, TaskCompletionSource begun)
    {
        try
        {
            while (true)
            {
                var token = NewToken();
                var content = Encoding.UTF8.GetBytes($"{token}\n{new string('-', Next(300_000))}\n");
                var blobId = BlobId.Of(content).ToString();
                var traceId = await client.OpenTraceAsync();
                await client.AppendAsync(traceId, Wire.Batch(MarkedTrace.Output(1, blobId)));
                _traces.Add(traceId);
                var answer = await client.UploadAsync(content);
                Assert.Equal(HttpStatusCode.Created, answer.Status);
                _answered[blobId] = content;
                begun.TrySetResult();
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException)
        {
            // Killed.
        }
    }

    private int Next(int limit)
    {
        lock (_random)
            return _random.Next(limit);
    }

    private string NewToken()
    {
        lock (_planted)
        {
            var token = _planted.GitHubToken();
            _secrets.Add(token);
            return token;
        }
    }

    private async Task EraseAllAsync(HttpClient client)
    {
        foreach (var traceId in _traces)
            await client.SendAsync(HttpMethod.Delete, $"/traces/{traceId}?now=true");
        foreach (var traceId in _traces)
            while (
                (await client.SendAsync(HttpMethod.Delete, $"/traces/{traceId}?now=true")).Json[
                    "state"
                ]!.GetValue<string>() != "erased"
            )
                await Task.Delay(100, Ct);
    }
}
