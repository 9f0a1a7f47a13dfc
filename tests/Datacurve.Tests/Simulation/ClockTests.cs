using Datacurve.Core.Events;
using Datacurve.Server;
using Datacurve.Tests.Storage;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// The machine's clock is set, forwards and back, by up to hours and again and again, while recorders write:
/// order comes from seqs, not from time, and QA goes on.
/// </summary>
public sealed class ClockTests(ITestOutputHelper output)
{
    private const int StepsDefault = 12;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_clock_that_is_set_loses_nothing_on_sqlite()
    {
        using var folder = new ScratchFolder();
        await StepAsync(folder, databaseUrl: null, nameof(A_clock_that_is_set_loses_nothing_on_sqlite));
    }

    [Fact]
    public async Task A_clock_that_is_set_loses_nothing_on_postgresql()
    {
        using var folder = new ScratchFolder();
        await using var store = await PostgresStore.CreateAsync();
        await StepAsync(folder, store.Url, nameof(A_clock_that_is_set_loses_nothing_on_postgresql));
    }

    private async Task StepAsync(ScratchFolder folder, string? databaseUrl, string method)
    {
        var clock = new SetClock();
        var variables = new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = databaseUrl,
            ["PORT"] = "0",
            ["SANDBOX"] = "local",
            ["QA_SWEEP_SECONDS"] = "1",
            ["QA_LEASE_SECONDS"] = "3",
        };
        await using var app = await Service.StartAsync(
            OptionsReader.Read(name => variables.GetValueOrDefault(name), folder.Path),
            () => EventCatalog.Contract,
            clock,
            Ct
        );
        var address = new Uri(app.Urls.First());
        await using var run = FaultRun.Start(
            output,
            $"{GetType().FullName}.{method}",
            faultShare: 0,
            () => [address]
        );
        var steps = RunSettings.Kills(StepsDefault);
        for (var step = 0; step < steps; step++)
        {
            await run.WaitAsync(100, 500);
            // Mostly by minutes, as a machine that wakes up; at times by hours, as one set by hand.
            clock.Set(TimeSpan.FromSeconds(run.Random.Next(-60, 60) * (run.Random.Next(4) == 0 ? 180 : 5)));
        }

        await run.AssertNothingLostAsync(address);
        await app.StopAsync(Ct);
        output.WriteLine($"{steps} steps of the clock");
    }

    /// <summary>
    /// A wall clock that somebody sets. What measures how long something took goes on evenly, as it does in
    /// every system.
    /// </summary>
    private sealed class SetClock : TimeProvider
    {
        private long _offsetTicks;

        public void Set(TimeSpan by) => Interlocked.Add(ref _offsetTicks, by.Ticks);

        public override DateTimeOffset GetUtcNow() =>
            base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));
    }
}
