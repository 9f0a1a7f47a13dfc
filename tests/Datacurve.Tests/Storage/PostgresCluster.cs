using System.Diagnostics;
using Datacurve.Server;
using Datacurve.Tests.Simulation;
using Npgsql;

namespace Datacurve.Tests.Storage;

/// <summary>
/// A PostgreSQL server of the test's own, to be killed as it likes. Its data outlives a kill.
/// </summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private readonly SmallDisk? _disk;
    private readonly string _folder;
    private string _url = "";

    private PostgresCluster(SmallDisk? disk)
    {
        _disk = disk;
        _folder = Path.Combine(disk?.Path ?? Path.GetTempPath(), $"datacurve-pg-{Guid.NewGuid():N}"[..24]);
    }

    /// <summary>A database whose user may make others.</summary>
    public string Url => _url;

    /// <param name="disk">Where all of it lies; a temporary folder where left out.</param>
    public static async Task<PostgresCluster> StartAsync(SmallDisk? disk = null)
    {
        var cluster = new PostgresCluster(disk);
        cluster._url = await cluster.RunAsync("start-postgres", cluster._folder);
        return cluster;
    }

    /// <summary>SIGKILL to the server and its processes: nothing is flushed, connections break.</summary>
    public async Task KillAsync()
    {
        var all = Processes();
        foreach (var one in all)
            Kill(one);
        while (all.Exists(one => Directory.Exists($"/proc/{one}")))
            await Task.Delay(10, TestContext.Current.CancellationToken);
    }

    /// <summary>SIGSTOP: connections stay and nothing answers, until <see cref="ResumeAsync"/>.</summary>
    public Task PauseAsync() => SignalAsync("-STOP");

    public Task ResumeAsync() => SignalAsync("-CONT");

    /// <summary>
    /// Waits until a server whose log did not fit on its disk has ended over it, or has come back by itself.
    /// </summary>
    public async Task EndedOrBackAsync()
    {
        while (Pid() is { } pid && Directory.Exists($"/proc/{pid}") && !await AnswersAsync())
            await Task.Delay(50, TestContext.Current.CancellationToken);
    }

    /// <summary>Starts again on the same port, and waits until it has recovered.</summary>
    public async Task RestartAsync() =>
        _url = await RunAsync("start-postgres", _folder, new Uri(_url).Port.ToString());

    public async ValueTask DisposeAsync()
    {
        await RunAsync("stop-postgres", _folder);
        if (_disk is null)
            Directory.Delete(_folder, recursive: true);
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, .. Processes().Select(pid => $"{pid}")]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    // Its children, too: those that hold the shared memory would keep the next server from starting.
    private List<int> Processes()
    {
        var pid = Pid() ?? throw new InvalidOperationException("the server does not run");
        return
        [
            .. Directory
                .GetDirectories("/proc")
                .Select(Path.GetFileName)
                .Where(name => int.TryParse(name, out _))
                .Select(name => int.Parse(name!))
                .Where(other => other == pid || ParentOf(other) == pid),
        ];
    }

    private int? Pid()
    {
        var file = Path.Combine(_folder, "data", "postmaster.pid");
        try
        {
            return int.Parse(File.ReadLines(_disk?.Seen(file) ?? file).First());
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private async Task<bool> AnswersAsync()
    {
        Assert.True(PostgresUrl.TryParse(_url, out var cluster));
        await using var connection = new NpgsqlConnection($"{cluster};Pooling=false");
        try
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Datacurve.slnx")))
            folder =
                Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("run from a checkout");
        return folder;
    }

    private static void Kill(int pid)
    {
        try
        {
            Process.GetProcessById(pid).Kill();
        }
        catch (ArgumentException)
        {
            // Gone with its parent.
        }
    }

    private static int ParentOf(int pid)
    {
        try
        {
            // After the name, which may hold anything but ends with the last parenthesis: state, then parent.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private async Task<string> RunAsync(string script, params string[] arguments)
    {
        string[] command = [Path.Combine(FindRoot(), "tests", "services", script), .. arguments];
        if (_disk is not null)
            command = _disk.OnAsNobody(command);
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"{script} failed: {await errors}");
    }
}
