using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Datacurve.Cli.Demo;

/// <summary>
/// A Datacurve service of the demo's own: a child process on a free port with its own data folder.
/// </summary>
internal sealed partial class LocalService : IAsyncDisposable
{
    private const string ReadyMark = "Listening on ";
    private const int TailLines = 30;
    private const int SigTerm = 15;
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(10);

    // A demo must not write into the deployment that this shell is set up for.
    private static readonly string[] DeploymentVariables =
    [
        "DATABASE_URL",
        "DATABASE_URL_SYNC",
        "REDIS_URL",
        "BLOB_STORE_PATH",
        "WORK_PATH",
        "LISTEN_ADDRESS",
        "PORT",
        "ASPNETCORE_URLS",
        "TEST_COMMAND",
    ];

    private readonly Process _process;
    private readonly Queue<string> _tail = new();
    private readonly TaskCompletionSource<Uri> _ready = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private bool _started;

    private LocalService(Process process) => _process = process;

    /// <summary>The last lines that the service printed, oldest first.</summary>
    public IReadOnlyList<string> Tail
    {
        get
        {
            lock (_tail)
                return [.. _tail];
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Whether the process has ended or does so within a second; its tail is whole then.</summary>
    public async Task<bool> HasEndedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Starts a service and returns when it listens.</summary>
    /// <param name="executable">The server, as an executable or as a <c>.dll</c>.</param>
    /// <param name="settings">Environment variables of the service, beside those of this shell.</param>
    /// <exception cref="DemoException">It does not start; the message holds what it printed.</exception>
    public static async Task<(LocalService Service, Uri Url)> StartAsync(
        string executable,
        string dataDirectory,
        IReadOnlyDictionary<string, string> settings,
        CancellationToken ct
    )
    {
        var service = new LocalService(
            new Process { StartInfo = StartOf(executable, dataDirectory, settings) }
        );
        try
        {
            return (service, await service.StartAsync(ct));
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the service to stop, and ends it where it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_started && !_process.HasExited)
        {
            if (OperatingSystem.IsWindows() || Signal(_process.Id, SigTerm) != 0)
                _process.Kill(entireProcessTree: true);
            using var patience = new CancellationTokenSource(StopMax);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        _process.Dispose();
    }

    private async Task<Uri> StartAsync(CancellationToken ct)
    {
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        ChildProcess.Start(_process);
        _started = true;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        var exited = _process.WaitForExitAsync(ct);
        var first = await Task.WhenAny(_ready.Task, exited, Task.Delay(StartMax, ct));
        ct.ThrowIfCancellationRequested();
        if (first == _ready.Task)
            return await _ready.Task;

        var reason = _process.HasExited
            ? $"stopped with exit code {_process.ExitCode}"
            : $"did not listen within {StartMax.TotalSeconds} seconds";
        throw new DemoException($"The service {reason}. It printed:\n{string.Join('\n', Tail)}");
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_tail)
        {
            _tail.Enqueue(line);
            while (_tail.Count > TailLines)
                _tail.Dequeue();
        }
        var at = line.IndexOf(ReadyMark, StringComparison.Ordinal);
        if (at >= 0 && Uri.TryCreate(line[(at + ReadyMark.Length)..].Trim(), UriKind.Absolute, out var url))
            _ready.TrySetResult(url);
    }

    private static ProcessStartInfo StartOf(
        string executable,
        string dataDirectory,
        IReadOnlyDictionary<string, string> settings
    )
    {
        string[] serve = ["serve", "--port", "0", "--data", dataDirectory];
        var start = executable.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
            ? new ProcessStartInfo("dotnet", [executable, .. serve])
            : new ProcessStartInfo(executable, serve);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var name in DeploymentVariables)
            start.Environment.Remove(name);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return start;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int pid, int signal);
}
