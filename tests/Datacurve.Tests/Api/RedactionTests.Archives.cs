using System.Formats.Tar;
using System.Text;
using Datacurve.Tests.Qa.Workspaces;

namespace Datacurve.Tests.Api;

public abstract partial class RedactionTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("gzip")]
    [InlineData("zstandard")]
    public async Task An_archive_is_redacted_file_by_file_and_one_without_secrets_stays_as_it_is(
        string packing
    )
    {
        var token = _planted.GitHubToken();
        TarEntry[] Files(string secret) =>
            [
                TarOf.File("src/a.py", $"KEY = '{secret}'\n", executable: true),
                TarOf.File($"{secret}.txt", "x\n"),
            ];
        var clean = Packed(TarOf.Entries(Files("none")), packing);
        var cleanId = (await _client.UploadAsync(clean)).Json["blob_id"]!.GetValue<string>();
        Assert.Equal(clean, (await _client.GetAnswerAsync($"/blobs/{cleanId}")).Body);

        var dirty = Packed(TarOf.Entries(Files(token)), packing);
        var dirtyId = (await _client.UploadAsync(dirty)).Json["blob_id"]!.GetValue<string>();

        var kept = Unpacked((await _client.GetAnswerAsync($"/blobs/{dirtyId}")).Body, packing);
        await using var reader = new TarReader(new MemoryStream(kept));
        var first = (await reader.GetNextEntryAsync(copyData: true, Ct))!;
        Assert.Equal("src/a.py", first.Name);
        Assert.True(first.Mode.HasFlag(UnixFileMode.UserExecute));
        var text = await new StreamReader(first.DataStream!).ReadToEndAsync(Ct);
        Assert.StartsWith("KEY = 'REDACTED_github_pat_", text, StringComparison.Ordinal);
        var second = (await reader.GetNextEntryAsync(copyData: true, Ct))!;
        Assert.StartsWith("REDACTED_github_pat_", second.Name, StringComparison.Ordinal);
        Assert.DoesNotContain(token, Encoding.Latin1.GetString(kept), StringComparison.Ordinal);
    }

    private static byte[] Packed(byte[] tar, string packing) =>
        packing switch
        {
            "gzip" => TarOf.Gzip(tar),
            "zstandard" => TarOf.Zstandard(tar),
            _ => tar,
        };

    private static byte[] Unpacked(byte[] packed, string packing)
    {
        using var stored = new MemoryStream(packed);
        using Stream unpacking = packing switch
        {
            "gzip" => new System.IO.Compression.GZipStream(
                stored,
                System.IO.Compression.CompressionMode.Decompress
            ),
            "zstandard" => new ZstdSharp.DecompressionStream(stored),
            _ => stored,
        };
        using var tar = new MemoryStream();
        unpacking.CopyTo(tar);
        return tar.ToArray();
    }
}
