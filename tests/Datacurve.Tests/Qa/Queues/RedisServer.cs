using System.Diagnostics;
using Datacurve.Tests.Cli;

namespace Datacurve.Tests.Qa.Queues;

/// <summary>A real Redis of the test's own, that can be emptied, paused, killed and started again.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();

    private RedisServer() { }

    public Uri Url { get; private set; } = null!;

    public static async Task<RedisServer> StartAsync()
    {
        var server = new RedisServer();
        server.Url = new Uri(await server.RunAsync("start-redis"));
        return server;
    }

    public Task EmptyAsync() => AskAsync("flushall");

    /// <summary>SIGKILL: what it held is gone.</summary>
    public Task KillAsync() => RunAsync("stop-redis", "KILL");

    /// <summary>In good order; what it held is gone, too, since it writes nothing to disk.</summary>
    public Task StopAsync() => RunAsync("stop-redis");

    /// <summary>At the address that it had.</summary>
    public Task StartAgainAsync() => RunAsync("start-redis", $"{Url.Port}");

    /// <summary>It takes connections and answers none, as a machine that is overloaded.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    public Task<string> AskAsync(params string[] command) =>
        OutputAsync("redis-cli", ["-p", $"{Url.Port}", .. command]);

    public async ValueTask DisposeAsync()
    {
        await ThawAsync();
        await KillAsync();
        _folder.Dispose();
    }

    private Task<string> RunAsync(string script, params string[] arguments) =>
        OutputAsync(
            Path.Combine(TidyTests.Root, "tests/services", script),
            [Path.Combine(_folder.Path, "redis"), .. arguments]
        );

    private async Task SignalAsync(string signal)
    {
        var pidFile = Path.Combine(_folder.Path, "redis", "redis.pid");
        if (File.Exists(pidFile))
            await OutputAsync("kill", [$"-{signal}", (await File.ReadAllTextAsync(pidFile)).Trim()]);
    }

    private static async Task<string> OutputAsync(string file, string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, UseShellExecute = false }
        )!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(
            process.ExitCode == 0,
            $"{file} {string.Join(' ', arguments)}: {process.ExitCode} {output}"
        );
        return output.Trim();
    }
}
