using Datacurve.Cli.Capture.Files;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>What the developer is told where changes cannot be recorded for a while.</summary>
public sealed class FailingCaptureTests
{
    [Fact]
    public async Task A_failure_is_told_once_and_told_again_when_it_comes_back()
    {
        var watch = new ToldWatch();
        await using var repository = new CapturedRepository(
            watch.Setup with
            {
                Limits = new CaptureLimits { RetryAfter = TimeSpan.FromMilliseconds(20) },
            }
        );
        repository.Write("a.py", "one\n");
        repository.Commit("base");
        await repository.StartAsync();
        for (var failure = 1; failure <= 2; failure++)
        {
            Directory.Move(repository.PathOf(".git"), repository.PathOf(".away"));
            watch.Tell(new ChangeHint(HintKind.Lost, "", GitHolds: false));
            for (var attempt = 0; repository.Warnings.Count < failure; attempt++)
            {
                Assert.True(attempt < 500, $"failure {failure} was not told");
                await Task.Delay(20, CapturedRepository.Ct);
            }
            // Long enough for it to have failed several times.
            await Task.Delay(500, CapturedRepository.Ct);
            repository.Write("a.py", $"{failure}\n");
            Directory.Move(repository.PathOf(".away"), repository.PathOf(".git"));
            var edits = 2 * failure;
            await repository.WaitForAsync(events => events.Count == edits - 1);
            Assert.Equal(failure, repository.Warnings.Count);

            // What is heard now is looked at when the look that found a.py has ended.
            repository.Write("b.py", $"{failure}\n");
            watch.Tell(new ChangeHint(HintKind.Touched, "b.py", GitHolds: false));
            await repository.WaitForAsync(events => events.Count == edits);
        }
    }
}
