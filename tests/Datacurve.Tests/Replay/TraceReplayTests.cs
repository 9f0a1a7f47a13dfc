using System.Text;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Replay;
using Xunit;

namespace Datacurve.Tests.Replay;

public sealed class TraceReplayTests
{
    // printf '1\ntwo\n' | git hash-object --stdin
    private const string GitIdOfOneTwo = "0b66db0da4b516fc2088ae2c3fcb0ac074e0ccdb";
    private const string FirstPatch = "@@ -1 +1 @@\n-one\n+1\n";
    private readonly MemoryTree _base = new MemoryTree().With("x.py", "one\ntwo\n").With("y.py", "y\n");
    private readonly TraceReplay _replay;

    public TraceReplayTests() => _replay = new TraceReplay(_base);

    [Fact]
    public void Edits_that_lead_to_the_fix_are_exact()
    {
        Edit(1, "x.py", FirstPatch, pre: Sha("one\ntwo\n"), post: BlobId.Prefix + Sha("1\ntwo\n"));
        Edit(2, "x.py", "@@ -2 +2 @@\n-two\n+2\n", pre: GitIdOfOneTwo);
        var result = _replay.CompareWith([Change("x.py", "1\n2\n")]);
        Assert.True(result.Exact, result.Reason);
        Assert.Equal((2, 2, 2), (result.EditsTotal, result.EditsApplied, result.HashesChecked));
        Assert.Null(result.Reason);
    }

    [Theory]
    [InlineData(1L, false)]
    [InlineData(0L, true)]
    [InlineData(null, true)]
    public void A_gap_that_lacks_edits_makes_the_replay_not_exact(long? edits, bool isExact)
    {
        Edit(1, "x.py", FirstPatch);
        var gap = new RecordingGap { Reason = GapReason.Dropped, Edits = edits };
        _replay.Apply(
            new TraceEvent
            {
                Seq = 2,
                TsMs = 2,
                Type = "recording_gap",
                Actor = new Actor { Kind = ActorKind.Human },
                Payload = gap,
            },
            blob: null
        );

        var result = _replay.CompareWith([Change("x.py", "1\ntwo\n")]);

        Assert.Equal(isExact, result.Exact);
        Assert.Equal(isExact ? null : "1 edit is missing from the trace at seq 2", result.Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hash_that_differs_breaks_at_its_seq(bool before)
    {
        Edit(3, "y.py", "@@ -1 +1 @@\n-y\n+z\n");
        Edit(7, "x.py", FirstPatch, pre: before ? Sha("other") : null, post: before ? null : Sha("other"));
        Edit(9, "x.py", FirstPatch);
        Edit(11, "y.py", "@@ -1 +1 @@\n-z\n+q\n");
        var result = _replay.CompareWith([Change("x.py", "1\ntwo\n"), Change("y.py", "q\n", "y\n")]);
        Assert.False(result.Exact);
        Assert.Equal(7, result.BrokenAtSeq);
        Assert.Equal((4, 2), (result.EditsTotal, result.EditsApplied));
        Assert.Equal(["x.py"], result.DifferingPaths);
        Assert.Equal("one\ntwo\n", Text("x.py"));
        Assert.Equal("q\n", Text("y.py"));
    }

    [Fact]
    public void A_missing_blob_breaks_and_is_named()
    {
        var edit = EditEvent(5, "x.py", FirstPatch, null, null, root: null);
        _replay.Apply(edit, blob: null);
        Assert.Contains(TraceReplay.BlobOf(edit)!.Value.ToString(), _replay.Result().Reason!);
        Assert.Equal(5, _replay.Result().BrokenAtSeq);
    }

    [Fact]
    public void Hashes_of_an_unknown_form_are_counted_as_unchecked()
    {
        Edit(1, "x.py", FirstPatch, pre: "md5:abc", post: "");
        Assert.Equal(1, _replay.Result().HashesUnchecked);
        Assert.Equal(0, _replay.Result().HashesChecked);
        Assert.Null(_replay.Result().BrokenAtSeq);
    }

    [Theory]
    [InlineData("/home/ada/p/x.py", "/home/ada/p", true)]
    [InlineData("/home/ada/p/x.py", "/home/ada/p/", true)]
    [InlineData("./x.py", null, true)]
    [InlineData("C:\\Work\\p\\x.py", "c:\\work\\p", true)]
    [InlineData("/home/ada/pp/x.py", "/home/ada/p", false)]
    [InlineData("/home/ada/p/../x.py", "/home/ada/p", false)]
    [InlineData("/home/ada/p/x.py", null, false)]
    [InlineData("../x.py", "/home/ada/p", false)]
    [InlineData(".git/config", null, false)]
    public void A_path_is_taken_from_the_workspace_root(string path, string? root, bool applies)
    {
        var edit = EditEvent(1, path, FirstPatch, null, null, root);
        _replay.Apply(edit, Encoding.UTF8.GetBytes(FirstPatch));
        Assert.Equal(applies ? "1\ntwo\n" : "one\ntwo\n", Text("x.py"));
        Assert.Equal(applies ? null : 1, _replay.Result().BrokenAtSeq);
    }

    [Fact]
    public void A_snapshot_that_equals_the_replayed_content_counts_as_nothing()
    {
        Edit(1, "x.py", FirstPatch);
        Snapshot(2, "x.py", "1\ntwo\n"u8.ToArray());
        var result = _replay.CompareWith([Change("x.py", "1\ntwo\n")]);
        Assert.True(result.Exact);
        Assert.Equal((1, 0), (result.EditsTotal, result.UnrecordedChanges));
    }

    [Fact]
    public void A_snapshot_of_text_that_no_edit_leads_to_is_taken_but_not_exact()
    {
        Snapshot(4, "x.py", "formatted\n"u8.ToArray());
        var result = _replay.CompareWith([Change("x.py", "formatted\n")]);
        Assert.Equal("formatted\n", Text("x.py"));
        Assert.False(result.Exact);
        Assert.Equal(1, result.UnrecordedChanges);
        Assert.Null(result.BrokenAtSeq);
        Assert.Contains("seq 4", result.Reason!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_of_a_binary_file_is_the_edit()
    {
        byte[] image = [137, 80, 0, 1];
        Snapshot(4, "img/logo.png", image);
        var fix = new FileChange("img/logo.png", null, new FileState(image, Core.Replay.FileMode.Regular));
        var result = _replay.CompareWith([fix]);
        Assert.True(result.Exact, result.Reason);
        Assert.Equal((1, 1), (result.EditsTotal, result.EditsApplied));
    }

    [Fact]
    public void A_snapshot_lets_a_broken_file_go_on()
    {
        Edit(1, "x.py", "@@ -1 +1 @@\n-absent\n+1\n");
        Snapshot(2, "x.py", "one\nnow\n"u8.ToArray());
        Edit(3, "x.py", FirstPatch);
        Assert.Equal("1\nnow\n", Text("x.py"));
        Assert.Equal(1, _replay.Result().BrokenAtSeq);
    }

    [Fact]
    public void What_only_the_fix_changes_differs()
    {
        Edit(1, "x.py", FirstPatch);
        var result = _replay.CompareWith([Change("x.py", "1\ntwo\n"), Change("y.py", "fixed\n", "y\n")]);
        Assert.False(result.Exact);
        Assert.Equal(["y.py"], result.DifferingPaths);
    }

    [Fact]
    public void The_mode_belongs_to_the_state()
    {
        Edit(1, "new.sh", "diff --git a/new.sh b/new.sh\nnew file mode 100755\n");
        FileChange Created(Core.Replay.FileMode mode) => new("new.sh", null, new FileState([], mode));
        Assert.True(_replay.CompareWith([Created(Core.Replay.FileMode.Executable)]).Exact);
        Assert.False(_replay.CompareWith([Created(Core.Replay.FileMode.Regular)]).Exact);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, 2L)]
    public void Edits_are_bounded_in_what_they_read_and_write(int spare, long? brokenAt)
    {
        var bytes = (2 * FirstPatch.Length) + "one\ntwo\n".Length + "1\ntwo\n".Length;
        var replay = new TraceReplay(_base, bytes + spare);
        var back = FirstPatch.Replace("-one\n+1\n", "-1\n+one\n", StringComparison.Ordinal);
        replay.Apply(EditEvent(1, "x.py", FirstPatch, null, null, null), Encoding.UTF8.GetBytes(FirstPatch));
        replay.Apply(EditEvent(2, "x.py", back, null, null, null), Encoding.UTF8.GetBytes(back));
        Assert.Equal(brokenAt, replay.Result().BrokenAtSeq);
    }

    internal static TraceEvent EditEvent(
        long seq,
        string path,
        string patch,
        string? pre,
        string? post,
        string? root
    ) =>
        new()
        {
            Seq = seq,
            TsMs = seq,
            Type = "file_edit",
            Actor = new Actor { Kind = ActorKind.Ide },
            Context = root is null ? null : new EventContext { WorkspaceRoot = root },
            Payload = new FileEdit
            {
                FilePath = path,
                EditKind = EditKind.Patch,
                PatchBlobId = BlobId.Of(Encoding.UTF8.GetBytes(patch)),
                PreHash = pre,
                PostHash = post,
            },
        };

    private void Edit(long seq, string path, string patch, string? pre = null, string? post = null) =>
        _replay.Apply(EditEvent(seq, path, patch, pre, post, root: null), Encoding.UTF8.GetBytes(patch));

    [Fact]
    public void What_is_read_again_and_again_is_work_and_has_an_end()
    {
        var replay = new TraceReplay(_base, workBytesMax: 1000);
        for (var seq = 1; seq <= 4; seq++)
            replay.Apply(SnapshotEvent(seq, "x.py", new byte[400]), new byte[400]);

        Assert.True(replay.IsSpent);
        Assert.Equal(3, replay.Result().BrokenAtSeq);
        Assert.Contains("more than 1000 bytes", replay.Result().Reason!, StringComparison.Ordinal);
    }

    [Fact]
    public void Patches_of_a_file_whose_edits_broke_are_work_all_the_same()
    {
        var replay = new TraceReplay(_base, workBytesMax: 1000);
        var patch = Encoding.UTF8.GetBytes("@@ -1 +1 @@\n-none\n+" + new string('x', 380) + "\n");
        for (var seq = 1; seq <= 3; seq++)
            replay.Apply(EditEvent(seq, "x.py", "", null, null, root: null), patch);

        Assert.True(replay.IsSpent);
        Assert.Equal(1, replay.Result().BrokenAtSeq);
    }

    private void Snapshot(long seq, string path, byte[] content) =>
        _replay.Apply(SnapshotEvent(seq, path, content), content);

    private static TraceEvent SnapshotEvent(long seq, string path, byte[] content) =>
        EditEvent(seq, path, "", null, null, root: null) with
        {
            Type = "file_snapshot",
            Payload = new FileSnapshot
            {
                FilePath = path,
                ContentBlobId = BlobId.Of(content),
                SnapshotReason = SnapshotReason.PostTest,
            },
        };

    private string Text(string path) => Encoding.UTF8.GetString(_replay.Tree.Find(path)!.Content);

    private static FileChange Change(string path, string after, string before = "one\ntwo\n") =>
        new(path, State(before), State(after));

    private static FileState State(string text) =>
        new(Encoding.UTF8.GetBytes(text), Core.Replay.FileMode.Regular);

    private static string Sha(string text) => BlobId.Of(Encoding.UTF8.GetBytes(text)).Hash;
}
