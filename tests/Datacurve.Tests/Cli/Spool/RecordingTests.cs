using System.Text;
using Datacurve.Cli.Spool;
using Datacurve.Cli.Spool.Control;
using Datacurve.Core;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;
using Microsoft.Extensions.Time.Testing;

namespace Datacurve.Tests.Cli.Spool;

public sealed class RecordingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ControlRequest.Pause, "It is not paused, and goes on being recorded: ")]
    [InlineData(ControlRequest.Resume, "It stays paused: ")]
    public async Task A_pause_that_the_disk_refuses_says_how_it_stands(string op, string sentence)
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        if (op == ControlRequest.Resume)
            await recording.PauseAsync(Ct);
        Directory.CreateDirectory(Path.Combine(recording.Folder, "recording.json.next"));

        var answer = await RecordingActions.RunAsync(recording, new ControlRequest { Op = op }, Ct);

        Assert.StartsWith(sentence, answer.Error, StringComparison.Ordinal);
        Assert.Equal(op == ControlRequest.Resume, recording.IsPaused);
    }

    [Fact]
    public async Task What_a_flush_returned_from_is_on_disk_in_order_with_its_blobs()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        await recording.AddAsync(SpoolUnderTest.Command("make"), Ct);
        var thought = await SpoolUnderTest.ThinkAsync(recording, "the cursor goes back");

        await recording.FlushAsync(Ct);

        var events = SpoolUnderTest.Read(recording.Files);
        Assert.Equal([1, 2], events.Select(e => e.Seq));
        Assert.Equal(thought, events[1] with { Payload = thought.Payload });
        var blobId = Assert.IsType<Thought>(events[1].Payload).ContentBlobId;
        Assert.Equal("the cursor goes back", Encoding.UTF8.GetString(recording.Files.Blobs.Read(blobId)!));
    }

    [Fact]
    public async Task Within_the_interval_everything_is_flushed_without_being_asked()
    {
        var time = new FakeTimeProvider();
        using var spool = new SpoolUnderTest(time: time);
        await using var recording = spool.Create();
        await recording.AddAsync(SpoolUnderTest.Command("make"), Ct);
        Assert.Empty(SpoolUnderTest.Read(recording.Files));

        while (SpoolUnderTest.Read(recording.Files).Count == 0)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Ct);
        }

        Assert.Single(SpoolUnderTest.Read(recording.Files));
    }

    [Fact]
    public async Task A_recording_that_is_opened_again_goes_on_with_the_next_seq()
    {
        using var spool = new SpoolUnderTest();
        await using (var recording = spool.Create())
            await recording.AddAsync(SpoolUnderTest.Command("make"), Ct);

        var id = spool.Store.List().Single().Manifest.RecordingId;
        await using var continued = spool.Store.Continue(id);

        Assert.Equal(2, (await continued.AddAsync(SpoolUnderTest.Command("make"), Ct)).Seq);
        Assert.Equal("free() is wrong", continued.Trace.Task.BugReport.Title);
    }

    [Fact]
    public async Task Many_threads_get_every_seq_once()
    {
        using var spool = new SpoolUnderTest(new SpoolOptions { SegmentBytes = 4096 });
        await using var recording = spool.Create();

        await Parallel.ForAsync(
            0,
            1000,
            Ct,
            async (i, ct) =>
            {
                await recording.AddAsync(SpoolUnderTest.Command($"echo {i}"), ct);
                if (i % 50 == 0)
                    await recording.FlushAsync(ct);
            }
        );
        await recording.FlushAsync(Ct);

        var events = SpoolUnderTest.Read(recording.Files);
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (long)i), events.Select(e => e.Seq));
        Assert.True(SegmentFolder.Paths(recording.Files.Segments).Count > 5, "one segment is not enough");
    }

    [Fact]
    public async Task A_second_recording_of_a_repository_is_refused_with_who_records_it()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create("/home/dev/one");

        var refused = Assert.Throws<RecordingHeldException>(() => spool.Create("/home/dev/one"));
        var busy = Assert.Throws<RecordingHeldException>(() => spool.Store.Open(recording.Id));
        await using var other = spool.Create("/home/dev/two");

        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("`datacurve record` then resumes it", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Environment.ProcessId, busy.Holder?.Pid);
        Assert.Single(spool.Store.List(), entry => entry.Manifest.RepositoryRoot == "/home/dev/one");
    }

    [Fact]
    public async Task A_clock_that_is_moved_back_is_warned_of_and_order_by_time_stays_order_by_seq()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000))
        {
            AutoAdvanceAmount = default,
        };
        var clock = new MovableClock(time);
        using var spool = new SpoolUnderTest(time: clock);
        await using var recording = spool.Create();
        var warnings = new List<string>();
        recording.Warned += (_, warning) => warnings.Add(warning.Sentence);
        var before = await recording.AddAsync(SpoolUnderTest.Command("one"), Ct);

        clock.Offset = TimeSpan.FromHours(-1);
        var after = await recording.AddAsync(SpoolUnderTest.Command("two"), Ct);
        await recording.AddAsync(SpoolUnderTest.Command("three"), Ct);

        Assert.Equal(before.Seq + 1, after.Seq);
        Assert.Equal(before.TsMs, after.TsMs);
        Assert.StartsWith("The clock was moved back.", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_recording_warns_once_goes_on_and_says_in_the_trace_what_is_missing()
    {
        using var spool = new SpoolUnderTest(new SpoolOptions { BytesMax = 4096 });
        var warnings = new List<string>();
        await using (var recording = spool.Create())
        {
            recording.Warned += (_, warning) => warnings.Add(warning.Sentence);
            for (var i = 0; i < 100; i++)
                await recording.AddAsync(SpoolUnderTest.Command($"echo {i}"), Ct);
            await SpoolUnderTest.ThinkAsync(recording, new string('x', 10_000));
            await recording.FlushAsync(Ct);
        }

        var events = SpoolUnderTest.Read(spool.Store.List().Single().Files);
        var gaps = events.Select(e => e.Payload).OfType<RecordingGap>().ToList();
        Assert.StartsWith("The recording is full", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal([null, 101 - (events.Count - 2)], gaps.Select(gap => gap.Events));
        Assert.Equal(events.Select(e => e.Seq).Order(), events.Select(e => e.Seq));
    }

    [Fact]
    public async Task Files_are_readable_by_their_owner_alone()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        await SpoolUnderTest.ThinkAsync(recording, "private");
        await recording.FlushAsync(Ct);

        var everything = new DirectoryInfo(spool.Store.Root).EnumerateFileSystemInfos(
            "*",
            SearchOption.AllDirectories
        );

        Assert.All(everything, entry => Assert.Equal(entry is DirectoryInfo ? "700" : "600", ModeOf(entry)));
    }

    [Fact]
    public async Task A_pause_is_kept_and_said_in_the_trace()
    {
        using var spool = new SpoolUnderTest();
        var changes = new List<bool>();
        await using (var recording = spool.Create())
        {
            recording.PauseChanged += (_, change) => changes.Add(change.IsPaused);
            await recording.PauseAsync(Ct);
            await recording.PauseAsync(Ct);
        }
        await using var continued = spool.Store.Continue(spool.Store.List().Single().Manifest.RecordingId);

        Assert.True(continued.IsPaused);
        Assert.Equal([true], changes);
        var gap = Assert.Single(SpoolUnderTest.Read(continued.Files)).Payload;
        Assert.Equal(GapReason.Paused, Assert.IsType<RecordingGap>(gap).Reason);
    }

    [Fact]
    public async Task What_opens_the_trace_can_be_completed_later()
    {
        using var spool = new SpoolUnderTest();
        await using (var recording = spool.Create())
            await recording.ChangeTraceAsync(
                trace => trace with { Developer = trace.Developer with { DeveloperId = "other" } },
                Ct
            );

        Assert.Equal("other", spool.Store.List().Single().Manifest.ReadTrace().Developer.DeveloperId);
    }

    [Fact]
    public async Task The_same_blob_twice_lies_there_once()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        var content = Encoding.UTF8.GetBytes("again");

        var first = await recording.AddBlobAsync(content, Ct);
        var second = await recording.AddBlobAsync(content, Ct);
        await recording.FlushAsync(Ct);

        Assert.Equal(first, second);
        Assert.Equal([first], recording.Files.Blobs.All());
    }

    [Fact]
    public async Task A_disk_that_allows_no_writing_is_tried_again_and_loses_nothing()
    {
        using var spool = new SpoolUnderTest(
            new SpoolOptions { FlushInterval = TimeSpan.FromMilliseconds(10) }
        );
        var recording = spool.Create();
        // What stands there cannot be opened as a file, which is told as a lack of rights.
        var inTheWay = Path.Combine(recording.Files.Segments, "00000001.seg");
        Directory.CreateDirectory(inTheWay);
        await recording.AddAsync(SpoolUnderTest.Command("make"), Ct);

        await Assert.ThrowsAsync<RecordingException>(() => recording.FlushAsync(Ct));
        await Task.Delay(100, Ct);
        Directory.Delete(inTheWay);
        while (SpoolUnderTest.Read(recording.Files).Count == 0)
            await Task.Delay(10, Ct);

        await recording.DisposeAsync();
        await using var again = spool.Store.Open(recording.Id);
        Assert.Single(SpoolUnderTest.Read(again.Files));
    }

    [Fact]
    public async Task More_blobs_than_may_be_open_at_once_are_all_there_after_one_flush()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        var ids = new List<BlobId>();
        for (var i = 0; i < 700; i++)
            ids.Add(await recording.AddBlobAsync(Encoding.UTF8.GetBytes($"blob {i}\n"), Ct));

        await recording.FlushAsync(Ct);

        Assert.All(ids, id => Assert.Equal(id, BlobId.Of(recording.Files.Blobs.Read(id)!)));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(recording.Files.Path, "blobs", "incoming")));
    }

    [Fact]
    public async Task A_blob_whose_folder_could_not_be_made_is_flushed_the_next_time()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        var content = new byte[BlobFolder.FileBytesMin];
        var blobId = await recording.AddBlobAsync(content, Ct);
        var folder = Path.Combine(recording.Folder, "blobs", blobId.Hash[..2]);
        await File.WriteAllTextAsync(folder, "in the way", Ct);
        await Assert.ThrowsAsync<RecordingException>(() => recording.FlushAsync(Ct));

        File.Delete(folder);
        await recording.FlushAsync(Ct);

        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(folder, blobId.Hash), Ct));
    }

    private static string ModeOf(FileSystemInfo entry) => Convert.ToString((int)entry.UnixFileMode, 8);

    private sealed class MovableClock(TimeProvider real) : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => real.GetUtcNow() + Offset;
    }
}
