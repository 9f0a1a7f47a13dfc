using System.Security.Cryptography;
using System.Text;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Workspaces;
using Datacurve.Tests.Replay;

namespace Datacurve.Tests.Qa.Workspaces;

/// <summary>What a remote sends fills neither disk nor memory.</summary>
public sealed class MirrorBoundTests : IDisposable
{
    private const int BytesMax = 1 << 20;

    private readonly QaBench _bench = new(tests =>
        tests with
        {
            GitTimeoutSeconds = 20,
            MirrorBytesMax = BytesMax,
            GitAllocationBytesMax = 16 * BytesMax,
        }
    );

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_repository_over_the_bound_is_refused_and_leaves_nothing()
    {
        var (repository, commit) = _bench.Repository(Big(2 * BytesMax));

        var refused = await RefusedAsync(repository, commit);

        Assert.Contains($"sends over {BytesMax} bytes", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Mirrors());
    }

    [Fact]
    public async Task A_fetch_that_goes_on_over_the_bound_is_ended()
    {
        var (repository, commit) = _bench.Repository(Many(16));
        // Sends more than is taken, and then nothing more and no end. Each read counts as a whole block.
        await RefusedOverSshAsync(
            $"git upload-pack '{repository}' | {{ dd bs=4k iflag=count_bytes count={3 * BytesMax}; sleep 1000; }}",
            commit
        );

        Assert.Empty(Mirrors());
    }

    [Fact]
    public async Task A_commit_that_unpacks_to_more_memory_than_git_may_take_is_refused()
    {
        var (repository, _) = _bench.Repository(new MemoryTree());
        var message = _bench.NewPath("message");
        await File.WriteAllTextAsync(message, new string('m', 32 * BytesMax), Ct);
        GitDiff.Run(repository, "commit", "--quiet", "--allow-empty", "--file", message);
        var commit = Encoding.ASCII.GetString(GitDiff.Run(repository, "rev-parse", "HEAD")).Trim();

        var refused = await RefusedOverSshAsync(
            $"env -u GIT_ALLOC_LIMIT git upload-pack '{repository}'",
            commit
        );

        Assert.Contains("for one object", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mirror_that_has_grown_over_the_bound_is_made_anew()
    {
        var (repository, commit) = _bench.Repository(Big(BytesMax / 2));
        for (var version = 0; version < 4; version++)
        {
            (await OpenAsync(repository, commit)).Dispose();
            commit = QaBench.Commit(repository, Big(BytesMax / 2));
        }

        Assert.InRange(BytesIn(Assert.Single(Mirrors())), BytesMax / 2, 2 * BytesMax);
    }

    private static MemoryTree Big(int bytes) =>
        new MemoryTree().With("big", RandomNumberGenerator.GetBytes(bytes));

    private static MemoryTree Many(int files)
    {
        var tree = new MemoryTree();
        for (var file = 0; file < files; file++)
            tree = tree.With($"{file}", RandomNumberGenerator.GetBytes(BytesMax / 4));
        return tree;
    }

    private Task<BaseFolder> OpenAsync(string remote, string commit) =>
        _bench.Bases.OpenAsync(QaBench.Trace(commit, remote), cleanser: null, Ct);

    private Task<NotReproducibleException> RefusedAsync(string remote, string commit) =>
        Assert.ThrowsAsync<NotReproducibleException>(() => OpenAsync(remote, commit));

    private async Task<NotReproducibleException> RefusedOverSshAsync(string remote, string commit)
    {
        var ssh = Path.Combine(Directory.CreateDirectory(_bench.NewPath("bin")).FullName, "ssh");
        await File.WriteAllTextAsync(ssh, $"#!/bin/sh\n{remote}\n", Ct);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var path = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", $"{Path.GetDirectoryName(ssh)}:{path}");
        try
        {
            return await RefusedAsync("git@remote.test:r.git", commit);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }

    private string[] Mirrors() => Directory.GetDirectories(Path.Combine(_bench.Options.WorkPath, "mirrors"));

    private static long BytesIn(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
