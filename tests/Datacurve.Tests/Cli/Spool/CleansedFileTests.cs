using System.Diagnostics;
using System.Globalization;
using Datacurve.Cli.Spool;
using Datacurve.Core;
using Datacurve.Core.Consent;

namespace Datacurve.Tests.Cli.Spool;

/// <summary>A file that is kept as a blob, as the base of a recording is.</summary>
public sealed class CleansedFileTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cleansed_file_is_kept_as_the_blob_of_its_bytes()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        var path = Path.Combine(recording.Files.Path, "base.tar");
        var content = new byte[3 << 20];
        new Random(20261129).NextBytes(content);
        await File.WriteAllBytesAsync(path, content, Ct);

        await using var file = File.OpenRead(path);
        var blobId = await recording.AddFileAsync(file, path, ContentKind.Code, Ct);
        await recording.FlushAsync(Ct);

        Assert.Equal(BlobId.Of(content), blobId);
        Assert.Equal(content, recording.Files.Blobs.Read(blobId));
    }

    [Fact]
    public async Task A_large_file_that_is_a_blob_lies_on_the_disk_once_and_each_name_stands_alone()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        var path = Path.Combine(recording.Files.Path, "base.tar");
        await File.WriteAllBytesAsync(path, new byte[3 << 20], Ct);
        var blobId = await AddFileAsync(recording, path);
        var blob = Path.Combine(recording.Files.Path, "blobs", blobId.Hash[..2], blobId.Hash);

        Assert.Equal((2, 2), (LinksOf(path), LinksOf(blob)));

        File.Delete(path);
        Assert.Equal(BlobId.Of(new byte[3 << 20]), BlobId.Of(recording.Files.Blobs.Read(blobId)!));
        recording.Files.Blobs.Delete(new HashSet<BlobId> { blobId });
        Assert.False(File.Exists(blob));
    }

    [Fact]
    public async Task A_file_that_can_have_no_second_name_is_copied()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        var path = Path.Combine(recording.Files.Path, "base.tar");
        await File.WriteAllBytesAsync(path, new byte[1 << 20], Ct);

        var blobId = await AddFileAsync(recording, path, name: path + ".elsewhere");

        Assert.Equal(1, LinksOf(path));
        Assert.Equal(BlobId.Of(new byte[1 << 20]), BlobId.Of(recording.Files.Blobs.Read(blobId)!));
    }

    private static async Task<BlobId> AddFileAsync(Recording recording, string path, string? name = null)
    {
        await using var file = File.OpenRead(path);
        var blobId = await recording.AddFileAsync(file, name ?? path, ContentKind.Code, Ct);
        await recording.FlushAsync(Ct);
        return blobId;
    }

    private static int LinksOf(string path)
    {
        var start = new ProcessStartInfo("stat", ["-c", "%h", path])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        return int.Parse(process.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
    }
}
