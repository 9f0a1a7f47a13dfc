using System.Net;
using System.Security.Cryptography;
using Datacurve.Tests.Api;

namespace Datacurve.Tests.Simulation;

/// <summary>Who else on the machine can read what the service keeps: nobody.</summary>
public sealed class OwnFilesTests
{
    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    [Fact]
    public async Task What_the_service_writes_is_for_its_own_account_alone()
    {
        using var folder = new ScratchFolder();
        var data = Path.Combine(folder.Path, "new");
        using (var server = await ServerProcess.StartAsync(data))
        {
            await server.Client.AppendAsync(await server.Client.OpenTraceAsync(), Wire.Batch(1, 2));
            var content = new byte[1 << 20];
            Random.Shared.NextBytes(content);
            var answer = await server.Client.PutAsync(
                $"/blobs/sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}",
                new ByteArrayContent(content),
                TestContext.Current.CancellationToken
            );
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }

        var written = Directory.GetFileSystemEntries(data, "*", SearchOption.AllDirectories);
        Assert.Contains(written, path => path.EndsWith("datacurve.db", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
            foreach (var path in written.Append(data))
                Assert.Equal((path, UnixFileMode.None), (path, File.GetUnixFileMode(path) & OfOthers));
    }
}
