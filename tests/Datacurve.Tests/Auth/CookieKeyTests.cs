using Datacurve.Tests.Cli;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Auth;

public sealed class CookieKeyTests
{
    [Fact]
    public async Task A_service_that_nobody_signs_in_to_leaves_the_home_folder_alone()
    {
        using var home = new TempFolder();
        using var data = new TempFolder();

        await using (var server = await ServerProcess.StartAsync(data.Path, $"HOME={home.Path}"))
            await server.Client.ProveAsync(Recording.OfWrongSum());

        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Path));
    }
}
