using Datacurve.Tests.Api;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// The server is killed under load at random moments, and nothing that it acknowledged is lost.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int KillsDefault = 10;
    private const int Writers = 4;

    private static int Setting(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : fallback;

    /// <remarks>
    /// <c>DATACURVE_TEST_KILLS</c> sets how often, <c>DATACURVE_TEST_SEED</c> repeats a run.
    /// </remarks>
    [Fact]
    public async Task Every_acknowledged_event_and_blob_survives_kills_exactly_once()
    {
        var seed = Setting("DATACURVE_TEST_SEED", Random.Shared.Next());
        var kills = Setting("DATACURVE_TEST_KILLS", KillsDefault);
        output.WriteLine($"seed {seed}, {kills} kills");
        var random = new Random(seed);
        using var folder = new ScratchFolder();
        var writers = Enumerable.Range(0, Writers).Select(i => new Writer(seed + i)).ToList();

        for (var kill = 0; kill < kills; kill++)
        {
            using var server = await ServerProcess.StartAsync(folder.Path);
            var writing = writers.ConvertAll(writer => Task.Run(() => writer.RunAsync(server.Client)));
            await Writer.AllMoveAsync(writers, writing);
            await Task.Delay(random.Next(1_000), TestContext.Current.CancellationToken);
            await server.KillAsync();
            await Task.WhenAll(writing);
        }

        using (var server = await ServerProcess.StartAsync(folder.Path))
        {
            foreach (var writer in writers)
            {
                await writer.SettleAsync(server.Client);
                await AssertHeldAsync(server.Client, writer);
            }
        }

        var fsck = await ServerProcess.RunAsync("fsck", "--data", folder.Path);
        Assert.True(fsck.ExitCode == 0, fsck.Output + fsck.Errors);
        output.WriteLine(
            $"{writers.Sum(writer => writer.Acknowledged.Values.Sum(events => events.Count))} events in "
                + $"{writers.Sum(writer => writer.Acknowledged.Count)} traces and "
                + $"{writers.Sum(writer => writer.Blobs.Count)} blobs held"
        );
        Assert.True(writers.TrueForAll(writer => writer.Blobs.Count > 0), "a writer got nothing done");
    }

    private static async Task AssertHeldAsync(HttpClient client, Writer writer)
    {
        foreach (var (traceId, sent) in writer.Acknowledged)
        {
            var stored = (await client.GetTraceAsync(traceId))["events"]!.AsArray();
            Assert.Equal(sent.Select(one => one.ToJsonString()), stored.Select(one => one!.ToJsonString()));
        }

        foreach (var (blobId, content) in writer.Blobs)
            Assert.Equal(content, (await client.GetAnswerAsync($"/blobs/{blobId}")).Body);
    }
}
