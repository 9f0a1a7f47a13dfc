using Datacurve.Cli.Capture.Files;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>Pauses that begin and end while the recorder is at work on what was before them.</summary>
public sealed class PauseTests
{
    private const string Secret = "of the pause\n";

    [Fact]
    public async Task A_commit_of_a_pause_that_ends_while_the_recorder_is_busy_is_not_recorded()
    {
        using var busy = new ManualResetEventSlim();
        using var released = new ManualResetEventSlim();
        await using var repository = Captured(
            (path, content) =>
            {
                if (path == "slow.py")
                {
                    busy.Set();
                    released.Wait(CapturedRepository.Ct);
                }
                return content;
            }
        );
        repository.Commit("base");
        await repository.StartAsync();
        repository.Write("slow.py", "one\n");
        busy.Wait(CapturedRepository.Ct);
        await repository.Recording.PauseAsync(CapturedRepository.Ct);
        repository.Write("a.py", "one\n");
        repository.Commit(Secret);
        await repository.Recording.ResumeAsync(CapturedRepository.Ct);
        released.Set();

        await repository.WaitForAsync(events => events.Count(e => e.Payload is FileEdit) == 2);
        var events = await repository.StopAsync();

        Assert.DoesNotContain(events, e => e.Payload is Commit);
        Assert.All(
            events.Select(e => e.Payload).OfType<FileEdit>(),
            edit => Assert.Equal(EditOrigin.Unobserved, edit.Origin)
        );
    }

    [Fact]
    public async Task What_a_file_held_only_in_a_pause_is_not_recorded()
    {
        CapturedRepository? opened = null;
        var reads = 0;
        await using var repository = Captured(
            (path, content) =>
            {
                if (path is not ("a.py" or "b.py") || reads++ > 1)
                    return content;
                // The first file is read before the pause, the second in it.
                if (reads == 1)
                {
                    opened!.Recording.PauseAsync(CapturedRepository.Ct).GetAwaiter().GetResult();
                    opened.Write(path == "a.py" ? "b.py" : "a.py", Secret);
                }
                else
                {
                    opened!.Write(path, "after\n");
                    opened.Recording.ResumeAsync(CapturedRepository.Ct).GetAwaiter().GetResult();
                }
                return content;
            }
        );
        opened = repository;
        repository.Commit("base");
        repository.Write("a.py", "before\n");
        repository.Write("b.py", "before\n");
        await repository.StartAsync();

        await repository.WaitForAsync(events => events.Count(e => e.Payload is FileEdit) >= 2);
        var events = await repository.StopAsync();

        Assert.Contains(events, e => e.Payload is RecordingGap { Reason: GapReason.Paused });
        Assert.All(
            events.Where(e => e.Payload is FileEdit),
            edit => Assert.DoesNotContain(Secret, repository.PatchOf(edit), StringComparison.Ordinal)
        );
        Assert.True((await repository.CheckAsync()).IsFaithful);
    }

    private static CapturedRepository Captured(Cleanse cleanse) =>
        new(new CaptureSetup { Cleanse = cleanse });
}
