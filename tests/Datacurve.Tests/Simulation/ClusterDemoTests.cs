using System.Diagnostics;
using Datacurve.Tests.Cli;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// The demo against two apis and two workers over PostgreSQL, Redis and S3, while each of them and the stores
/// are killed: every check of the demo holds all the same.
/// </summary>
public sealed class ClusterDemoTests(ITestOutputHelper output)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private const int PauseMsMax = 500;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kills_in_the_midst_of_the_demo_change_nothing_in_its_result()
    {
        var seed = RunSettings.Seed;
        output.WriteLine($"DATACURVE_TEST_SEED={seed}");
        await using var deployment = new ClusterDeployment();
        await deployment.StartAsync();
        await using var proxy = new MisbehavingProxy(seed, 0, () => deployment.Addresses);
        using var folder = new ScratchFolder();
        var start = DatacurveTool.StartOf("demo", "--url", proxy.Address.ToString());
        start.Environment["TMPDIR"] = folder.Path;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var demo = Process.Start(start)!;
        var errors = demo.StandardError.ReadToEndAsync(Ct);

        // Until then it records, which needs no service.
        var seen = new List<string>();
        while (await demo.StandardOutput.ReadLineAsync(Ct) is { } line)
        {
            seen.Add(line);
            if (line.StartsWith("review", Ordinal))
                break;
        }
        var rest = demo.StandardOutput.ReadToEndAsync(Ct);
        var killed = await KillAsync(deployment, new Random(seed), rest);
        var said = string.Join('\n', [.. seen, await rest, await errors]);
        await demo.WaitForExitAsync(Ct);

        Assert.True(demo.ExitCode == 0, said);
        Assert.Contains("All checks passed!", said, Ordinal);
        Assert.True(killed.Count >= deployment.Victims.Count, string.Join(", ", killed));
        await deployment.AssertWholeAsync();
        output.WriteLine($"killed {string.Join(", ", killed)}");
    }

    /// <summary>Each in turn, in an order of the seed's, until the demo has ended.</summary>
    /// <returns>What was killed.</returns>
    private static async Task<List<string>> KillAsync(Deployment deployment, Random random, Task demo)
    {
        var killed = new List<string>();
        while (!demo.IsCompleted)
        {
            var round = deployment.Victims.ToArray();
            random.Shuffle(round);
            foreach (var victim in round)
            {
                await Task.Delay(random.Next(PauseMsMax), Ct);
                await deployment.KillAsync(victim);
                killed.Add(victim);
                await Task.Delay(random.Next(PauseMsMax), Ct);
                await deployment.RestartAsync(victim);
            }
        }
        return killed;
    }
}
