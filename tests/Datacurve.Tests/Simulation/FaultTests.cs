namespace Datacurve.Tests.Simulation;

/// <summary>
/// Processes are killed and the network misbehaves under load, and nothing that was acknowledged is lost or
/// stored twice, on either store.
/// </summary>
/// <remarks>
/// <c>DATACURVE_TEST_KILLS</c> sets how many faults a test brings, <c>DATACURVE_TEST_SEED</c> repeats a run.
/// </remarks>
public abstract class FaultTests(ITestOutputHelper output)
{
    private const int KillsDefault = 6;
    private const int RequestsPerKill = 40;
    private const double NetworkFaultShare = 0.3;

    private protected abstract Deployment Deploy();

    [Fact]
    public Task Kills_lose_nothing_and_double_nothing() => OnDeploymentAsync(KillAsync);

    [Fact]
    public Task A_network_that_loses_repeats_cuts_and_delays_changes_nothing() =>
        OnDeploymentAsync(MisbehaveAsync);

    private async Task OnDeploymentAsync(Func<Deployment, Task> test)
    {
        await using var deployment = Deploy();
        await deployment.StartAsync();
        try
        {
            await test(deployment);
        }
        catch
        {
            await deployment.EndServersAsync();
            output.WriteLine(string.Join('\n', deployment.Failures));
            throw;
        }
    }

    private async Task KillAsync(Deployment deployment)
    {
        await using var run = Start(deployment, faultShare: 0, nameof(Kills_lose_nothing_and_double_nothing));
        var kills = RunSettings.Kills(KillsDefault);
        var killed = new Dictionary<string, int>();
        for (var kill = 0; kill < kills; kill++)
        {
            await run.ProgressAsync();
            await run.WaitAsync(0, 1_000);
            var victim = deployment.Victims[run.Random.Next(deployment.Victims.Count)];
            killed[victim] = killed.GetValueOrDefault(victim) + 1;
            await deployment.KillAsync(victim);
            await run.WaitAsync(0, 300);
            await deployment.RestartAsync(victim);
        }

        await run.ProgressAsync();
        await run.AssertNothingLostAsync(deployment.Addresses[0]);
        var unnamed = await deployment.AssertWholeAsync();
        output.WriteLine(
            $"{kills} kills ({string.Join(", ", killed.Select(one => $"{one.Key} {one.Value}"))}) left "
                + $"{unnamed} files of unanswered uploads"
        );
    }

    private async Task MisbehaveAsync(Deployment deployment)
    {
        await using var run = Start(
            deployment,
            NetworkFaultShare,
            nameof(A_network_that_loses_repeats_cuts_and_delays_changes_nothing)
        );
        await run.RequestsAsync(RequestsPerKill * RunSettings.Kills(KillsDefault));

        await run.AssertNothingLostAsync(deployment.Addresses[0]);
        Assert.Equal(0, await deployment.AssertWholeAsync());
    }

    private FaultRun Start(Deployment deployment, double faultShare, string method) =>
        FaultRun.Start(output, $"{GetType().FullName}.{method}", faultShare, () => deployment.Addresses);
}

/// <summary>One process over SQLite and files.</summary>
public sealed class EmbeddedFaultTests(ITestOutputHelper output) : FaultTests(output)
{
    private protected override Deployment Deploy() => new EmbeddedDeployment();
}

/// <summary>Apis and workers over PostgreSQL, Redis and S3.</summary>
public sealed class ClusterFaultTests(ITestOutputHelper output) : FaultTests(output)
{
    private protected override Deployment Deploy() => new ClusterDeployment();
}
