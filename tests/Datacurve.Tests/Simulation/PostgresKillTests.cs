using Datacurve.Tests.Api;
using Datacurve.Tests.Storage;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// Two servers on one PostgreSQL, under load, while one of them or the database is killed at random moments:
/// nothing that was acknowledged is lost or stored twice.
/// </summary>
public sealed class PostgresKillTests(ITestOutputHelper output)
{
    private const int KillsDefault = 6;
    private const int Writers = 4;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static int Setting(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : fallback;

    /// <remarks>
    /// <c>DATACURVE_TEST_KILLS</c> sets how often, <c>DATACURVE_TEST_SEED</c> repeats a run.
    /// </remarks>
    [Fact]
    public async Task Every_acknowledged_event_survives_kills_of_servers_exactly_once()
    {
        var (random, kills, writers) = Begin();
        using var folder = new ScratchFolder();
        await using var store = await PostgresStore.CreateAsync();
        using var stays = await ServerProcess.StartAsync(folder.Path, store);
        var steady = writers.Take(2).ToList();
        var there = steady.ConvertAll(writer => Task.Run(() => writer.RunAsync(stays.Client), Ct));

        for (var kill = 0; kill < kills; kill++)
        {
            using var server = await ServerProcess.StartAsync(folder.Path, store);
            var writing = writers
                .Skip(2)
                .Select(writer => Task.Run(() => writer.RunAsync(server.Client), Ct))
                .ToList();
            await Writer.AllMoveAsync(writers, [.. there, .. writing]);
            await Task.Delay(random.Next(1_000), Ct);
            await server.KillAsync();
            await Task.WhenAll(writing);
        }

        await stays.KillAsync();
        await Task.WhenAll(there);
        await AssertHeldAsync(folder.Path, store, writers);
    }

    [Fact]
    public async Task Every_acknowledged_event_survives_kills_of_the_database_exactly_once()
    {
        var (random, kills, writers) = Begin();
        using var folder = new ScratchFolder();
        await using var cluster = await PostgresCluster.StartAsync();
        await using var store = await PostgresStore.CreateAsync(cluster.Url);
        using var server = await ServerProcess.StartAsync(folder.Path, store);
        var writing = writers.ConvertAll(writer => Task.Run(() => writer.RunAsync(server.Client), Ct));

        for (var kill = 0; kill < kills; kill++)
        {
            await Writer.AllMoveAsync(writers, writing);
            await Task.Delay(random.Next(1_000), Ct);
            await cluster.KillAsync();
            await Task.Delay(random.Next(0, 500), Ct);
            await cluster.RestartAsync();
        }

        await Writer.AllMoveAsync(writers, writing);
        await server.KillAsync();
        await Task.WhenAll(writing);
        output.WriteLine($"the store was away {writers.Sum(writer => writer.TimesAway)} times");
        await AssertHeldAsync(folder.Path, store, writers);
    }

    private (Random Random, int Kills, List<Writer> Writers) Begin()
    {
        var seed = Setting("DATACURVE_TEST_SEED", Random.Shared.Next());
        var kills = Setting("DATACURVE_TEST_KILLS", KillsDefault);
        output.WriteLine($"seed {seed}, {kills} kills");
        return (new Random(seed), kills, [.. Enumerable.Range(0, Writers).Select(i => new Writer(seed + i))]);
    }

    private async Task AssertHeldAsync(string folder, PostgresStore store, List<Writer> writers)
    {
        using (var server = await ServerProcess.StartAsync(folder, store))
        {
            foreach (var writer in writers)
            {
                await writer.OutliveAsync(() => writer.SettleAsync(server.Client));
                foreach (var (traceId, sent) in writer.Acknowledged)
                {
                    var stored = (await server.Client.GetTraceAsync(traceId))["events"]!.AsArray();
                    Assert.Equal(
                        sent.Select(one => one.ToJsonString()),
                        stored.Select(one => one!.ToJsonString())
                    );
                }

                foreach (var (blobId, content) in writer.Blobs)
                    Assert.Equal(content, (await server.Client.GetAnswerAsync($"/blobs/{blobId}")).Body);
            }
        }

        var fsck = await ServerProcess.RunAsync(folder, store, "fsck");
        Assert.True(fsck.ExitCode == 0, fsck.Output + fsck.Errors);
        output.WriteLine(
            $"{writers.Sum(writer => writer.Acknowledged.Values.Sum(events => events.Count))} events in "
                + $"{writers.Sum(writer => writer.Acknowledged.Count)} traces held"
        );
        Assert.True(
            writers.TrueForAll(writer => writer.Acknowledged.Values.Any(events => events.Count > 0)),
            "a writer got nothing done"
        );
    }
}
