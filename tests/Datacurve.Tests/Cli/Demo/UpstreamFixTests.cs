using System.Formats.Tar;
using Datacurve.Cli.Client;
using Datacurve.Cli.Demo;
using Datacurve.Cli.Rendering;
using Datacurve.Core;

namespace Datacurve.Tests.Cli.Demo;

/// <summary>A fix that stands in somebody's repository, here one of the test's own.</summary>
public sealed class UpstreamFixTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_file_of_the_fix_is_an_edit_with_its_own_patch()
    {
        await using var service = await ServiceDouble.StartAsync();
        using var folder = new TempFolder();
        var (clone, fixCommit) = await UpstreamAsync(folder);

        var fix = await RecordAsync(service, folder, clone, fixCommit);

        var edits = service.Events.Where(sent => sent["type"]!.GetValue<string>() == "file_edit").ToList();
        Assert.Equal(
            ["added.txt", "changed.txt", "removed.txt"],
            edits.Select(edit => edit["payload"]!["file_path"]!.GetValue<string>())
        );
        Assert.Null(edits[0]["payload"]!["pre_hash"]);
        Assert.Equal(
            BlobId.Of("new\r\n"u8).ToString(),
            edits[1]["payload"]!["post_hash"]!.GetValue<string>()
        );
        Assert.Null(edits[2]["payload"]!["post_hash"]);
        Assert.Equal(fixCommit, fix.FinalState.CommitHead);
        Assert.Equal("Fix it", fix.FinalState.Pr!.Title);
        Assert.Equal("As said.", fix.FinalState.Pr.Description);
    }

    [Fact]
    public async Task The_snapshot_is_the_base_byte_for_byte_whatever_its_attributes_say()
    {
        await using var service = await ServiceDouble.StartAsync();
        using var folder = new TempFolder();
        var (clone, fixCommit) = await UpstreamAsync(folder);

        await RecordAsync(service, folder, clone, fixCommit);

        var blobId = service.Trace!["artifacts"]!["base_snapshot_blob_id"]!.GetValue<string>();
        var unpacked = Directory.CreateDirectory(folder.Combine("unpacked")).FullName;
        using var tar = new MemoryStream(service.Blobs[blobId]);
        await TarFile.ExtractToDirectoryAsync(tar, unpacked, overwriteFiles: false, Ct);
        Assert.Equal("old\r\n", await File.ReadAllTextAsync(Path.Combine(unpacked, "changed.txt"), Ct));
        Assert.Equal("$Format:%H$\n", await File.ReadAllTextAsync(Path.Combine(unpacked, "version.txt"), Ct));
        Assert.True(File.Exists(Path.Combine(unpacked, "removed.txt")), "it is marked export-ignore");
        Assert.False(File.Exists(Path.Combine(unpacked, "added.txt")));
        Assert.True(File.Exists(Path.Combine(unpacked, ".datacurve", "freezegun.py")));
    }

    [Fact]
    public async Task A_clone_that_is_none_is_told_with_what_to_do()
    {
        await using var service = await ServiceDouble.StartAsync();
        using var folder = new TempFolder();

        var failed = await Assert.ThrowsAsync<DemoException>(() =>
            RecordAsync(service, folder, folder.Combine("nothing"), "HEAD")
        );

        Assert.Contains("--repo PATH", failed.Message, StringComparison.Ordinal);
    }

    private static async Task<RecordedFix> RecordAsync(
        ServiceDouble service,
        TempFolder folder,
        string clone,
        string fixCommit
    )
    {
        using var client = new ServiceClient(service.Url);
        var subject = new UpstreamFix(clone, new Printer(TextWriter.Null, colours: false), fixCommit);
        return await subject.RecordAsync(client, folder.Combine("work"), Ct);
    }

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
