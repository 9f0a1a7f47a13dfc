using Datacurve.Cli.Capture.Files;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture;

public sealed class WorkspaceCaptureTests : IAsyncDisposable
{
    private readonly CapturedRepository _repository = new();

    public ValueTask DisposeAsync() => _repository.DisposeAsync();

    private async Task StartAsync(params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
            _repository.Write(path, text);
        _repository.Commit("base");
        await _repository.StartAsync();
    }

    private Task<List<TraceEvent>> WaitForEditsAsync(int count) =>
        _repository.WaitForAsync(events => Edits(events).Count >= count);

    private static List<FileEdit> Edits(List<TraceEvent> events) =>
        [.. events.Select(one => one.Payload).OfType<FileEdit>()];

    private async Task<List<FileEdit>> StopAsync()
    {
        var edits = Edits(await _repository.StopAsync());
        var result = await _repository.CheckAsync();
        Assert.True(result.IsFaithful, CapturedRepository.Describe(result));
        Assert.Empty(_repository.Warnings);
        return edits;
    }

    [Fact]
    public async Task A_save_is_recorded_as_a_diff_with_both_hashes()
    {
        await StartAsync(("src/a.py", "one\ntwo\n"));
        _repository.Write("src/a.py", "one\n2\n");
        var edit = Edits(await WaitForEditsAsync(1)).Single();
        Assert.Equal("src/a.py", edit.FilePath);
        Assert.Equal((EditOrigin.Save, EditProvenance.Unknown), (edit.Origin, edit.Provenance));
        var traceEvent = (await _repository.EventsAsync()).Single();
        Assert.Equal(
            "diff --git a/src/a.py b/src/a.py\n--- a/src/a.py\n+++ b/src/a.py\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n",
            _repository.PatchOf(traceEvent)
        );
        Assert.Equal("main", traceEvent.Context!.Branch);
        Assert.Equal(_repository.Git("rev-parse", "HEAD").Trim(), traceEvent.Context.CommitHead);
        Assert.Single(await StopAsync());
    }

    [Fact]
    public async Task A_save_by_way_of_a_copy_is_one_edit()
    {
        await StartAsync(("a.py", "one\n"));
        var full = _repository.PathOf("a.py");
        File.WriteAllText(_repository.PathOf("4913"), "");
        File.Delete(_repository.PathOf("4913"));
        File.WriteAllText(_repository.PathOf(".a.py.swp"), "b0VIM");
        File.Move(full, full + "~");
        File.WriteAllText(full, "two\n");
        File.Delete(full + "~");
        await WaitForEditsAsync(1);
        File.WriteAllText(full + ".new", "three\n");
        File.Move(full + ".new", full, overwrite: true);
        var edits = Edits(await WaitForEditsAsync(2));
        Assert.Equal(["a.py", "a.py"], edits.Select(edit => edit.FilePath));
        Assert.All(edits, edit => Assert.NotNull(edit.PreHash));
        Assert.Equal(2, (await StopAsync()).Count);
    }

    [Fact]
    public async Task What_git_ignores_is_not_recorded_and_what_it_tracks_is()
    {
        _repository.Write("vendor/kept.js", "1\n");
        _repository.Git("add", "vendor/kept.js");
        await StartAsync((".gitignore", "node_modules/\nvendor/\n*.log\n"));
        _repository.Write("node_modules/x/y.js", "x");
        _repository.Write("vendor/other.js", "x");
        _repository.Write("run.log", "x");
        _repository.Write("vendor/kept.js", "2\n");
        _repository.Write("seen.py", "1\n");
        await WaitForEditsAsync(2);
        Assert.Equal(
            ["seen.py", "vendor/kept.js"],
            (await StopAsync()).Select(edit => edit.FilePath).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task New_ignore_rules_take_files_out_of_the_record_and_bring_them_back()
    {
        await StartAsync(("a.py", "1\n"));
        _repository.Write("out/b.txt", "b\n");
        await WaitForEditsAsync(1);
        _repository.Write(".gitignore", "out/\n");
        await WaitForEditsAsync(3);
        _repository.Write("out/c.txt", "never seen\n");
        File.Delete(_repository.PathOf(".gitignore"));
        var edits = Edits(await WaitForEditsAsync(6));
        Assert.Equal(
            EditOrigin.IgnoreRules,
            edits.Single(edit => edit.FilePath == "out/b.txt" && edit.PostHash is null).Origin
        );
        Assert.Equal(6, (await StopAsync()).Count);
    }

    [Fact]
    public async Task What_was_uncommitted_at_the_start_is_the_first_edits()
    {
        _repository.Write("a.py", "one\n");
        _repository.Commit("base");
        _repository.Write("a.py", "two\n");
        _repository.Write("new.py", "new\n");
        await _repository.StartAsync();
        Assert.Equal(_repository.Git("rev-parse", "HEAD").Trim(), _repository.Capture.Base.CommitBase);
        var edits = await StopAsync();
        Assert.Equal(["a.py", "new.py"], edits.Select(edit => edit.FilePath).Order(StringComparer.Ordinal));
        Assert.All(edits, edit => Assert.Equal(EditOrigin.Unobserved, edit.Origin));
    }

    [Fact]
    public async Task A_checkout_is_recorded_as_gits_and_a_commit_after_its_edits()
    {
        await StartAsync(("a.py", "one\n"), ("b.py", "one\n"));
        _repository.Git("checkout", "-q", "-b", "fix");
        _repository.Write("a.py", "two\n");
        _repository.Write("b.py", "two\n");
        _repository.Commit("Fix it\n\nBecause.");
        await _repository.WaitForAsync(events => events.Exists(one => one.Payload is Commit));
        _repository.Git("checkout", "-q", "main");
        var events = await WaitForEditsAsync(4);
        var commit = events.FindIndex(one => one.Payload is Commit);
        Assert.Equal("Fix it\n\nBecause.", ((Commit)events[commit].Payload).Message);
        Assert.Equal("fix", events[commit].Context!.Branch);
        Assert.Equal(2, commit);
        Assert.All(events.Take(2), one => Assert.Equal(EditOrigin.Save, ((FileEdit)one.Payload).Origin));
        Assert.All(events.Skip(3), one => Assert.Equal(EditOrigin.Git, ((FileEdit)one.Payload).Origin));
        await StopAsync();
    }

    [Fact]
    public async Task What_is_closed_while_git_works_was_still_saved_by_who_wrote_it()
    {
        await StartAsync(("a.py", "one\n"));
        var indexLock = Path.Combine(_repository.Root, ".git", "index.lock");
        await using (var saved = File.Create(Path.Combine(_repository.Root, "a.py")))
        {
            saved.Write("two\n"u8);
            await saved.FlushAsync(TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(indexLock, "", TestContext.Current.CancellationToken);
        }
        File.Delete(indexLock);

        var events = await WaitForEditsAsync(1);

        Assert.Equal(EditOrigin.Save, ((FileEdit)events[0].Payload).Origin);
        await StopAsync();
    }

    [Fact]
    public async Task Every_commit_of_a_rebase_is_recorded_and_stashes_are_gits()
    {
        await StartAsync(("a.py", "one\n"));
        _repository.Git("checkout", "-q", "-b", "topic");
        foreach (var name in (string[])["x", "y"])
        {
            _repository.Write(name, name);
            _repository.Commit(name);
        }
        _repository.Git("checkout", "-q", "main");
        _repository.Write("a.py", "two\n");
        _repository.Commit("main goes on");
        _repository.Git("rebase", "-q", "main", "topic");
        await _repository.WaitForAsync(events => events.Count(one => one.Payload is Commit) == 5);
        var before = Edits(await _repository.EventsAsync()).Count;
        _repository.Write("a.py", "three\n");
        await WaitForEditsAsync(before + 1);
        _repository.Git("stash");
        await WaitForEditsAsync(before + 2);
        Assert.Equal(EditOrigin.Git, (await StopAsync())[^1].Origin);
    }

    [Fact]
    public async Task A_folder_that_is_renamed_is_renames_of_its_files()
    {
        await StartAsync(("old/a.py", "a\n"), ("old/deep/b.py", "b\n"));
        Directory.Move(_repository.PathOf("old"), _repository.PathOf("new"));
        await WaitForEditsAsync(2);
        _repository.Write("new/deep/b.py", "changed\n");
        var edits = Edits(await WaitForEditsAsync(3));
        Assert.Equal(
            ["new/a.py", "new/deep/b.py", "new/deep/b.py"],
            edits.Select(edit => edit.FilePath).Order(StringComparer.Ordinal)
        );
        var patches = (await _repository.EventsAsync()).Select(_repository.PatchOf);
        Assert.Equal(2, patches.Count(patch => patch.Contains("rename from old/", StringComparison.Ordinal)));
        await StopAsync();
    }

    [Fact]
    public async Task Links_pipes_other_repositories_and_large_files_are_told_apart()
    {
        await using var small = new CapturedRepository(
            new CaptureSetup { Limits = new CaptureLimits { FileBytesMax = 1000 } }
        );
        small.Write("a.py", "a\n");
        small.Commit("base");
        await small.StartAsync();
        File.CreateSymbolicLink(small.PathOf("link"), "/etc/passwd");
        File.CreateSymbolicLink(small.PathOf("folder-link"), "/etc");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [small.PathOf("pipe")]))
            await made.WaitForExitAsync(CapturedRepository.Ct);
        small.Write("large.txt", new string('x', 1001));
        Replay.GitDiff.Run(small.Root, "init", "-q", "inner");
        small.Write("inner/file", "x");
        var events = await small.StopAsync();
        Assert.Equal(
            ["folder-link", "link"],
            Edits(events).Select(edit => edit.FilePath).Order(StringComparer.Ordinal)
        );
        Assert.Contains(
            "/etc/passwd",
            events.Select(small.PatchOf).Single(patch => patch.Contains("b/link")),
            StringComparison.Ordinal
        );
        Assert.Equal("large.txt", Assert.Single(small.Capture.LeftOut).Key);
        Assert.Equal("inner", Assert.Single(small.Capture.Nested));
        var result = await small.CheckAsync();
        Assert.True(result.IsFaithful, CapturedRepository.Describe(result));
        Assert.Equal("large.txt", Assert.Single(result.LeftOut).Key);
    }
}
