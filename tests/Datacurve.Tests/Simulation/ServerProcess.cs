using System.Diagnostics;
using System.Text;
using Datacurve.Tests.Storage;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// The server's real executable over a folder, started on a free port and ended as the test likes.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly string Server = Path.Combine(AppContext.BaseDirectory, "datacurve-server.dll");
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public HttpClient Client { get; }

    /// <summary>What it has logged.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
                return _errors.ToString();
        }
    }

    /// <summary>A path as the server sees it, where its disk is its own.</summary>
    public string Seen(string path) => $"/proc/{_process.Id}/root{path}";

    /// <summary>Starts and waits until it listens.</summary>
    public static Task<ServerProcess> StartAsync(
        string folder,
        params (string Name, string Value)[] variables
    ) => ListeningAsync(Launch(["dotnet", Server, "serve", "--port", "0", "--data", folder], variables));

    /// <summary>Starts with rows in PostgreSQL and blobs in the folder.</summary>
    public static Task<ServerProcess> StartAsync(
        string folder,
        PostgresStore store,
        params (string Name, string Value)[] variables
    ) =>
        ListeningAsync(
            Launch(["dotnet", Server, "serve", "--port", "0"], [.. OnPostgres(folder, store), .. variables])
        );

    /// <summary>
    /// Starts over a folder that is a disk of its own, of so many bytes, until the process ends.
    /// </summary>
    public static Task<ServerProcess> StartOnDiskAsync(string folder, int bytes)
    {
        string[] mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-euc"];
        const string Script = "mount -t tmpfs -o size=$1 tmpfs $2; exec dotnet $3 serve --port 0 --data $2";
        return ListeningAsync(Launch([.. mount, Script, "sh", bytes.ToString(), folder, Server]));
    }

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

        var server = new ServerProcess(process, new Uri(line[Prefix.Length..]));
        // A pipe that nobody reads fills up, and then the server waits.
        process.ErrorDataReceived += (_, line) => server.Note(line.Data);
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Runs a command to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        EndingAsync(Launch(["dotnet", Server, .. arguments]));

    /// <summary>Runs a command to its end on rows in PostgreSQL and blobs in the folder.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string folder,
        PostgresStore store,
        params string[] arguments
    ) => EndingAsync(Launch(["dotnet", Server, .. arguments], OnPostgres(folder, store)));

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

    private void Note(string? line)
    {
        lock (_errors)
            _errors.AppendLine(line);
    }

    private static (string Name, string Value)[] OnPostgres(string folder, PostgresStore store) =>
        [
            ("DATABASE_URL", store.Url),
            ("BLOB_STORE_PATH", Path.Combine(folder, "blobs")),
            ("WORK_PATH", Path.Combine(folder, "work")),
        ];

    private static Process Launch(string[] command, params (string Name, string Value)[] variables)
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
        foreach (var name in new[] { "DATABASE_URL", "BLOB_STORE_PATH", "REDIS_URL", "SANDBOX", "PORT" })
            start.Environment.Remove(name);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
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
