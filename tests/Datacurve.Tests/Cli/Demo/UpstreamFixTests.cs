using Datacurve.Cli.Demo;
using Datacurve.Cli.Rendering;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Demo;

/// <summary>A fix that stands in somebody's repository, here one of the test's own.</summary>
public sealed class UpstreamFixTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_file_of_the_fix_is_an_edit_with_its_own_patch()
    {
        using var folder = new TempFolder();
        var (clone, fixCommit) = await UpstreamAsync(folder);

        using var played = await PlayedSession.PlayAsync(Subject(clone, fixCommit));

        var edits = played.Payloads<FileEdit>().ToList();
        Assert.Equal(["added.txt", "changed.txt", "removed.txt"], edits.Select(edit => edit.FilePath));
        Assert.Null(edits[0].PreHash);
        Assert.Equal(BlobId.Of("new\r\n"u8).ToString(), edits[1].PostHash);
        Assert.Null(edits[2].PostHash);
        Assert.Equal("Fix it\n\nAs said.", Assert.Single(played.Payloads<Commit>()).Message);
        Assert.Equal("pallets/itsdangerous", played.Trace.Repo.RepoId);
    }

    [Fact]
    public async Task The_snapshot_is_the_base_byte_for_byte_whatever_its_attributes_say()
    {
        using var folder = new TempFolder();
        var (clone, fixCommit) = await UpstreamAsync(folder);

        using var played = await PlayedSession.PlayAsync(Subject(clone, fixCommit));

        using var unpacked = played.UnpackBase();
        Assert.Equal("old\r\n", await File.ReadAllTextAsync(unpacked.Combine("changed.txt"), Ct));
        Assert.Equal("$Format:%H$\n", await File.ReadAllTextAsync(unpacked.Combine("version.txt"), Ct));
        Assert.True(File.Exists(unpacked.Combine("removed.txt")), "it is marked export-ignore");
        Assert.False(File.Exists(unpacked.Combine("added.txt")));
        Assert.True(File.Exists(unpacked.Combine(".datacurve/freezegun.py")));
    }

    [Fact]
    public async Task A_clone_that_is_none_is_told_with_what_to_do()
    {
        using var folder = new TempFolder();

        var failed = await Assert.ThrowsAsync<DemoException>(() =>
            Subject(folder.Combine("nothing"), "HEAD")
                .PrepareAsync(new GitRepository(folder.Combine("work")), Ct)
        );

        Assert.Contains("--repo PATH", failed.Message, StringComparison.Ordinal);
    }

    private static UpstreamFix Subject(string clone, string fixCommit) =>
        new(clone, new Printer(TextWriter.Null, colours: false), fixCommit);

    private static async Task<(string Clone, string FixCommit)> UpstreamAsync(TempFolder folder)
    {
        var path = Directory.CreateDirectory(folder.Combine("upstream")).FullName;
        var repository = new GitRepository(path);
        await WriteAsync(
            path,
            ".gitattributes",
            "* text=auto\nremoved.txt export-ignore\nversion.txt export-subst\n"
        );
        await WriteAsync(path, "changed.txt", "old\r\n");
        await WriteAsync(path, "removed.txt", "gone\n");
        await WriteAsync(path, "version.txt", "$Format:%H$\n");
        await repository.InitAsync("Base", Ct);

        await WriteAsync(path, "added.txt", "added\n");
        await WriteAsync(path, "changed.txt", "new\r\n");
        File.Delete(Path.Combine(path, "removed.txt"));
        return (path, await repository.CommitAsync("Fix it\n\nAs said.", Ct));
    }

    private static Task WriteAsync(string directory, string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(directory, name), text, Ct);
}
