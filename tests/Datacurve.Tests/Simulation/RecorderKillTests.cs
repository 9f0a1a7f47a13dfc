using System.Diagnostics;
using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Spool;
using Datacurve.Cli.Spool.Control;
using Datacurve.Core.Events;
using Datacurve.Tests.Cli.Capture;
using Datacurve.Tests.Cli.Capture.Terminal;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// The recorder is killed at moments that nobody chose, while a developer types, saves and notes.
/// </summary>
public sealed class RecorderKillTests(ITestOutputHelper output)
{
    private const int KillsDefault = 4;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <remarks>
    /// <c>DATACURVE_TEST_KILLS</c> sets how often, <c>DATACURVE_TEST_SEED</c> repeats the choices of a run.
    /// </remarks>
    [Fact]
    public async Task What_was_acknowledged_is_kept_once_and_the_next_recorder_goes_on()
    {
        var seed = RunSettings.Seed;
        var kills = RunSettings.Kills(KillsDefault);
        output.WriteLine($"seed {seed}, {kills} kills");
        var random = new Random(seed);
        await using var recorded = await RecordedShell.PrepareAsync("bash");
        var acknowledged = new List<Guid>();
        for (var kill = 0; kill < kills; kill++)
        {
            await StartAsync(recorded);
            var killing = KillAsync(recorded.Terminal.ProcessId, random.Next(1500));
            acknowledged.AddRange(await WorkAsync(recorded, random, killing));
            Assert.Equal(137, await recorded.Terminal.ExitAsync());
        }
        await StartAsync(recorded);
        Assert.Equal(0, await recorded.ExitAsync("exit 0"));

        var events = recorded.Events();
        Assert.True(acknowledged.Count > 0, "nothing was acknowledged");
        Assert.Equal(
            acknowledged,
            events.Select(one => one.EventId!.Value).Where(acknowledged.ToHashSet().Contains)
        );
        Assert.Equal(events.Count, events.Select(one => one.EventId).Distinct().Count());
        Assert.Equal(events.Select(one => one.Seq).Distinct().Order(), events.Select(one => one.Seq));
        var result = await Faithfulness.CheckAsync(
            new RecordingFolder(recorded.RecordingFolder),
            recorded.Repository,
            new CaptureSetup(),
            Ct
        );
        Assert.True(result.IsFaithful, $"seed {seed}: {CapturedRepository.Describe(result)}");
    }

    private static async Task StartAsync(RecordedShell recorded)
    {
        recorded.Record("--shell", "/bin/bash");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
    }

    private static async Task KillAsync(int processId, int afterMs)
    {
        await Task.Delay(afterMs, Ct);
        Process.GetProcessById(processId).Kill();
    }

    /// <summary>Works until the recorder is gone; returns the notes that it said to have kept.</summary>
    private static async Task<List<Guid>> WorkAsync(RecordedShell recorded, Random random, Task killing)
    {
        var acknowledged = new List<Guid>();
        await using var access = await RecordingAccess.OpenAsync(
            recorded.Store,
            Path.GetFileName(recorded.RecordingFolder),
            TimeProvider.System,
            Ct
        );
        try
        {
            while (!killing.IsCompleted)
                if (await ActAsync(recorded, random, access) is { } eventId)
                    acknowledged.Add(eventId);
        }
        catch (Exception e) when (e is RecordingException or Datacurve.Cli.Demo.DemoException)
        {
            // It went away under a note, or under a key.
        }
        await killing;
        return acknowledged;
    }

    private static async Task<Guid?> ActAsync(RecordedShell recorded, Random random, RecordingAccess access)
    {
        var number = random.Next();
        switch (random.Next(4))
        {
            case 0:
                recorded.Terminal.Type($"echo {number}\r");
                break;
            case 1:
                var path = Path.Combine(recorded.Repository, $"file{number % 5}.txt");
                await File.AppendAllTextAsync(path, $"{number}\n", Ct);
                break;
            case 2:
                await Task.Delay(random.Next(50), Ct);
                break;
            default:
                var note = new ControlRequest
                {
                    Op = ControlRequest.Note,
                    Kind = ThoughtKind.Plan,
                    Text = $"note {number}",
                };
                return (await access.RunAsync(note, Ct)).EventId;
        }
        return null;
    }
}
