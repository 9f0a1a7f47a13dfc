using System.Net;
using System.Security.Cryptography;
using System.Text;
using Datacurve.Tests.Api;
using Datacurve.Tests.Conformance;

namespace Datacurve.Tests.Simulation;

/// <summary>Blobs far longer than the memory that they may take.</summary>
public sealed class LongBlobTests
{
    private const long Length = 256 << 20;
    private const long WarmLength = 1 << 20;
    private const long PartsLength = 48 << 20;
    private const long MemoryMax = 64 << 20;

    [Theory]
    [InlineData("files")]
    [InlineData("s3")]
    public async Task Memory_does_not_grow_with_a_blob_on_its_way_in_or_out(string medium)
    {
        using var folder = new ScratchFolder();
        using var bucket = medium == "s3" ? await TestBucket.MakeAsync() : null;
        using var server = await ServerProcess.StartAsync(
            folder.Path,
            bucket?.Variables(bucket.Options.Endpoint!) ?? [("BLOB_STORE_PATH", folder.Of("blobs"))]
        );
        var path = folder.Of("content");
        // Of the same kind and short, so that compiled code and compiled rules are not counted; and one that
        // goes to S3 in more than one part, as the long one does.
        for (var warm = 0; warm < 20; warm++)
        {
            await WriteAsync(path, WarmLength);
            await server.Client.UploadAsync(await File.ReadAllBytesAsync(path));
        }
        await PutAsync(server, path, await WriteAsync(path, PartsLength));
        var hash = await WriteAsync(path, Length);
        var before = server.MemoryPeak;

        await PutAsync(server, path, hash);
        using var answer = await server.Client.GetAsync(
            $"/blobs/sha256:{hash}",
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        await using var read = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            hash,
            Convert.ToHexStringLower(await SHA256.HashDataAsync(read, TestContext.Current.CancellationToken))
        );

        Assert.InRange(server.MemoryPeak - before, 0, MemoryMax);
    }

    private static async Task PutAsync(ServerProcess server, string path, string hash)
    {
        await using var content = File.OpenRead(path);
        var put = await server.Client.SendAsync(
            HttpMethod.Put,
            $"/blobs/sha256:{hash}",
            new StreamContent(content)
        );
        Assert.True(put.Status == HttpStatusCode.Created, put.Text);
    }

    /// <summary>
    /// Text that compresses, with noise in it; told by its hash. The zero at its beginning says that it is no
    /// text: in the noise of text something is taken for a password now and then, and would be replaced.
    /// </summary>
    private static async Task<string> WriteAsync(string path, long length)
    {
        var text = Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i}\n"))
        );
        await using (var file = File.Create(path))
        {
            await file.WriteAsync(new byte[1]);
            while (file.Length < length)
            {
                await file.WriteAsync(text);
                await file.WriteAsync(RandomNumberGenerator.GetBytes(100_000));
            }
        }

        await using var written = File.OpenRead(path);
        return Convert.ToHexStringLower(
            await SHA256.HashDataAsync(written, TestContext.Current.CancellationToken)
        );
    }
}
