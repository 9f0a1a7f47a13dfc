using System.Globalization;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>
/// Random sessions in real repositories under the real watcher. <c>DATACURVE_TEST_SESSIONS</c> says how many,
/// <c>DATACURVE_TEST_SEED</c> runs the one of a seed that failed.
/// </summary>
public sealed class RandomSessionTests(ITestOutputHelper output)
{
    private const int Steps = 20;

    [Fact]
    public async Task Every_session_replays_to_exactly_the_working_tree()
    {
        var sessions = Setting("DATACURVE_TEST_SESSIONS") ?? 30;
        var first = Setting("DATACURVE_TEST_SEED") ?? Random.Shared.Next();
        output.WriteLine($"{sessions} sessions, seeds from {first}");
        for (var seed = first; seed < first + sessions; seed++)
            await RunAsync(seed);
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        await using var repository = new CapturedRepository(RandomSession.Setup);
        var session = new RandomSession(repository, random);
        session.Prepare();
        await repository.StartAsync();
        var crash = random.Next(2 * Steps);
        for (var step = 0; step < Steps; step++)
        {
            await session.StepAsync();
            if (step == crash)
                await repository.CrashAndContinueAsync();
        }
        var heard = await repository.SettleAsync();
        var events = await repository.StopAsync();
        var said = Said(seed, session, repository, events);
        Assert.True(heard.IsFaithful, $"unheard: {CapturedRepository.Describe(heard)}\n{said}");
        var result = await repository.CheckAsync();
        Assert.True(result.IsFaithful, $"missed: {CapturedRepository.Describe(result)}\n{said}");
        Assert.True(repository.Warnings.Count == 0, said);
    }

    private static string Said(
        int seed,
        RandomSession session,
        CapturedRepository repository,
        List<TraceEvent> events
    ) =>
        $"seed {seed}: {string.Join(' ', session.Steps)}\n"
        + string.Join('\n', repository.Warnings.Concat(events.Select(CapturedRepository.Describe)));
}
