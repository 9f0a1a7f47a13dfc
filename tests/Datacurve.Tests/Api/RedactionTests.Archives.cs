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

    [Theory]
    [InlineData("behind")]
    [InlineData("name")]
    [InlineData("remark")]
    [InlineData("skipped frame")]
    public async Task What_stands_around_packed_content_is_redacted_as_well(string place)
    {
        var token = Encoding.ASCII.GetBytes(_planted.GitHubToken());
        var content = "nothing to hide\n"u8.ToArray();
        var packed = TarOf.Gzip(content);
        byte[] sent = place switch
        {
            "behind" => [.. packed, .. "\nGITHUB_TOKEN="u8, .. token, .. "\n"u8],
            // RFC 1952: the flags are the fourth byte, and texts follow the tenth.
            "name" => [.. packed[..3], 0x08, .. packed[4..10], .. token, 0, .. packed[10..]],
            "remark" => [.. packed[..3], 0x10, .. packed[4..10], .. token, 0, .. packed[10..]],
            // RFC 8878: a frame that decompressors skip, and its length.
            _ => [.. TarOf.Zstandard(content), 0x50, 0x2A, 0x4D, 0x18, (byte)token.Length, 0, 0, 0, .. token],
        };

        var blobId = (await _client.UploadAsync(sent)).Json["blob_id"]!.GetValue<string>();

        var kept = (await _client.GetAnswerAsync($"/blobs/{blobId}")).Body;
        Assert.Equal(-1, kept.AsSpan().IndexOf(token));
        Assert.Equal(content, Unpacked(kept, place == "skipped frame" ? "zstandard" : "gzip"));
    }

    [Theory]
    [InlineData("checksum", 200_000)]
    [InlineData("checksum", 100)]
    [InlineData("cut", 200_000)]
    [InlineData("cut", 7_000)]
    [InlineData("damaged", 200_000)]
    public async Task What_unpacks_of_damaged_content_holds_no_secret_either(string how, int length)
    {
        byte[] Sent(string text)
        {
            var noise = new byte[length];
            new Random(5).NextBytes(noise);
            var packed = TarOf.Gzip([.. Encoding.ASCII.GetBytes(text), .. noise]);
            if (how == "cut")
                return packed[..^5000];
            // The last eight bytes are the checksum and the length.
            packed.AsSpan(how == "checksum" ? packed.Length - 8 : packed.Length / 2, 4).Fill(0xAA);
            return packed;
        }
        var secret = $"KEY = '{_planted.GitHubToken()}'\n";

        var refused = await _client.UploadAsync(Sent(secret));
        var clean = Sent("nothing to hide\n");
        var kept = (await _client.UploadAsync(clean)).Json["blob_id"]!.GetValue<string>();

        refused.AssertProblem(System.Net.HttpStatusCode.UnprocessableEntity);
        Assert.Equal(clean, (await _client.GetAnswerAsync($"/blobs/{kept}")).Body);
    }

    [Fact]
    public async Task An_archive_that_cannot_be_written_without_its_secret_is_refused()
    {
        var secret = $"KEY = '{_planted.GitHubToken()}'\n";
        // A link to nothing: what reads it takes it, what writes it does not.
        byte[] tar =
        [
            .. Header("a.py", '0', secret.Length),
            .. Block(secret),
            .. Header("b", '2', 0),
            .. new byte[1024],
        ];

        var answer = await _client.UploadAsync(tar);

        answer.AssertProblem(System.Net.HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("hidden by a second size")]
    public async Task A_header_that_claims_gigabytes_is_refused_before_it_is_read(string how)
    {
        // What a header of a few bytes claims is taken into memory by who believes it.
        var huge = Header("x", 'x', 1900L << 20);
        byte[] tar =
            how == "x"
                ? [.. huge, .. new byte[1024]]
                :
                [
                    .. Header("x", 'x', 9),
                    .. Block("9 size=0\n"),
                    .. Header("a", '0', 512),
                    .. huge,
                    .. new byte[1024],
                ];

        var answer = await _client.UploadAsync(tar);

        answer.AssertProblem(System.Net.HttpStatusCode.UnprocessableEntity);
    }

    private static byte[] Block(string text)
    {
        var block = new byte[512];
        Encoding.ASCII.GetBytes(text, block);
        return block;
    }

    private static byte[] Header(string name, char type, long size)
    {
        var header = Block(name);
        Encoding.ASCII.GetBytes("0000644", header.AsSpan(100));
        Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0'), header.AsSpan(124));
        Encoding.ASCII.GetBytes("00000000000", header.AsSpan(136));
        header[156] = (byte)type;
        Encoding.ASCII.GetBytes("ustar\000", header.AsSpan(257));
        Restamp(header, 0);
        return header;
    }

    private static void Restamp(byte[] tar, int at)
    {
        var header = tar.AsSpan(at, 512);
        header.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in header)
            sum += value;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", header.Slice(148, 8));
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
