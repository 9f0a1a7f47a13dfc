using System.Collections.Concurrent;
using System.Diagnostics;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// The server's real executable over a folder, started on a free port and ended as the test likes.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly string Server = Path.Combine(AppContext.BaseDirectory, "datacurve-server.dll");
    private const int FailuresKept = 20;
    private const int LinesKept = 10_000;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentQueue<string> _log = new();

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public HttpClient Client { get; }

    /// <summary>The last that it logged, whatever it was.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>The last that it logged as failed.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>The most memory that the process has had so far, in bytes.</summary>
    public long MemoryPeak =>
        File.ReadLines($"/proc/{_process.Id}/status")
            .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024)
            .Single();

    /// <summary>Starts on a free port, or a given one, and waits until it listens.</summary>
    public static Task<ServerProcess> StartAsync(string folder, int port = 0) =>
        ListeningAsync(Launch(["dotnet", Server, "serve", "--port", $"{port}", "--data", folder]));

    /// <summary>Starts with more arguments, and variables as NAME=value.</summary>
    public static Task<ServerProcess> StartAsync(string[] arguments, string[] variables) =>
        ListeningAsync(Launch(["dotnet", Server, "serve", "--port", "0", .. arguments], variables));

    /// <summary>Starts with rows in the folder and blobs where the variables say.</summary>
    public static Task<ServerProcess> StartAsync(string folder, (string Name, string Value)[] blobs) =>
        ListeningAsync(Launch(["dotnet", Server, "serve", "--port", "0"], WithBlobs(folder, blobs)));

    /// <summary>Starts over a small disk.</summary>
    public static Task<ServerProcess> StartAsync(SmallDisk disk) =>
        ListeningAsync(Launch(disk.On("dotnet", Server, "serve", "--port", "0", "--data", disk.Path)));

    private static async Task<ServerProcess> ListeningAsync(Process process)
    {
        const string Prefix = "Listening on ";
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        if (line?.StartsWith(Prefix, StringComparison.Ordinal) != true)
        {
            var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            process.Dispose();
            throw new InvalidOperationException($"the server did not start: {line} {errors}");
        }

        // A pipe that nobody reads fills up, and then the server waits.
        var server = new ServerProcess(process, new Uri(line[Prefix.Length..]));
        process.ErrorDataReceived += (_, written) => server.Remember(written.Data);
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Runs a command to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        EndingAsync(Launch(["dotnet", Server, .. arguments]));

    /// <summary>Runs a command to its end with variables as NAME=value.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string[] arguments,
        string[] variables
    ) => EndingAsync(Launch(["dotnet", Server, .. arguments], variables));

    /// <summary>Runs a command on a small disk to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(
        SmallDisk disk,
        params string[] arguments
    ) => EndingAsync(Launch(disk.On(["dotnet", Server, .. arguments, "--data", disk.Path])));

    /// <summary>Runs a command to its end with blobs where the variables say.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string folder,
        (string Name, string Value)[] blobs,
        params string[] arguments
    ) => EndingAsync(Launch(["dotnet", Server, .. arguments], WithBlobs(folder, blobs)));

    private static async Task<(int ExitCode, string Output, string Errors)> EndingAsync(Process started)
    {
        using var process = started;
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

    private void Remember(string? line)
    {
        if (line is null)
            return;
        _log.Enqueue(line);
        if (_log.Count > LinesKept)
            _log.TryDequeue(out _);
        if (!line.Contains(" fail: ", StringComparison.Ordinal))
            return;
        _failures.Enqueue(line);
        if (_failures.Count > FailuresKept)
            _failures.TryDequeue(out _);
    }

    private static string[] WithBlobs(string folder, (string Name, string Value)[] blobs) =>
        [
            "DATABASE_URL=sqlite:" + Path.Combine(folder, "datacurve.db"),
            "WORK_PATH=" + Path.Combine(folder, "work"),
            .. blobs.Select(blob => $"{blob.Name}={blob.Value}"),
        ];

    private static bool IsForeign(string name) =>
        name is not ("PATH" or "HOME" or "TMPDIR") && !name.StartsWith("DOTNET", StringComparison.Ordinal);

    private static Process Launch(string[] command, params string[] variables)
    {
        var start = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in command[1..])
            start.ArgumentList.Add(argument);
        // What this machine's own deployment sets is none of the test's.
        foreach (var name in start.Environment.Keys.Where(IsForeign).ToList())
            start.Environment.Remove(name);
        foreach (var variable in variables)
            start.Environment[variable.Split('=', 2)[0]] = variable.Split('=', 2)[1];
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
