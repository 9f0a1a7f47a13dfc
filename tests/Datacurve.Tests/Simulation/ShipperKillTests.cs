using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Datacurve.Cli.Spool;
using Datacurve.Tests.Api;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Cli.Spool;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// The service and the tool that sends to it are killed at random moments; every event arrives once.
/// </summary>
public sealed class ShipperKillTests(ITestOutputHelper output)
{
    private const int Events = 2_000;
    private const int KillsDefault = 6;
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <remarks>
    /// <c>DATACURVE_TEST_KILLS</c> sets how often, <c>DATACURVE_TEST_SEED</c> repeats a run.
    /// </remarks>
    [Fact]
    public async Task Every_event_is_in_the_trace_once_whoever_is_killed_while_it_is_sent()
    {
        var seed = RunSettings.Seed;
        var kills = RunSettings.Kills(KillsDefault);
        output.WriteLine($"seed {seed}, {kills} kills");
        var random = new Random(seed);
        using var data = new ScratchFolder();
        using var spool = new SpoolUnderTest(new SpoolOptions { SegmentBytes = 64 << 10 });
        await RecordAsync(spool, random);
        var (files, manifest) = spool.Store.List().Single();
        var port = FreePort();

        for (var kill = 0; kill < kills; kill++)
        {
            using var server = await ServerProcess.StartAsync(data.Path, port);
            using var push = Process.Start(PushOf(spool, manifest.RecordingId, port))!;
            var ended = Task.WhenAll(
                push.StandardOutput.ReadToEndAsync(Ct),
                push.StandardError.ReadToEndAsync(Ct)
            );
            await Task.Delay(random.Next(100, 2_500), Ct);
            if (random.Next(2) == 0)
            {
                await server.KillAsync();
                using var again = await ServerProcess.StartAsync(data.Path, port);
                await Task.Delay(random.Next(100, 1_000), Ct);
                push.Kill();
            }
            else
                push.Kill();
            await push.WaitForExitAsync(Ct);
            await ended;
            output.WriteLine($"sent up to {files.ReadShipment().SeqSent}");
        }

        using (var server = await ServerProcess.StartAsync(data.Path, port))
        {
            var last = await DatacurveTool.RunAsync(
                spool.Environment,
                ["push", "--recording", manifest.RecordingId, "--url", $"http://127.0.0.1:{port}"]
            );
            Assert.True(last.ExitCode == 0, last.StdoutText + last.StderrText);
            await AssertAllThereAsync(server.Client, files);
        }
    }

    private static async Task AssertAllThereAsync(HttpClient client, RecordingFolder files)
    {
        var traces = (await client.GetAnswerAsync("/traces")).Json["traces"]!.AsArray();
        var traceId = Assert.Single(traces)!["trace_id"]!.GetValue<string>();
        var stored = (await client.GetTraceAsync(traceId))["events"]!.AsArray();
        var recorded = SpoolUnderTest.Read(files);
        Assert.Equal(
            recorded.Select(e => (e.Seq, e.EventId.ToString())),
            stored.Select(e => (e!["seq"]!.GetValue<long>(), (string?)e["event_id"]!.GetValue<string>()))
        );
        foreach (var blobId in files.Blobs.All())
            Assert.Equal(files.Blobs.Read(blobId), (await client.GetAnswerAsync($"/blobs/{blobId}")).Body);
    }

    private static async Task RecordAsync(SpoolUnderTest spool, Random random)
    {
        await using var recording = spool.Create();
        for (var i = 0; i < Events; i++)
            if (random.Next(10) == 0)
                await SpoolUnderTest.ThinkAsync(recording, $"thought {random.Next(100)} {i}");
            else
                await recording.AddAsync(SpoolUnderTest.Command($"echo {i}"), Ct);
    }

    private static ProcessStartInfo PushOf(SpoolUnderTest spool, string id, int port)
    {
        var start = DatacurveTool.StartOf(
            "push",
            "--recording",
            id,
            "--url",
            $"http://127.0.0.1:{port}",
            "--patience",
            "20"
        );
        foreach (var (name, value) in spool.Environment)
            start.Environment[name] = value;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        return start;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
