using Datacurve.Cli.Capture.Files;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>Where the system's watch is another, says that it lost events, or says nothing.</summary>
public sealed class OtherWatchTests
{
    [Fact]
    public async Task The_watch_of_other_systems_hears_every_kind_of_change()
    {
        await using var repository = new CapturedRepository(
            new CaptureSetup
            {
                Watch = (found, tell) => new PlatformWatch(found.Root, found.StateFolders, tell),
            }
        );
        await EditAsync(repository);
        _ = await repository.WaitForAsync(events => events.Exists(one => one.Payload is Commit));
        var heard = await repository.SettleAsync();
        Assert.True(heard.IsFaithful, CapturedRepository.Describe(heard));
    }

    [Fact]
    public async Task Lost_events_are_made_up_for_by_a_look_at_the_whole_tree()
    {
        var deaf = new ToldWatch();
        await using var repository = new CapturedRepository(deaf.Setup);
        await EditAsync(repository);
        Assert.Empty(await repository.EventsAsync());
        deaf.Tell(new ChangeHint(HintKind.Lost, "", GitHolds: false));
        var heard = await repository.SettleAsync();
        Assert.True(heard.IsFaithful, CapturedRepository.Describe(heard));
    }

    [Fact]
    public async Task Without_room_for_watches_the_tree_is_looked_at_every_few_seconds()
    {
        await using var repository = new CapturedRepository(
            new CaptureSetup
            {
                Limits = new CaptureLimits { UnwatchedRescan = TimeSpan.FromMilliseconds(200) },
                Watch = (_, _) => new NoWatch(),
            }
        );
        await EditAsync(repository);
        Assert.False(repository.Capture.IsWatchComplete);
        var heard = await repository.SettleAsync();
        Assert.True(heard.IsFaithful, CapturedRepository.Describe(heard));
    }

    [Fact]
    public async Task Without_room_for_watches_the_tree_is_looked_at_however_much_is_heard()
    {
        var half = new ToldWatch { HasRoom = false };
        await using var repository = new CapturedRepository(
            half.Setup with
            {
                Limits = new CaptureLimits { UnwatchedRescan = TimeSpan.FromMilliseconds(200) },
            }
        );
        repository.Write("a.py", "one\n");
        repository.Commit("base");
        await repository.StartAsync();
        repository.Write("a.py", "two\n");
        await repository.WaitForAsync(events =>
        {
            half.Tell(new ChangeHint(HintKind.Touched, "other.py", GitHolds: false));
            return events.Count > 0;
        });
    }

    [Fact]
    public async Task Without_room_for_watches_nothing_is_looked_at_while_the_recording_is_paused()
    {
        await using var repository = new CapturedRepository(
            new CaptureSetup
            {
                Limits = new CaptureLimits { UnwatchedRescan = TimeSpan.FromMilliseconds(20) },
                Watch = (_, _) => new NoWatch(),
            }
        );
        repository.Write("a.py", "one\n");
        repository.Commit("base");
        await repository.StartAsync();
        await repository.Recording.PauseAsync(CapturedRepository.Ct);
        repository.Write("a.py", "two\n");
        repository.Write("a.py", "three\n");
        await Task.Delay(500, CapturedRepository.Ct);
        Assert.IsType<RecordingGap>(Assert.Single(await repository.EventsAsync()).Payload);
        await repository.Recording.ResumeAsync(CapturedRepository.Ct);
        var events = await repository.WaitForAsync(events => events.Count > 1);
        Assert.Equal(EditOrigin.Unobserved, ((FileEdit)events[^1].Payload).Origin);
    }

    private static async Task EditAsync(CapturedRepository repository)
    {
        repository.Write("a.py", "one\n");
        repository.Write("old/b.py", "one\n");
        repository.Write("gone.py", "one\n");
        repository.Commit("base");
        await repository.StartAsync();
        repository.Write("a.py", "two\n");
        repository.Write("new/deep/c.py", "one\n");
        Directory.Move(repository.PathOf("old"), repository.PathOf("moved"));
        File.Delete(repository.PathOf("gone.py"));
        repository.Commit("work");
    }
}
