using Datacurve.Cli.Capture.Files;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>Another repository in the place of the recorded one, and a log that git wrote anew.</summary>
public sealed class RepositoryMadeAnewTests
{
    // As long as the first one's message, shorter and longer.
    [Theory]
    [InlineData("base")]
    [InlineData("a")]
    [InlineData("the first commit of another repository")]
    public async Task Commits_of_a_repository_made_anew_are_recorded_as_they_are_made(string message)
    {
        await using var repository = new CapturedRepository(
            new CaptureSetup { Limits = new CaptureLimits { RetryAfter = TimeSpan.FromMilliseconds(50) } }
        );
        repository.Write("a.py", "one\n");
        repository.Commit("base");
        await repository.StartAsync();
        await MakeAnewAsync(repository);

        repository.Commit(message);
        await repository.WaitForAsync(events => Messages(events).Contains(message));
        repository.Commit("nothing");
        var events = await repository.WaitForAsync(events => Messages(events).Contains("nothing"));

        Assert.Equal([message, "nothing"], Messages(events));
        Assert.Equal([message, "nothing"], Messages(await repository.StopAsync()));
    }

    [Theory]
    [InlineData("reflog", "expire", "--expire=all", "--all")]
    [InlineData("reflog", "delete", "HEAD@{0}")]
    [InlineData("reflog", "delete", "HEAD@{1}")]
    public async Task What_was_committed_before_is_not_recorded_because_git_writes_its_log_anew(
        params string[] rewriting
    )
    {
        await using var repository = new CapturedRepository();
        repository.Commit("first");
        repository.Commit("second");
        repository.Commit("base");
        await repository.StartAsync();
        repository.Git(rewriting);
        repository.Commit("of the session");

        Assert.Equal(["of the session"], Messages(await repository.StopAsync()));
    }

    private static IEnumerable<string> Messages(List<TraceEvent> events) =>
        events.Select(one => one.Payload).OfType<Commit>().Select(commit => commit.Message);

    private static async Task MakeAnewAsync(CapturedRepository repository)
    {
        Directory.Delete(repository.PathOf(".git"), recursive: true);
        repository.Git("init", "-q", "-b", "main");
        repository.Git("config", "user.name", "Ada");
        repository.Git("config", "user.email", "ada@example.org");
        repository.Git("config", "commit.gpgsign", "false");

        // The recorder has found it: it has heard of the rules that were changed there.
        await File.AppendAllTextAsync(
            repository.PathOf(".git/info/exclude"),
            "*.log\n",
            CapturedRepository.Ct
        );
        repository.Write("seen.py", "one\n");
        await repository.WaitForAsync(events =>
            events.Select(one => one.Payload).OfType<FileEdit>().Any(edit => edit.FilePath == "seen.py")
        );
    }
}
