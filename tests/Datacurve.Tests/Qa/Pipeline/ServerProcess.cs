using System.Diagnostics;
using System.Text;
using Datacurve.Tests.Cli;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>The real server as a process of its own over a data folder that outlives it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string ReadyMark = "Listening on ";
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    // One that does not stop at all is a failure and not a run of tests without an end.
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private ServerProcess(Process process) => _process = process;

    public TraceClient Client { get; private set; } = new(new HttpClient());

    /// <summary>What it has logged.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
                return _errors.ToString();
        }
    }

    /// <param name="variables">NAME=value; nothing of this process's settings is passed on.</param>
    public static Task<ServerProcess> StartAsync(string dataFolder, params string[] variables) =>
        StartAsync(["--data", dataFolder], variables);

    /// <summary>One of several over what the variables name.</summary>
    public static Task<ServerProcess> JoinAsync(params string[] variables) => StartAsync([], variables);

    private static async Task<ServerProcess> StartAsync(string[] arguments, string[] variables)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [DatacurveTool.Server, "serve", "--port", "0", .. arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in start.Environment.Keys.Where(IsForeign).ToList())
            start.Environment.Remove(name);
        string[] quick = ["QA_BACKOFF_SECONDS=0", "QA_SWEEP_SECONDS=1", $"TEST_BASE_IMAGE={QaService.Image}"];
        foreach (var variable in (string[])[.. quick, .. variables])
            start.Environment[variable.Split('=', 2)[0]] = variable.Split('=', 2)[1];
        var server = new ServerProcess(Process.Start(start)!);
        await server.ListenAsync();
        return server;
    }

    /// <summary>SIGKILL: nothing is put in order. The processes that it started live on.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>SIGTERM or SIGINT; how long the process took to end, and with which code.</summary>
    public async Task<(TimeSpan Took, int ExitCode)> StopAsync(string signal = "TERM")
    {
        var started = TimeProvider.System.GetTimestamp();
        using (var kill = Process.Start("kill", ["-" + signal, $"{_process.Id}"]))
            await kill.WaitForExitAsync(CancellationToken.None);
        await _process
            .WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(StopMax, TimeProvider.System, TestContext.Current.CancellationToken);
        return (TimeProvider.System.GetElapsedTime(started), _process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        Client.Http.Dispose();
    }

    private static bool IsForeign(string name) =>
        name is not ("PATH" or "HOME" or "TMPDIR") && !name.StartsWith("DOTNET", StringComparison.Ordinal);

    private async Task ListenAsync()
    {
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
                _errors.AppendLine(line.Data);
        };
        _process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(StartMax, TimeProvider.System);
        var line = await _process.StandardOutput.ReadLineAsync(patience.Token);
        if (line?.StartsWith(ReadyMark, StringComparison.Ordinal) != true)
            throw new InvalidOperationException($"the server did not start: {line} {Errors}");
        Client = new TraceClient(new HttpClient { BaseAddress = new Uri(line[ReadyMark.Length..]) });
    }
}
