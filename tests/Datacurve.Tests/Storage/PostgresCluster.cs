using System.Diagnostics;

namespace Datacurve.Tests.Storage;

/// <summary>
/// A PostgreSQL server of the test's own, to be killed as it likes. Its data outlives a kill.
/// </summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private readonly string _folder = Path.Combine(
        Path.GetTempPath(),
        $"datacurve-pg-{Guid.NewGuid():N}"[..24]
    );
    private string _url = "";

    /// <summary>A database whose user may make others.</summary>
    public string Url => _url;

    public static async Task<PostgresCluster> StartAsync()
    {
        var cluster = new PostgresCluster();
        cluster._url = await RunAsync("start-postgres", cluster._folder);
        return cluster;
    }

    /// <summary>SIGKILL to the server and its processes: nothing is flushed, connections break.</summary>
    public async Task KillAsync()
    {
        var pid = int.Parse(
            (await File.ReadAllLinesAsync(Path.Combine(_folder, "data", "postmaster.pid")))[0]
        );
        // Those of its processes that hold the shared memory would keep the next server from starting.
        var all = Directory
            .GetDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _))
            .Select(name => int.Parse(name!))
            .Where(other => other == pid || ParentOf(other) == pid)
            .ToList();
        foreach (var one in all)
            Kill(one);
        while (all.Exists(one => Directory.Exists($"/proc/{one}")))
            await Task.Delay(10, TestContext.Current.CancellationToken);
    }

    /// <summary>Starts again on the same port, and waits until it has recovered.</summary>
    public async Task RestartAsync() =>
        _url = await RunAsync("start-postgres", _folder, new Uri(_url).Port.ToString());

    public async ValueTask DisposeAsync()
    {
        await RunAsync("stop-postgres", _folder);
        Directory.Delete(_folder, recursive: true);
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

    private static async Task<string> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(FindRoot(), "tests", "services", script))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"{script} failed: {await errors}");
    }
}
