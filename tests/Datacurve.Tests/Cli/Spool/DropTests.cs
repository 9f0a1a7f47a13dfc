using System.Text;
using Datacurve.Cli.Commands;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Spool;

public sealed class DropTests
{
    private const string Private = "hunting for a new job";
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_dropped_is_nowhere_on_disk_and_the_trace_says_only_that_something_was()
    {
        using var spool = new SpoolUnderTest(new SpoolOptions { SegmentBytes = 2048 });
        await using var recording = spool.Create();
        for (var i = 0; i < 40; i++)
        {
            await recording.AddAsync(
                SpoolUnderTest.Command($"echo {(i % 10 == 3 ? Private : "fine")} {i}"),
                Ct
            );
            await recording.FlushAsync(Ct);
        }
        await SpoolUnderTest.ThinkAsync(recording, Private);
        var seqs = Enumerable.Range(0, 4).Select(i => (i * 10) + 4L).Append(41).ToList();

        foreach (var seq in seqs)
            await recording.DropAsync(new EventChoice { SeqFirst = seq, SeqLast = seq }, Ct);

        Assert.Empty(FilesWith(recording.Folder, Private));
        var events = SpoolUnderTest.Read(recording.Files);
        var gaps = events.Where(e => e.Payload is RecordingGap).ToList();
        Assert.Equal(seqs, gaps.Select(gap => gap.Seq));
        Assert.All(
            gaps,
            gap =>
                Assert.Equal(
                    new RecordingGap
                    {
                        Reason = GapReason.Dropped,
                        Events = 1,
                        Edits = 0,
                    },
                    gap.Payload
                )
        );
        Assert.Equal(Enumerable.Range(1, 41).Select(seq => (long)seq), events.Select(e => e.Seq));
        Assert.Equal(42, (await recording.AddAsync(SpoolUnderTest.Command("on"), Ct)).Seq);
    }

    [Fact]
    public async Task A_command_takes_its_output_along_and_leaves_what_it_edited()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        var context = new EventContext { CorrelationId = "c1" };
        var blobId = await recording.AddBlobAsync("out"u8.ToArray(), Ct);
        await recording.AddAsync(SpoolUnderTest.Command("make") with { Context = context }, Ct);
        await recording.AddAsync(
            new NewEvent(
                ActorKind.Tool,
                new TerminalOutput { Stream = OutputStream.Stdout, ChunkBlobId = blobId }
            )
            {
                Context = context,
            },
            Ct
        );
        await recording.AddAsync(Edit(blobId, "a.py") with { Context = context }, Ct);

        var dropped = await recording.DropAsync(new EventChoice { SeqFirst = 1, SeqLast = 1 }, Ct);

        Assert.Equal([1, 2], dropped.Seqs);
        Assert.Equal([1, 3], SpoolUnderTest.Read(recording.Files).Select(e => e.Seq));
        Assert.Equal(0, dropped.Blobs);
        Assert.True(recording.Files.Blobs.Has(blobId), "the edit names it still");
    }

    [Fact]
    public async Task A_file_takes_everything_along_that_names_it()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        var patch = await recording.AddBlobAsync("-a\n+b\n"u8.ToArray(), Ct);
        await recording.AddAsync(Edit(patch, "conf/diary.txt"), Ct);
        await recording.AddAsync(Edit(patch, "src/diary.txt.py"), Ct);
        await recording.AddAsync(SpoolUnderTest.Command("vim conf/diary.txt"), Ct);
        await recording.AddAsync(SpoolUnderTest.Command("vim olddiary.txt"), Ct);
        await SpoolUnderTest.ThinkAsync(recording, "what diary.txt says");
        await SpoolUnderTest.ThinkAsync(recording, "something else");

        var dropped = await recording.DropAsync(new EventChoice { FilePath = "conf/diary.txt" }, Ct);

        Assert.Equal([1, 2, 3, 5], dropped.Seqs);
        Assert.Equal(1, dropped.Blobs - (recording.Files.Blobs.Has(patch) ? 0 : 1));
        var gap = Assert.IsType<RecordingGap>(SpoolUnderTest.Read(recording.Files)[0].Payload);
        Assert.Equal((3, 2), (gap.Events, gap.Edits));
    }

    [Fact]
    public async Task Later_edits_of_a_file_of_which_one_was_dropped_are_named()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        var first = await recording.AddBlobAsync("+hunting\n"u8.ToArray(), Ct);
        var rename = await recording.AddBlobAsync("rename from a.py\nrename to b.py\n"u8.ToArray(), Ct);
        var later = await recording.AddBlobAsync(" hunting\n+for\n"u8.ToArray(), Ct);
        await recording.AddAsync(Edit(later, "a.py"), Ct);
        await recording.AddAsync(Edit(first, "a.py"), Ct);
        await recording.AddAsync(Edit(later, "other.py"), Ct);
        await recording.AddAsync(Edit(rename, "b.py"), Ct);
        await recording.AddAsync(Edit(later, "b.py"), Ct);

        var dropped = await recording.DropAsync(new EventChoice { SeqFirst = 2, SeqLast = 2 }, Ct);

        Assert.Equal([4, 5], dropped.MayStillShow);
        Assert.Contains(
            "may still show its lines: 4, 5.",
            DropCommand.Sentence(dropped),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_drop_that_was_killed_half_way_is_finished_by_the_next_who_opens()
    {
        using var spool = new SpoolUnderTest();
        await using (var recording = spool.Create())
            await SpoolUnderTest.ThinkAsync(recording, "kept");
        var (files, manifest) = spool.Store.List().Single();
        var orphan = Datacurve.Core.BlobId.Of(Encoding.UTF8.GetBytes(Private));
        using (var blobs = new PackFolder(Path.Combine(files.Path, "blobs")))
            blobs.Add(orphan, Encoding.UTF8.GetBytes(Private));
        files.MarkDropping(true);

        await using var opened = spool.Store.Open(manifest.RecordingId);

        Assert.False(files.IsDropping);
        Assert.Empty(FilesWith(files.Path, Private));
        Assert.Single(files.Blobs.All());
    }

    private static NewEvent Edit(Datacurve.Core.BlobId patch, string path) =>
        new(
            ActorKind.Human,
            new FileEdit
            {
                FilePath = path,
                EditKind = EditKind.Patch,
                PatchBlobId = patch,
            }
        );

    private static IEnumerable<string> FilesWith(string folder, string text) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) is not ("lock" or "socket"))
            .Where(path => File.ReadAllText(path).Contains(text, StringComparison.Ordinal));
}
