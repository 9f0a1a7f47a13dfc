using System.Security.Cryptography;
using Datacurve.Tests.Api;

namespace Datacurve.Tests.Simulation;

/// <summary>Who else on the machine can read what the service keeps: nobody.</summary>
public sealed class OwnFolderTests
{
    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    [Fact]
    public async Task Folders_that_the_service_makes_are_for_its_own_account_alone()
    {
        using var folder = new ScratchFolder();
        string[] made = [Path.Combine(folder.Path, "rows"), Path.Combine(folder.Path, "blobs")];
        var content = RandomNumberGenerator.GetBytes(1 << 20);
        string[] variables = [$"DATABASE_URL=sqlite:{made[0]}/datacurve.db", $"BLOB_STORE_PATH={made[1]}"];
        using (var server = await ServerProcess.StartAsync([], variables))
        {
            await server.Client.AppendAsync(await server.Client.OpenTraceAsync(), Wire.Batch(1, 2));
            var answer = await server.Client.PutAsync(
                $"/blobs/sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}",
                new ByteArrayContent(content),
                TestContext.Current.CancellationToken
            );
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        }

        Assert.All(made, path => Assert.NotEmpty(Directory.GetFiles(path, "*", SearchOption.AllDirectories)));
        if (!OperatingSystem.IsWindows())
            foreach (var path in made)
                Assert.Equal((path, UnixFileMode.None), (path, File.GetUnixFileMode(path) & OfOthers));
    }
}
