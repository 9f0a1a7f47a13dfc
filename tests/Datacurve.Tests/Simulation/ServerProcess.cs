using System.Diagnostics;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// The server's real executable over a folder, started on a free port and ended as the test likes.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public HttpClient Client { get; }

    /// <summary>Starts and waits until it listens.</summary>
    public static async Task<ServerProcess> StartAsync(string folder)
    {
        var process = Launch("serve", "--port", "0", "--data", folder);
        const string Prefix = "Listening on ";
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        if (line?.StartsWith(Prefix, StringComparison.Ordinal) != true)
        {
            var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            process.Dispose();
            throw new InvalidOperationException($"the server did not start: {line} {errors}");
        }

        // A pipe that nobody reads fills up, and then the server waits.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new ServerProcess(process, new Uri(line[Prefix.Length..]));
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Launch(arguments);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await errors);
    }

    /// <summary>SIGKILL: nothing of the process runs after it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        Client.Dispose();
    }

    private static Process Launch(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "datacurve-server.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        // What this machine's own deployment sets is none of the test's.
        foreach (var name in new[] { "DATABASE_URL", "BLOB_STORE_PATH", "REDIS_URL", "SANDBOX", "PORT" })
            start.Environment.Remove(name);
        return Process.Start(start)!;
    }
}

/// <summary>A temporary folder that goes with the test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } =
        Directory
            .CreateDirectory(
                System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"datacurve-{Guid.NewGuid():N}")
            )
            .FullName;

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
