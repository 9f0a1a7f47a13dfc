using System.Diagnostics;
using System.Formats.Tar;
using System.Net;
using System.Text;
using Datacurve.Tests.Simulation;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Datacurve.Tests.Api;

public abstract partial class RedactionTests
{
    [Theory]
    [InlineData("padding of a file", "plain")]
    [InlineData("padding of a file", "gzip")]
    [InlineData("padding of records", "plain")]
    [InlineData("behind a name", "zstandard")]
    [InlineData("behind a long name", "plain")]
    [InlineData("behind a prefix", "plain")]
    [InlineData("end", "plain")]
    public async Task What_stands_for_nothing_in_an_archive_is_not_kept(string place, string packing)
    {
        var token = _planted.GitHubToken();
        byte[] With(byte[] block, int at)
        {
            Encoding.ASCII.GetBytes(token, block.AsSpan(at));
            return block;
        }
        byte[] Named(int at)
        {
            var header = With(Header("a.py", '0', 2), at);
            Restamp(header, 0);
            return header;
        }
        byte[] file = [.. Header("a.py", '0', 2), .. Block("x\n")];
        byte[] start = place switch
        {
            "padding of a file" => [.. Header("a.py", '0', 2), .. With(Block("x\n"), 100)],
            "padding of records" => [.. Header("p", 'x', 11), .. With(Block("11 mtime=1\n"), 100), .. file],
            "behind a name" => [.. Named(10), .. Block("x\n")],
            "behind a prefix" => [.. Named(350), .. Block("x\n")],
            "behind a long name" => [.. Header("p", 'L', 50), .. With(Block("a.py"), 8), .. file],
            // A block without a checksum is taken for the end.
            _ => [.. file, .. With(new byte[512], 0)],
        };

        var sent = await _client.UploadAsync(Packed([.. start, .. new byte[1024]], packing));

        Assert.Equal(HttpStatusCode.Created, sent.Status);
        var blobId = sent.Json["blob_id"]!.GetValue<string>();
        var kept = Unpacked((await _client.GetAnswerAsync($"/blobs/{blobId}")).Body, packing);
        Assert.DoesNotContain(token, Encoding.Latin1.GetString(kept), StringComparison.Ordinal);
        await using var reader = new TarReader(new MemoryStream(kept));
        var entry = (await reader.GetNextEntryAsync(copyData: true, Ct))!;
        Assert.Equal("a.py", entry.Name);
        Assert.Equal("x\n", await new StreamReader(entry.DataStream!).ReadToEndAsync(Ct));
    }

    [Theory]
    [InlineData("--format=gnu")]
    [InlineData("--format=gnu", "--sparse")]
    [InlineData("--format=ustar")]
    [InlineData("--format=posix")]
    [InlineData("--format=posix", "--sparse")]
    public async Task An_archive_that_tar_writes_stays_as_it_is(params string[] how)
    {
        // The oldest form has no room for more.
        var length = how[0] == "--format=ustar" ? 90 : 120;
        using var folder = new ScratchFolder();
        var files = Directory.CreateDirectory(folder.Of("files"));
        await File.WriteAllTextAsync(Path.Combine(files.FullName, new string('n', length)), "x\n", Ct);
        File.CreateSymbolicLink(Path.Combine(files.FullName, "link"), new string('t', length));
        await using (var sparse = File.Create(Path.Combine(files.FullName, "sparse")))
            sparse.SetLength(1 << 20);
        string[] arguments = [.. how, "--owner=root", "--group=root", "-cf", folder.Of("tar"), "."];
        var start = new ProcessStartInfo("tar", arguments);
        start.WorkingDirectory = files.FullName;
        using var tar = Process.Start(start)!;
        await tar.WaitForExitAsync(Ct);
        var sent = await File.ReadAllBytesAsync(folder.Of("tar"), Ct);

        var blobId = (await _client.UploadAsync(sent)).Json["blob_id"]!.GetValue<string>();

        Assert.Equal(sent, (await _client.GetAnswerAsync($"/blobs/{blobId}")).Body);
    }

    [Theory]
    [InlineData(23, HttpStatusCode.Created)]
    [InlineData(24, HttpStatusCode.UnprocessableEntity)]
    [InlineData(28, HttpStatusCode.UnprocessableEntity)]
    public async Task Content_that_needs_a_larger_window_than_is_given_is_refused_and_never_kept_unseen(
        int windowLog,
        HttpStatusCode status
    )
    {
        var token = _planted.GitHubToken();
        using var packed = new MemoryStream();
        await using (var packing = new CompressionStream(packed, 1, leaveOpen: true))
        {
            packing.SetParameter(ZSTD_cParameter.ZSTD_c_windowLog, windowLog);
            await packing.WriteAsync(Encoding.ASCII.GetBytes($"KEY = '{token}'\n"), Ct);
        }

        var sent = await _client.UploadAsync(packed.ToArray());

        Assert.Equal(status, sent.Status);
        if (status == HttpStatusCode.Created)
        {
            var kept = await _client.GetAnswerAsync($"/blobs/{sent.Json["blob_id"]}");
            var text = Encoding.ASCII.GetString(Unpacked(kept.Body, "zstandard"));
            Assert.StartsWith("KEY = 'REDACTED_github_pat_", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Zstandard_that_begins_with_a_frame_to_skip_is_looked_into()
    {
        var token = _planted.GitHubToken();
        // Long enough to be coded: the token does not stand in the packed bytes.
        var lines = string.Concat(Enumerable.Range(0, 200).Select(line => $"{line} = {line * 7}\n"));
        // RFC 8878: sixteen numbers say so, and a length follows. Some packers begin each frame with one.
        byte[] sent =
        [
            .. new byte[] { 0x5F, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4 },
            .. Packed(Encoding.ASCII.GetBytes($"{lines}KEY = '{token}'\n"), "zstandard"),
        ];

        var blobId = (await _client.UploadAsync(sent)).Json["blob_id"];

        var kept = (await _client.GetAnswerAsync($"/blobs/{blobId}")).Body;
        var text = Encoding.ASCII.GetString(Unpacked(kept, "zstandard"));
        Assert.Contains("KEY = 'REDACTED_github_pat_", text, StringComparison.Ordinal);
    }
}
