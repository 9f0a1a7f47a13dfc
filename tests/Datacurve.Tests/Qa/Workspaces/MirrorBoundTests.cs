using System.Security.Cryptography;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Workspaces;
using Datacurve.Tests.Replay;

namespace Datacurve.Tests.Qa.Workspaces;

/// <summary>What a remote sends fills no disk.</summary>
public sealed class MirrorBoundTests : IDisposable
{
    private const int BytesMax = 1 << 20;

    private readonly QaBench _bench = new(tests =>
        tests with
        {
            GitTimeoutSeconds = 20,
            MirrorBytesMax = BytesMax,
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
        // Sends twice what is taken, and then nothing more and no end.
        var ssh = Path.Combine(Directory.CreateDirectory(_bench.NewPath("bin")).FullName, "ssh");
        await File.WriteAllTextAsync(
            ssh,
            $"#!/bin/sh\ngit upload-pack '{repository}' | {{ dd bs=64k iflag=count_bytes count={2 * BytesMax}; sleep 1000; }}\n",
            Ct
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var path = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", $"{Path.GetDirectoryName(ssh)}:{path}");
        try
        {
            await RefusedAsync("git@remote.test:r.git", commit);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }

        Assert.Empty(Mirrors());
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

    private string[] Mirrors() => Directory.GetDirectories(Path.Combine(_bench.Options.WorkPath, "mirrors"));

    private static long BytesIn(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
