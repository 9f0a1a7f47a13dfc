using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;
using Datacurve.Tests.Replay;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>
/// Changes that are heard in an unhappy order, or not for what they are: the log still leads to what is on
/// disk.
/// </summary>
public sealed class AwkwardChangeTests
{
    // After this the recorder takes the stamp of a file for its content.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task A_link_is_recorded_when_it_is_made_and_not_when_it_could_have_been_closed()
    {
        var never = TimeSpan.FromMinutes(10);
        await using var repository = new CapturedRepository(
            new CaptureSetup { Limits = new CaptureLimits { JoinMax = never } },
            openQuiet: never
        );
        repository.Write("a.py", "a\n");
        repository.Commit("base");
        await repository.StartAsync();

        File.CreateSymbolicLink(repository.PathOf("link"), "a.py");

        await repository.WaitForAsync(events => events.Exists(one => one.Payload is FileEdit));
    }

    private static async Task AssertFaithfulAsync(CapturedRepository repository)
    {
        var result = await repository.CheckAsync();
        Assert.True(result.IsFaithful, CapturedRepository.Describe(result));
        Assert.Empty(repository.Warnings);
    }

    [Fact]
    public async Task A_file_that_takes_the_place_of_a_folder_is_recorded_after_the_folder_is_gone()
    {
        var watch = new ToldWatch();
        await using var repository = new CapturedRepository(watch.Setup);
        repository.Write("src/a.py", "a\n");
        repository.Write("src/deep/b.py", "b\n");
        repository.Commit("base");
        await repository.StartAsync();
        Directory.Delete(repository.PathOf("src"), recursive: true);
        repository.Write("src", "a file\n");
        watch.Tell(new ChangeHint(HintKind.FolderGone, "src", GitHolds: false));
        watch.Tell(new ChangeHint(HintKind.Touched, "src", GitHolds: false));
        await repository.StopAsync();
        await AssertFaithfulAsync(repository);
    }

    [Fact]
    public async Task A_folder_that_takes_the_place_of_a_file_is_recorded_after_the_file_is_gone()
    {
        var watch = new ToldWatch();
        await using var repository = new CapturedRepository(watch.Setup);
        repository.Write("src", "a file\n");
        repository.Commit("base");
        await repository.StartAsync();
        File.Delete(repository.PathOf("src"));
        repository.Write("src/a.py", "a\n");
        watch.Tell(new ChangeHint(HintKind.Touched, "src/a.py", GitHolds: false));
        await repository.StopAsync();
        await AssertFaithfulAsync(repository);
    }

    [Fact]
    public async Task A_file_moved_to_where_a_folder_was_is_recorded_after_the_folder_is_gone()
    {
        var watch = new ToldWatch();
        await using var repository = new CapturedRepository(watch.Setup);
        repository.Write("src/a.py", "a\n");
        repository.Write("b.py", "b\n");
        repository.Commit("base");
        await repository.StartAsync();
        Directory.Delete(repository.PathOf("src"), recursive: true);
        File.Move(repository.PathOf("b.py"), repository.PathOf("src"));
        watch.Tell(new ChangeHint(HintKind.Touched, "b.py", GitHolds: false));
        watch.Tell(new ChangeHint(HintKind.Touched, "src", GitHolds: false, From: "b.py"));
        await repository.StopAsync();
        await AssertFaithfulAsync(repository);
    }

    [Fact]
    public async Task A_folder_replaced_by_a_link_to_where_it_went_is_gone_with_its_files()
    {
        await using var repository = new CapturedRepository();
        repository.Write("lib/a.py", "a\n");
        repository.Commit("base");
        await Task.Delay(Settling, CapturedRepository.Ct);
        await repository.StartAsync();
        Directory.Move(repository.PathOf("lib"), repository.PathOf("lib2"));
        File.CreateSymbolicLink(repository.PathOf("lib"), "lib2");
        await repository.StopAsync();
        await AssertFaithfulAsync(repository);
    }

    [Fact]
    public async Task A_folder_that_becomes_a_repository_leaves_the_record_and_comes_back_when_it_ceases()
    {
        await using var repository = new CapturedRepository();
        repository.Write("lib/a.py", "a\n");
        repository.Write("lib/deep/b.py", "b\n");
        repository.Commit("base");
        await Task.Delay(Settling, CapturedRepository.Ct);
        await repository.StartAsync();
        GitDiff.Run(repository.PathOf("lib"), "init", "-q");
        await repository.WaitForAsync(events => events.Count == 2);
        repository.Write("lib/deep/new/c.py", "c\n");
        Directory.Delete(repository.PathOf("lib/.git"), recursive: true);
        var events = await repository.WaitForAsync(events => events.Count == 5);
        Assert.Equal(
            ["lib/a.py", "lib/deep/b.py", "lib/deep/new/c.py"],
            events.Skip(2).Select(one => ((FileEdit)one.Payload).FilePath).Order(StringComparer.Ordinal)
        );
        await repository.StopAsync();
        await AssertFaithfulAsync(repository);
    }

    [Fact]
    public async Task A_repository_made_anew_in_the_same_place_is_heard_of_when_it_ceases()
    {
        await using var repository = new CapturedRepository();
        repository.Write("a.py", "a\n");
        repository.Commit("base");
        GitDiff.Run(repository.Root, "init", "-q", "lib");
        await repository.StartAsync();
        Directory.Delete(repository.PathOf("lib"), recursive: true);
        GitDiff.Run(repository.Root, "init", "-q", "lib");
        repository.Write("lib/b.py", "b\n");
        repository.Write("a.py", "b\n");
        await repository.WaitForAsync(events => events.Count == 1);
        Directory.Delete(repository.PathOf("lib/.git"), recursive: true);
        await repository.WaitForAsync(events => events.Count == 2);
        await repository.StopAsync();
        await AssertFaithfulAsync(repository);
    }

    [Fact]
    public async Task What_lies_in_a_submodule_that_is_not_checked_out_is_not_recorded()
    {
        await using var repository = new CapturedRepository();
        repository.Write("a.py", "a\n");
        repository.Commit("base");
        await repository.StartAsync();
        repository.Write("lib/b.py", "b\n");
        await repository.WaitForAsync(events => events.Count == 1);
        var head = repository.Git("rev-parse", "HEAD").Trim();
        repository.Git("update-index", "--add", "--cacheinfo", $"160000,{head},lib");
        await repository.WaitForAsync(events => events.Count == 2);
        repository.Write("lib/c.py", "c\n");
        repository.Write("a.py", "b\n");
        var edits = (await repository.StopAsync()).ConvertAll(one => ((FileEdit)one.Payload).FilePath);
        Assert.Equal(["lib/b.py", "lib/b.py", "a.py"], edits);
        await AssertFaithfulAsync(repository);
    }

    [Fact]
    public async Task A_file_named_as_an_ignored_folder_with_tracked_files_was_is_ignored()
    {
        await using var repository = new CapturedRepository();
        repository.Write(".gitignore", "out\n");
        repository.Write("out/a.py", "a\n");
        repository.Git("add", "-f", "out/a.py");
        repository.Commit("base");
        await repository.StartAsync();
        Directory.Delete(repository.PathOf("out"), recursive: true);
        repository.Write("out", "a file\n");
        await repository.StopAsync();
        await AssertFaithfulAsync(repository);
    }

    [Fact]
    public async Task Warnings_of_git_about_every_folder_hold_nothing_up()
    {
        await using var repository = new CapturedRepository();
        for (var folder = 0; folder < 1500; folder++)
        {
            repository.Write($"f{folder}/a.py", "a\n");
            File.CreateSymbolicLink(repository.PathOf($"f{folder}/.gitignore"), "nowhere");
        }
        repository.Commit("base");
        await repository.StartAsync();
        repository.Write("f7/a.py", "b\n");
        Assert.Single(await repository.StopAsync());
        await AssertFaithfulAsync(repository);
    }

    [Fact]
    public async Task Many_files_behind_a_new_link_are_not_asked_of_git_one_by_one()
    {
        await using var repository = new CapturedRepository();
        for (var file = 0; file < 3000; file++)
            repository.Write($"lib/f{file}.py", "a\n");
        repository.Commit("base");
        Directory.Move(repository.PathOf("lib"), repository.PathOf("lib2"));
        File.CreateSymbolicLink(repository.PathOf("lib"), "lib2");
        await repository.StartAsync();
        await repository.StopAsync();
        await AssertFaithfulAsync(repository);
    }

    [Fact]
    public async Task An_edit_that_there_was_no_room_for_leaves_the_next_ones_replayable()
    {
        var spool = new SpoolOptions { BytesMax = 400_000 };
        await using var repository = new CapturedRepository(spool: spool);
        repository.Write("a.py", "one\n");
        repository.Write("b.py", "one\n");
        repository.Commit("base");
        await repository.StartAsync();
        repository.Write("a.py", new string('x', 500_000));
        await repository.WaitForAsync(events => events.Exists(one => one.Payload is RecordingGap));
        repository.Write("b.py", "two\n");
        await repository.WaitForAsync(events => events.Exists(one => one.Payload is FileEdit));
        Assert.Equal(["a.py"], (await repository.CheckAsync()).Differences.Select(one => one.Path));
        repository.Write("a.py", "three\n");
        await repository.StopAsync();
        var result = await repository.CheckAsync();
        Assert.True(result.IsFaithful, CapturedRepository.Describe(result));
        Assert.Equal(2, result.Replay.EditsApplied);
    }

    [Fact]
    public void A_stamp_counts_only_where_the_file_was_read_long_after_its_last_change()
    {
        var stamp = new FileStamp(1, 2, 3_000_000_000, 3_000_000_000, 4);
        Assert.Equal(FileStamp.None, stamp.IfSettled(DateTimeOffset.UnixEpoch.AddSeconds(3.05)));
        Assert.Equal(stamp, stamp.IfSettled(DateTimeOffset.UnixEpoch.AddSeconds(3.2)));
    }

    [Fact]
    public void A_path_is_looked_at_although_the_clock_was_moved_back()
    {
        var time = new SettableTime { Now = DateTimeOffset.UnixEpoch.AddHours(2) };
        using var pending = new PendingChanges(new CaptureLimits(), time);
        pending.Add(new ChangeHint(HintKind.Touched, "a.py", GitHolds: false));
        Assert.Empty(pending.Take(everything: false).Paths);
        time.Now -= TimeSpan.FromHours(1);
        Assert.Single(pending.Take(everything: false).Paths);
    }

    private sealed class SettableTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
