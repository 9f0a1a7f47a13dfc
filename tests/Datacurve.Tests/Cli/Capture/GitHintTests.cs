using Datacurve.Cli.Capture.Files;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>What the recorder does when git has written something.</summary>
public sealed class GitHintTests
{
    [Fact]
    public async Task A_commit_that_git_cannot_read_at_this_moment_is_recorded_later()
    {
        var watch = new ToldWatch();
        await using var repository = new CapturedRepository(watch.Setup);
        repository.Commit("base");
        await repository.StartAsync();
        var sha = repository
            .Git("commit-tree", "-p", "HEAD", "-m", "made while objects move", "HEAD^{tree}")
            .Trim();
        var stored = repository.PathOf($".git/objects/{sha[..2]}/{sha[2..]}");
        File.Move(stored, stored + ".moved");
        MoveHead(repository, sha);
        watch.Tell(new ChangeHint(HintKind.Git, "HEAD", GitHolds: false));
        repository.Write("a.py", "one\n");
        watch.Tell(new ChangeHint(HintKind.Touched, "a.py", GitHolds: false));
        var before = await repository.WaitForAsync(events => events.Exists(one => one.Payload is FileEdit));
        Assert.DoesNotContain(before, one => one.Payload is Commit);

        File.Move(stored + ".moved", stored);
        var events = await repository.StopAsync();

        var commit = Assert.Single(events.Select(one => one.Payload).OfType<Commit>());
        Assert.Equal((sha, "made while objects move"), (commit.CommitSha, commit.Message));
    }

    [Fact]
    public async Task A_file_that_is_half_saved_is_not_read_because_something_is_staged()
    {
        var watch = new ToldWatch();
        await using var repository = new CapturedRepository(watch.Setup, openQuiet: TimeSpan.FromMinutes(1));
        repository.Write("a.py", "one\n");
        repository.Commit("base");
        await repository.StartAsync();
        repository.Write("a.py", "");
        watch.Tell(new ChangeHint(HintKind.Written, "a.py", GitHolds: false));
        watch.Tell(new ChangeHint(HintKind.Git, "index", GitHolds: false));
        repository.Write("b.py", "two\n");
        watch.Tell(new ChangeHint(HintKind.Touched, "b.py", GitHolds: false));
        await repository.WaitForAsync(events => events.Exists(one => one.Payload is FileEdit));

        repository.Write("a.py", "two\n");
        watch.Tell(new ChangeHint(HintKind.Closed, "a.py", GitHolds: false));
        var events = await repository.StopAsync();

        Assert.Equal(
            ["b.py", "a.py"],
            events.Select(one => one.Payload).OfType<FileEdit>().Select(e => e.FilePath)
        );
        Assert.True((await repository.CheckAsync()).IsFaithful);
    }

    // By hand, since git moves no branch to a commit that it cannot read.
    private static void MoveHead(CapturedRepository repository, string sha)
    {
        var (from, now) = (
            repository.Git("rev-parse", "HEAD").Trim(),
            TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()
        );
        File.AppendAllText(
            repository.PathOf(".git/logs/HEAD"),
            $"{from} {sha} Ada <ada@example.org> {now} +0000\tcommit: made while objects move\n"
        );
        File.WriteAllText(repository.PathOf(".git/refs/heads/main"), sha + "\n");
    }
}
