using System.Net;
using Datacurve.Server.Blobs;
using Datacurve.Tests.Api;
using Datacurve.Tests.Erasing;
using Datacurve.Tests.Qa.Pipeline;
using Datacurve.Tests.Storage;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// A server that erases is killed at random moments: what was answered is erased in the end, to the last
/// byte, and nothing else with it.
/// </summary>
public sealed class ErasureKillTests(ITestOutputHelper output)
{
    private const int KillsDefault = 4;

    private static readonly string[] Eager =
    [
        "SEAL_AFTER_SECONDS=0",
        "KEEPING_SWEEP_SECONDS=1",
        "QA_SWEEP_SECONDS=1",
        "QA_LEASE_SECONDS=1",
    ];

    private static readonly TimeSpan ErasuresMax = TimeSpan.FromSeconds(120);

    private readonly Dictionary<string, string> _kept = [];
    private readonly Dictionary<string, string> _erased = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_sqlite_an_erasure_that_was_killed_is_carried_through()
    {
        using var folder = new ScratchFolder();
        await RunAsync(
            () => ServerProcess.StartAsync(["--data", folder.Path], Eager),
            new WholeStore(folder.Path)
        );

        var fsck = await ServerProcess.RunAsync("fsck", "--data", folder.Path);
        Assert.True(fsck.ExitCode == 0, fsck.Output + fsck.Errors);
    }

    [Fact]
    public async Task On_postgresql_an_erasure_that_was_killed_is_carried_through()
    {
        using var folder = new ScratchFolder();
        await using var store = await PostgresStore.CreateAsync();
        string[] variables =
        [
            "DATABASE_URL=" + store.Url,
            "BLOB_STORE_PATH=" + folder.Of("blobs"),
            "WORK_PATH=" + folder.Of("work"),
        ];
        await RunAsync(
            () => ServerProcess.StartAsync([], [.. variables, .. Eager]),
            new WholeStore(folder.Path, store.Connection)
        );

        var fsck = await ServerProcess.RunAsync(["fsck"], variables);
        Assert.True(fsck.ExitCode == 0, fsck.Output + fsck.Errors);
    }

    private async Task RunAsync(Func<Task<ServerProcess>> start, WholeStore store)
    {
        var seed = RunSettings.Seed;
        var kills = RunSettings.Kills(KillsDefault);
        output.WriteLine($"seed {seed}, {kills} kills");
        var random = new Random(seed);
        for (var kill = 0; kill < kills; kill++)
        {
            using var server = await start();
            await RecordAsync(server.Client, _kept, finalize: true);
            for (var i = 0; i < 4; i++)
                await RecordAsync(server.Client, _erased, finalize: random.Next(2) == 0);
            await Task.Delay(random.Next(0, 1_500), Ct);
            foreach (var traceId in _erased.Keys)
                Assert.Equal(HttpStatusCode.Accepted, (await EraseAsync(server.Client, traceId)).Status);
            await Task.Delay(random.Next(0, 400), Ct);
            await server.KillAsync();
        }

        using var last = await start();
        await WaitForErasuresAsync(last.Client);
        foreach (var traceId in _kept.Keys)
            await last.Client.WaitForQaAsync(traceId);

        Assert.Empty(await store.FindAsync(_erased.Values));
        Assert.Equal(_kept.Values.Order(), (await store.FindAsync(_kept.Values)).Keys.Order());
        output.WriteLine($"{_erased.Count} traces erased, {_kept.Count} kept");
    }

    /// <summary>A kill in the midst of a removal leaves it to whoever comes after its time.</summary>
    private async Task WaitForErasuresAsync(HttpClient client)
    {
        var started = TimeProvider.System.GetTimestamp();
        foreach (var traceId in _erased.Keys)
            for (string? state = null; state != "erased"; await Task.Delay(100, Ct))
            {
                state = (await EraseAsync(client, traceId)).Json["state"]!.GetValue<string>();
                Assert.True(
                    TimeProvider.System.GetElapsedTime(started) < BlobRows.RemovalMax + ErasuresMax,
                    $"the erasure of {traceId} is still {state}"
                );
            }
    }

    private static Task<Answer> EraseAsync(HttpClient client, string traceId) =>
        client.SendAsync(HttpMethod.Delete, $"/traces/{traceId}?now=true");

    /// <summary>A trace with one random word in its document, its events and a blob.</summary>
    private static async Task RecordAsync(HttpClient http, Dictionary<string, string> words, bool finalize)
    {
        var client = new TraceClient(http);
        var word = $"word-{Guid.NewGuid():N}";
        var body = TraceClient.NewTrace();
        body["task"]!["bug_report"]!["description"] = word;
        var traceId = await client.OpenAsync(body);
        words[traceId] = word;
        await client.AppendAsync(
            traceId,
            MarkedTrace.Output(1, await client.UploadAsync($"{word} printed")),
            TraceClient.Event(2, "navigation", new() { ["file_path"] = word })
        );
        if (finalize)
            await client.FinalizeAsync(traceId);
    }
}
