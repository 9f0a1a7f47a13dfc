using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Workspaces;
using Datacurve.Tests.Replay;
using Xunit;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Tests.Qa.Workspaces;

public sealed class GitSourceTests : IDisposable
{
    private static readonly MemoryTree Tricky = new MemoryTree()
        .With(
            ".gitattributes",
            "*.txt text eol=crlf ident export-subst\nsecret export-ignore\n*.bin filter=lfs\n* filter=evil\n"
        )
        .With("lf.txt", "$Id$ $Format:%H$\nline\n")
        .With("secret", "kept\n")
        .With("model.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
        .With("run.sh", "echo\n", FileMode.Executable)
        .With("link", "../../../etc/passwd", FileMode.SymbolicLink)
        .With("naïve \"name\"\n.py", [0, 255, 13, 10])
        .With("empty", "");

    private readonly QaBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task The_tree_is_byte_exact_whatever_the_attributes_say()
    {
        var (repository, commit) = Exact(Tricky);
        GitDiff.Run(repository, "config", "filter.evil.smudge", "touch " + _bench.NewPath("evil"));
        using var opened = await OpenAsync(repository, commit);
        QaBench.AssertSame(Tricky, QaBench.Read(opened.FullPath));
        Assert.False(File.Exists(_bench.NewPath("evil")));
    }

    [Fact]
    public async Task The_tree_in_a_bundle_is_byte_exact()
    {
        var (repository, commit) = Exact(Tricky);
        QaBench.Commit(repository, new MemoryTree().With("solution", "later\n"));
        GitDiff.Run(repository, "bundle", "create", "-q", "../base.bundle", "main");
        var blobId = await _bench.PutAsync(await File.ReadAllBytesAsync(_bench.NewPath("base.bundle"), Ct));
        using var opened = await _bench.Bases.OpenAsync(
            QaBench.Trace(commit, snapshot: blobId),
            cleanser: null,
            Ct
        );
        QaBench.AssertSame(Tricky, QaBench.Read(opened.FullPath));
    }

    [Fact]
    public async Task A_bundle_without_the_commit_or_cut_is_not_reproducible()
    {
        var (repository, commit) = _bench.Repository(new MemoryTree().With("x", "1\n"));
        GitDiff.Run(repository, "bundle", "create", "-q", "../base.bundle", "main");
        var bundle = await File.ReadAllBytesAsync(_bench.NewPath("base.bundle"), Ct);
        var whole = await _bench.PutAsync(bundle);
        await RefusedAsync(QaBench.Trace(new string('a', 40), snapshot: whole));
        var cut = await _bench.PutAsync(bundle[..^30]);
        await RefusedAsync(QaBench.Trace(commit, snapshot: cut));
    }

    [Fact]
    public async Task The_solution_in_later_refs_is_absent()
    {
        var (repository, commit) = _bench.Repository(new MemoryTree().With("x.py", "bug\n"));
        QaBench.Commit(repository, new MemoryTree().With("x.py", "the fix\n"));
        QaBench.Git(repository, "tag", "fixed");
        using var opened = await OpenAsync("file://" + repository, commit);
        Assert.Equal(["x.py"], Directory.GetFileSystemEntries(opened.FullPath).Select(Path.GetFileName));
        Assert.Equal("bug\n", await File.ReadAllTextAsync(Path.Combine(opened.FullPath, "x.py"), Ct));
    }

    [Fact]
    public async Task A_submodule_is_an_empty_folder()
    {
        var (inner, innerCommit) = _bench.Repository(new MemoryTree().With("i", "i\n"), "inner");
        var (repository, _) = _bench.Repository(new MemoryTree().With("x.py", "x\n"));
        QaBench.Git(repository, "update-index", "--add", "--cacheinfo", $"160000,{innerCommit},sub");
        await File.WriteAllTextAsync(
            Path.Combine(repository, ".gitmodules"),
            $"[submodule \"sub\"]\n\tpath = sub\n\turl = {inner}\n",
            Ct
        );
        QaBench.Git(repository, "add", ".gitmodules");
        QaBench.Git(repository, "commit", "-q", "-m", "sub");
        using var opened = await OpenAsync(repository, QaBench.Git(repository, "rev-parse", "HEAD"));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(opened.FullPath, "sub")));
    }

    [Fact]
    public async Task Names_and_short_hashes_are_resolved_and_moved_branches_followed()
    {
        var (repository, first) = _bench.Repository(new MemoryTree().With("x", "1\n"));
        using (var opened = await OpenAsync(repository, first[..10]))
            Assert.Equal("1\n", await File.ReadAllTextAsync(Path.Combine(opened.FullPath, "x"), Ct));
        QaBench.Commit(repository, new MemoryTree().With("x", "2\n"));
        using (var opened = await OpenAsync(repository, "main"))
            Assert.Equal("2\n", await File.ReadAllTextAsync(Path.Combine(opened.FullPath, "x"), Ct));
        QaBench.Commit(repository, new MemoryTree().With("x", "3\n"));
        using (var opened = await OpenAsync(repository, "main"))
            Assert.Equal("3\n", await File.ReadAllTextAsync(Path.Combine(opened.FullPath, "x"), Ct));
    }

    [Fact]
    public async Task A_base_that_was_built_needs_the_remote_no_more()
    {
        var (repository, commit) = _bench.Repository(new MemoryTree().With("x", "1\n"));
        (await OpenAsync(repository, commit)).Dispose();
        Directory.Delete(repository, recursive: true);
        using var opened = await OpenAsync(repository, commit);
        Assert.True(File.Exists(Path.Combine(opened.FullPath, "x")));
    }

    [Fact]
    public async Task An_absent_commit_is_a_finding_and_an_absent_remote_is_not()
    {
        var (repository, _) = _bench.Repository(new MemoryTree().With("x", "1\n"));
        await RefusedAsync(QaBench.Trace(new string('a', 40), repository));
        await RefusedAsync(QaBench.Trace("abc123", repository));
        await Assert.ThrowsAsync<InfrastructureException>(() =>
            OpenAsync(_bench.NewPath("no"), new string('a', 40))
        );
    }

    [Theory]
    [InlineData("ext::sh -c touch% /tmp/x")]
    [InlineData("ext::sh")]
    [InlineData("--upload-pack=touch")]
    [InlineData("-x")]
    [InlineData("fd::17")]
    [InlineData("http://example.org/x.git")]
    [InlineData("git://example.org/x.git")]
    [InlineData("ssh://-oProxyCommand=x/y")]
    [InlineData("git@-oProxyCommand:x")]
    [InlineData("git@host:-x")]
    [InlineData("relative/path")]
    [InlineData("")]
    [InlineData("https://")]
    [InlineData("https://example.org/\n-x")]
    public async Task A_remote_of_another_kind_is_refused(string url) =>
        await RefusedAsync(QaBench.Trace(new string('a', 40), url));

    [Theory]
    [InlineData("--all")]
    [InlineData("HEAD^{tree}")]
    [InlineData("a..b")]
    [InlineData("main@{1}")]
    [InlineData("main:x")]
    [InlineData("")]
    public async Task A_commit_base_that_git_could_misread_is_refused(string commit)
    {
        var (repository, _) = _bench.Repository(new MemoryTree().With("x", "1\n"));
        await RefusedAsync(QaBench.Trace(commit, repository));
    }

    [Fact]
    public async Task Paths_of_this_machine_are_refused_unless_allowed()
    {
        using var bench = new QaBench(tests => tests with { AllowFileRemotes = false });
        var (repository, commit) = bench.Repository(new MemoryTree().With("x", "1\n"));
        foreach (var url in (string[])[repository, "file://" + repository])
            await Assert.ThrowsAsync<NotReproducibleException>(() =>
                bench.Bases.OpenAsync(QaBench.Trace(commit, url), cleanser: null, Ct)
            );
    }

    [Theory]
    [InlineData("https://ada:hunter2@example.org/r.git?token=hunter2", "https://example.org/r.git")]
    [InlineData("ssh://ada:hunter2@example.org:22/r", "ssh://example.org:22/r")]
    [InlineData("git@example.org:team/r.git", "example.org:team/r.git")]
    public void Credentials_are_not_shown(string url, string shown)
    {
        var remote = RemoteUrl.Parse(url, allowFile: false);
        Assert.Equal(shown, remote.Display);
        Assert.DoesNotContain("hunter2", $"{remote}", StringComparison.Ordinal);
        var redacted = RemoteUrl.Redact($"fatal: unable to access '{url}'");
        Assert.DoesNotContain("hunter2", redacted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_at_once_on_one_mirror_all_get_their_tree()
    {
        var (repository, first) = _bench.Repository(new MemoryTree().With("x", "1\n"));
        var second = QaBench.Commit(repository, new MemoryTree().With("x", "2\n"));
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 12),
            Ct,
            async (index, ct) =>
            {
                var trace = QaBench.Trace(index % 2 == 0 ? first : second[..12], repository);
                using var opened = await _bench.Bases.OpenAsync(trace, cleanser: null, ct);
                var text = await File.ReadAllTextAsync(Path.Combine(opened.FullPath, "x"), ct);
                Assert.Equal(index % 2 == 0 ? "1\n" : "2\n", text);
            }
        );
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(_bench.Options.WorkPath, "bases")).Length);
        Assert.Single(Directory.GetDirectories(Path.Combine(_bench.Options.WorkPath, "mirrors")));
    }

    [Fact]
    public async Task The_oldest_base_goes_first_but_never_one_in_use()
    {
        using var bench = new QaBench(tests => tests with { BaseCacheMax = 2 });
        var (repository, commit) = bench.Repository(new MemoryTree().With("x", "0\n"));
        using var used = await bench.Bases.OpenAsync(QaBench.Trace(commit, repository), cleanser: null, Ct);
        for (var version = 1; version < 5; version++)
        {
            commit = QaBench.Commit(repository, new MemoryTree().With("x", $"{version}\n"));
            (await bench.Bases.OpenAsync(QaBench.Trace(commit, repository), cleanser: null, Ct)).Dispose();
        }
        Assert.True(File.Exists(Path.Combine(used.FullPath, "x")));
        var kept = Directory.GetDirectories(Path.Combine(bench.Options.WorkPath, "bases"));
        Assert.InRange(kept.Length, 2, 3);
    }

    [Fact]
    public async Task A_repository_over_the_limits_is_refused()
    {
        using var bench = new QaBench(tests => tests with { WorkspaceBytesMax = 1000 });
        var (repository, commit) = bench.Repository(new MemoryTree().With("x", new byte[1000]));
        (await bench.Bases.OpenAsync(QaBench.Trace(commit, repository), cleanser: null, Ct)).Dispose();
        commit = QaBench.Commit(repository, new MemoryTree().With("y", "y"));
        await Assert.ThrowsAsync<NotReproducibleException>(() =>
            bench.Bases.OpenAsync(QaBench.Trace(commit, repository), cleanser: null, Ct)
        );
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // Attributes would change content on its way into the repository too; these objects are the bytes given.
    private (string Repository, string Commit) Exact(MemoryTree tree)
    {
        var (repository, _) = _bench.Repository([]);
        foreach (var (path, file) in tree)
        {
            var content = _bench.NewPath("content");
            File.WriteAllBytes(content, file.Content);
            var id = QaBench.Git(repository, "hash-object", "-w", "--no-filters", content);
            var mode = file.Mode switch
            {
                FileMode.Executable => "100755",
                FileMode.SymbolicLink => "120000",
                _ => "100644",
            };
            QaBench.Git(repository, "update-index", "--add", "--cacheinfo", mode, id, path);
            File.Delete(content);
        }
        QaBench.Git(repository, "commit", "-q", "-m", "exact");
        return (repository, QaBench.Git(repository, "rev-parse", "HEAD"));
    }

    private Task<BaseFolder> OpenAsync(string remote, string commit) =>
        _bench.Bases.OpenAsync(QaBench.Trace(commit, remote), cleanser: null, Ct);

    private Task<NotReproducibleException> RefusedAsync(Core.Traces.NewTrace trace) =>
        Assert.ThrowsAsync<NotReproducibleException>(() => _bench.Bases.OpenAsync(trace, cleanser: null, Ct));
}
