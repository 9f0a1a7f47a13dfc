using System.Formats.Tar;
using System.Text;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Replay;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Workspaces;
using Datacurve.Tests.Replay;
using Xunit;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Tests.Qa.Workspaces;

public sealed class WorkspaceBuilderTests : IDisposable
{
    private const string Patch = "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-bug\n+fix\n";
    private readonly QaBench _bench = new();
    private readonly MemoryTree _base = new MemoryTree()
        .With("x.py", "bug\n")
        .With("run.sh", "echo\n", FileMode.Executable)
        .With("out", "/etc", FileMode.SymbolicLink)
        .With("dir/only", "1\n");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task The_fix_comes_from_the_final_diff_and_the_edits_lead_to_it()
    {
        var subject = await SubjectAsync(Patch, await EditAsync(1, "x.py", Patch));
        await using var trace = Assert.IsType<ReproducedTrace>(await _bench.Builder.OpenAsync(subject, Ct));
        Assert.Equal("x.py", Assert.Single(trace.Fix).Path);
        Assert.True(trace.Replay.Exact, trace.Replay.Reason);
        Assert.Equal(Patch, trace.FinalDiff);

        var before = await trace.MaterializeAsync("before", [], Ct);
        var after = await trace.MaterializeAsync("after", trace.Fix, Ct);
        QaBench.AssertSame(_base, QaBench.Read(before));
        Assert.Equal("fix\n", await File.ReadAllTextAsync(Path.Combine(after, "x.py"), Ct));
        Assert.Equal("bug\n", await File.ReadAllTextAsync(Path.Combine(trace.BaseDirectory, "x.py"), Ct));
    }

    [Fact]
    public async Task Without_a_final_diff_the_edits_are_the_fix_and_are_written_as_a_diff()
    {
        var subject = await SubjectAsync(diff: null, await EditAsync(1, "x.py", Patch));
        await using var trace = Assert.IsType<ReproducedTrace>(await _bench.Builder.OpenAsync(subject, Ct));
        Assert.True(trace.Replay.Exact);
        Assert.Contains("diff --git a/x.py b/x.py\n", trace.FinalDiff!, StringComparison.Ordinal);
        var again = UnifiedDiff.Parse(Encoding.UTF8.GetBytes(trace.FinalDiff!)).Apply(_base);
        Assert.Equal(trace.Fix.Single().After, again.Single().After, FileState.SameAs);
    }

    [Fact]
    public async Task Deletion_creation_rename_mode_and_links_reach_the_workspace()
    {
        var after = new MemoryTree()
            .With("y.py", "bug\n")
            .With("run.sh", "echo\n")
            .With("out", "elsewhere", FileMode.SymbolicLink)
            .With("dir", "a file now\n");
        using var git = new GitDiff();
        var diff = Encoding.UTF8.GetString(git.Between(_base, after, "--binary", "--find-renames"));
        await using var trace = Assert.IsType<ReproducedTrace>(
            await _bench.Builder.OpenAsync(await SubjectAsync(diff), Ct)
        );
        QaBench.AssertSame(after, QaBench.Read(await trace.MaterializeAsync("after", trace.Fix, Ct)));
        Assert.False(trace.Replay.Exact);
        Assert.NotEmpty(trace.Replay.DifferingPaths);
    }

    [Theory]
    [InlineData("--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-other\n+fix\n")]
    [InlineData("diff --git a/out/evil b/out/evil\nnew file mode 100644\n")]
    [InlineData("diff --git a/.git/hooks/x b/.git/hooks/x\nnew file mode 100755\n")]
    [InlineData("not a diff")]
    public async Task A_final_diff_that_does_not_apply_is_a_finding_with_the_replay_beside_it(string diff)
    {
        var subject = await SubjectAsync(diff, await EditAsync(1, "x.py", Patch));
        await using var opened = await _bench.Builder.OpenAsync(subject, Ct);
        var trace = Assert.IsType<UnreproducibleTrace>(opened);
        Assert.Contains("final diff", trace.Reason, StringComparison.Ordinal);
        Assert.Equal(diff, trace.FinalDiff);
        Assert.Equal((1, 1), (trace.Replay.EditsTotal, trace.Replay.EditsApplied));
        Assert.NotNull(trace.Replay.Reason);
    }

    [Fact]
    public async Task A_trace_without_a_base_is_a_finding_with_a_reason()
    {
        var subject = QaBench.Subject(QaBench.Trace("abc"), null, await EditAsync(1, "x.py", Patch));
        await using var opened = await _bench.Builder.OpenAsync(subject, Ct);
        var trace = Assert.IsType<UnreproducibleTrace>(opened);
        Assert.Equal(trace.Reason, trace.Replay.Reason);
        Assert.Equal((1, 0), (trace.Replay.EditsTotal, trace.Replay.EditsApplied));
    }

    [Fact]
    public async Task A_blob_that_nobody_uploaded_is_named()
    {
        var missing = BlobId.Of("nobody"u8);
        var withoutDiff = QaBench.Subject(await TraceAsync(), missing);
        await using var first = await _bench.Builder.OpenAsync(withoutDiff, Ct);
        Assert.Contains(
            $"{missing}",
            Assert.IsType<UnreproducibleTrace>(first).Reason,
            StringComparison.Ordinal
        );

        var withoutBase = QaBench.Subject(QaBench.Trace("abc", snapshot: missing));
        await using var second = await _bench.Builder.OpenAsync(withoutBase, Ct);
        Assert.Contains(
            $"{missing}",
            Assert.IsType<UnreproducibleTrace>(second).Reason,
            StringComparison.Ordinal
        );

        var withoutPatch = QaBench.Subject(
            await TraceAsync(),
            null,
            TraceReplayTests.EditEvent(4, "x.py", "nobody", null, null, root: null)
        );
        await using var third = await _bench.Builder.OpenAsync(withoutPatch, Ct);
        Assert.Equal(4, third.Replay.BrokenAtSeq);
        Assert.Contains($"{missing}", third.Replay.Reason!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workspaces_go_with_the_trace_and_leftovers_with_the_next_run()
    {
        var subject = await SubjectAsync(Patch);
        var root = Path.Combine(_bench.Options.WorkPath, "workspaces", subject.QaJobId.ToString("D"));
        Directory.CreateDirectory(Path.Combine(root, "left", "over"));
        var trace = Assert.IsType<ReproducedTrace>(await _bench.Builder.OpenAsync(subject, Ct));
        Assert.False(Directory.Exists(root));
        var workspace = await trace.MaterializeAsync("after", trace.Fix, Ct);
        Assert.Equal(workspace, await trace.MaterializeAsync("after", trace.Fix, Ct));
        await trace.DisposeAsync();
        Assert.False(Directory.Exists(root));
        Assert.True(Directory.Exists(trace.BaseDirectory));
    }

    [Fact]
    public async Task Changes_are_never_written_through_a_link_of_the_base()
    {
        await using var trace = Assert.IsType<ReproducedTrace>(
            await _bench.Builder.OpenAsync(await SubjectAsync(Patch), Ct)
        );
        var outside = new FileState([1], FileMode.Regular);
        foreach (var path in (string[])["out/evil", "../evil", ".git/evil", "/evil"])
            await Assert.ThrowsAsync<NotReproducibleException>(() =>
                trace.MaterializeAsync("w", [new FileChange(path, null, outside)], Ct)
            );
        var replaced = await trace.MaterializeAsync("w", [new FileChange("out", null, outside)], Ct);
        Assert.Null(new FileInfo(Path.Combine(replaced, "out")).LinkTarget);
        await Assert.ThrowsAsync<ArgumentException>(() => trace.MaterializeAsync("../w", [], Ct));
    }

    [Fact]
    public async Task A_state_lists_reads_and_packs_the_files_of_its_moment()
    {
        var events = new[]
        {
            await EditAsync(1, "x.py", Patch),
            await EditAsync(2, "new.sh", "diff --git a/new.sh b/new.sh\nnew file mode 100755\n"),
            await EditAsync(3, "dir/only", "--- a/dir/only\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n"),
        };
        using var state = await _bench.States.OpenAsync(
            await TraceAsync(),
            events.ToAsyncEnumerable(),
            cleanser: null,
            Ct
        );
        var files = await state.ListAsync(Ct);
        Assert.Equal(["new.sh", "out", "run.sh", "x.py"], files.Select(file => file.Path));
        Assert.Equal(new StateFile("x.py", 4, BlobId.Of("fix\n"u8).Hash, FileMode.Regular), files[3]);
        Assert.Equal(FileMode.Executable, files[0].Mode);
        Assert.Equal(3, state.Replay.EditsApplied);
        foreach (var absent in (string[])["dir/only", "out/passwd", "../x.py", "dir", ""])
            Assert.Null(state.Find(absent));
        using var content = new StreamReader(state.Find("run.sh")!.Value.Content);
        Assert.Equal("echo\n", await content.ReadToEndAsync(Ct));

        using var first = new MemoryStream();
        using var second = new MemoryStream();
        await state.WriteTarAsync(first, Ct);
        await state.WriteTarAsync(second, Ct);
        Assert.Equal(first.ToArray(), second.ToArray());
        var packed = await _bench.PutAsync(first.ToArray());
        using var unpacked = await _bench.Bases.OpenAsync(
            QaBench.Trace("abc", snapshot: packed),
            cleanser: null,
            Ct
        );
        Assert.Equal("fix\n", await File.ReadAllTextAsync(Path.Combine(unpacked.FullPath, "x.py"), Ct));
        Assert.Equal("/etc", new FileInfo(Path.Combine(unpacked.FullPath, "out")).LinkTarget);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<Core.Traces.NewTrace> TraceAsync()
    {
        var entries = _base.Select(file =>
        {
            var text = Encoding.UTF8.GetString(file.Value.Content);
            return (TarEntry)(
                file.Value.Mode == FileMode.SymbolicLink
                    ? TarOf.Link(file.Key, text)
                    : TarOf.File(file.Key, text, file.Value.Mode == FileMode.Executable)
            );
        });
        return QaBench.Trace("abc", snapshot: await _bench.PutAsync(TarOf.Entries(entries)));
    }

    private async Task<QaSubject> SubjectAsync(string? diff, params TraceEvent[] events) =>
        QaBench.Subject(
            await TraceAsync(),
            diff is null ? null : await _bench.PutAsync(Encoding.UTF8.GetBytes(diff)),
            events
        );

    private async Task<TraceEvent> EditAsync(long seq, string path, string patch)
    {
        await _bench.PutAsync(Encoding.UTF8.GetBytes(patch));
        return TraceReplayTests.EditEvent(seq, path, patch, null, null, root: null);
    }
}
