using System.Formats.Tar;
using CsCheck;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Workspaces;
using Datacurve.Tests.Replay;
using Xunit;
using FileMode = Datacurve.Core.Replay.FileMode;

namespace Datacurve.Tests.Qa.Workspaces;

public sealed class ArchiveTests : IDisposable
{
    private readonly QaBench _bench = new(tests =>
        tests with
        {
            WorkspaceBytesMax = 1 << 20,
            WorkspaceFilesMax = 50,
        }
    );

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string, TarEntry[]> Hostile =>
        new()
        {
            { "dots", [TarOf.File("../x")] },
            { "dots inside", [TarOf.File("a/../../x")] },
            { "absolute", [TarOf.File("/etc/passwd")] },
            { "git", [TarOf.File(".git/hooks/pre-commit")] },
            { "nested git", [TarOf.File("vendor/.GIT/config")] },
            { "git folder", [TarOf.Folder(".git/")] },
            { "link then write", [TarOf.Link("a", "/tmp"), TarOf.File("a/x")] },
            { "link over file", [TarOf.File("a"), TarOf.Link("a", "/tmp")] },
            { "file over link", [TarOf.Link("a", "/tmp/target"), TarOf.File("a")] },
            { "folder over link", [TarOf.Link("a", "/tmp"), TarOf.Folder("a")] },
            { "file as folder", [TarOf.File("a"), TarOf.File("a/b")] },
            { "hard link out", [TarOf.Link("a", "/etc/passwd", TarEntryType.HardLink)] },
            { "hard link up", [TarOf.Link("a", "../x", TarEntryType.HardLink)] },
            {
                "hard link to link",
                [TarOf.Link("a", "/etc/passwd"), TarOf.Link("b", "a", TarEntryType.HardLink)]
            },
            { "fifo", [new PaxTarEntry(TarEntryType.Fifo, "a")] },
            {
                "device",
                [new PaxTarEntry(TarEntryType.CharacterDevice, "a") { DeviceMajor = 1, DeviceMinor = 3 }]
            },
            { "deep", [TarOf.File(string.Concat(Enumerable.Repeat("d/", 300)) + "x")] },
            { "long name", [TarOf.File(new string('n', 300))] },
            { "too many", [.. Enumerable.Range(0, 51).Select(index => TarOf.File($"f{index}"))] },
            { "too large", [TarOf.File("a", new string('x', (1 << 20) + 1))] },
        };

    [Theory]
    [MemberData(nameof(Hostile), DisableDiscoveryEnumeration = true)]
    public async Task A_hostile_archive_is_refused_whole(string what, TarEntry[] entries)
    {
        var tar = TarOf.Entries([TarOf.File("harmless"), .. entries]);
        foreach (var blob in (byte[][])[tar, TarOf.Gzip(tar), TarOf.Zstandard(tar)])
        {
            var refused = await Assert.ThrowsAsync<NotReproducibleException>(() => OpenAsync(blob));
            Assert.False(string.IsNullOrEmpty(refused.Message), what);
        }
        var bases = Path.Combine(_bench.Options.WorkPath, "bases");
        Assert.Empty(Directory.GetDirectories(bases));
    }

    [Fact]
    public async Task Every_packing_gives_the_same_tree()
    {
        var tar = TarOf.Entries(
            TarOf.Folder("./"),
            TarOf.File("./src/x.py", "one\r\n"),
            TarOf.File("run.sh", "echo\n", executable: true),
            TarOf.Link("etc", "/etc"),
            TarOf.Link("same.sh", "run.sh", TarEntryType.HardLink),
            TarOf.Folder("empty/")
        );
        var expected = new MemoryTree()
            .With("src/x.py", "one\r\n")
            .With("run.sh", "echo\n", FileMode.Executable)
            .With("same.sh", "echo\n", FileMode.Executable)
            .With("etc", "/etc", FileMode.SymbolicLink);
        byte[] skipped = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, .. "any"u8];
        byte[][] packed = [tar, TarOf.Gzip(tar), TarOf.Zstandard(tar), [.. skipped, .. TarOf.Zstandard(tar)]];
        foreach (var blob in packed)
        {
            using var repository = await OpenAsync(blob);
            QaBench.AssertSame(expected, QaBench.Read(repository.FullPath));
            Assert.True(Directory.Exists(Path.Combine(repository.FullPath, "empty")));
        }
    }

    [Fact]
    public async Task What_git_archive_makes_is_read_as_it_is()
    {
        var (repository, commit) = _bench.Repository(new MemoryTree().With("x.py", "one\n"));
        using var plain = await OpenAsync(GitDiff.Run(repository, "archive", commit));
        Assert.Equal(["x.py"], QaBench.Read(plain.FullPath).Keys);
        using var prefixed = await OpenAsync(GitDiff.Run(repository, "archive", "--prefix=p/", commit));
        Assert.Equal(["p/x.py"], QaBench.Read(prefixed.FullPath).Keys);
    }

    [Fact]
    public async Task A_bomb_is_stopped_at_the_limit()
    {
        var bomb = TarOf.Zstandard(TarOf.Entries(TarOf.File("a", new string('x', 64 << 20))));
        Assert.True(bomb.Length < 100_000);
        await Assert.ThrowsAsync<NotReproducibleException>(() => OpenAsync(bomb));
    }

    [Fact]
    public async Task A_header_that_claims_gigabytes_is_refused_before_it_is_read()
    {
        var tar = TarOf.Entries(TarOf.File("ü" + new string('n', 120)));
        Assert.Equal((byte)'x', tar[156]);
        "17777777777\0"u8.CopyTo(tar.AsSpan(124));
        var refused = await Assert.ThrowsAsync<NotReproducibleException>(() => OpenAsync(tar));
        Assert.Contains("absurd", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_archive_is_refused_or_read_and_never_anything_else()
    {
        var tar = TarOf.Entries(
            TarOf.File("a", "content\n"),
            TarOf.Link("b", "a"),
            TarOf.File("dir/ü", new string('x', 700))
        );
        byte[][] packed = [tar, TarOf.Gzip(tar), TarOf.Zstandard(tar)];
        await Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1 << 20], Gen.Byte, Gen.Bool)
            .SampleAsync(
                async (kind, at, value, cut) =>
                {
                    var blob = packed[kind].ToArray();
                    blob[at % blob.Length] = value;
                    if (cut)
                        blob = blob[..(at % blob.Length)];
                    try
                    {
                        using var opened = await OpenAsync(blob);
                    }
                    catch (NotReproducibleException refused)
                    {
                        Assert.NotEmpty(refused.Message);
                    }
                },
                iter: 300,
                threads: 1
            );
    }

    private async Task<BaseFolder> OpenAsync(byte[] blob)
    {
        var trace = QaBench.Trace("0000000", snapshot: await _bench.PutAsync(blob));
        return await _bench.Bases.OpenAsync(trace, cleanser: null, TestContext.Current.CancellationToken);
    }
}
