using System.Diagnostics;
using Datacurve.Cli.Capture.Files;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>
/// A window that is closed ends what was started in it, the recorder's gits among them, and the recorder
/// alone has a last look.
/// </summary>
public sealed class HangUpTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task What_was_saved_last_is_recorded_where_the_git_that_knows_the_ignored_is_gone(int files)
    {
        var watch = new ToldWatch();
        await using var repository = new CapturedRepository(watch.Setup);
        repository.Write("first.py", "one\n");
        repository.Commit("base");
        await repository.StartAsync();
        repository.Write("second.py", "two\n");
        watch.Tell(new ChangeHint(HintKind.Touched, "second.py", GitHolds: false));
        await repository.WaitForAsync(events => events.Exists(e => e.Payload is FileEdit));
        EndGit(repository.Root);

        for (var file = 0; file < files; file++)
        {
            repository.Write($"last{file}.py", "three\n");
            watch.Tell(new ChangeHint(HintKind.Touched, $"last{file}.py", GitHolds: false));
        }
        var events = await repository.StopAsync();

        Assert.Empty(repository.Warnings);
        Assert.Equal(1 + files, events.Count(e => e.Payload is FileEdit));
        Assert.True((await repository.CheckAsync()).IsFaithful);
    }

    // By a signal that no git was started to ignore, as it is of a hang-up behind nohup.
    private static void EndGit(string root)
    {
        var git = Assert.Single(Process.GetProcessesByName("git"), one => IsOf(root, one.Id));
        git.Kill();
        Assert.True(git.WaitForExit(TimeSpan.FromSeconds(10)));
    }

    private static bool IsOf(string root, int processId)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{processId}/cwd", returnFinalTarget: false)?.FullName
                    == root
                && File.ReadAllText($"/proc/{processId}/cmdline").Contains("check-ignore");
        }
        catch (IOException)
        {
            return false;
        }
    }
}
