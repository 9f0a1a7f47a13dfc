using System.Diagnostics;
using Datacurve.Tests.Cli;

namespace Datacurve.Tests;

public sealed class TestServersTests
{
    private const string Variable = "DATACURVE_TEST_REDIS_URL";

    [Fact]
    public void A_server_that_is_named_is_used_and_none_is_started()
    {
        using var folder = new TempFolder();
        var variables = new Dictionary<string, string>
        {
            [Variable] = "redis://elsewhere:1",
            ["DATACURVE_TEST_SERVERS"] = folder.Path,
        };

        Assert.Equal("redis://elsewhere:1", TestServers.Find(Variable, "redis", variables.GetValueOrDefault));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task One_that_is_not_is_started_where_its_stop_finds_it()
    {
        using var folder = new TempFolder();
        var variables = new Dictionary<string, string> { ["DATACURVE_TEST_SERVERS"] = folder.Path };
        var server = Path.Combine(folder.Path, "redis");

        var url = TestServers.Find(Variable, "redis", variables.GetValueOrDefault);
        var answer = await AskAsync("redis-cli", "-u", url, "ping");
        await AskAsync(Path.Combine(TidyTests.Root, "tests/services/stop-redis"), server);

        Assert.StartsWith("redis://127.0.0.1:", url, StringComparison.Ordinal);
        Assert.Equal("PONG\n", answer);
        Assert.False(File.Exists(Path.Combine(server, "redis.pid")));
    }

    [Fact]
    public void Without_either_it_is_said_what_to_do()
    {
        var missing = Assert.Throws<InvalidOperationException>(() =>
            TestServers.Find(Variable, "redis", _ => null)
        );

        Assert.StartsWith($"{Variable} is not set", missing.Message, StringComparison.Ordinal);
        Assert.Contains("tests/services/start-redis", missing.Message, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(string file, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, UseShellExecute = false }
        )!;
        var printed = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return printed;
    }
}
