using System.Diagnostics;

namespace Datacurve.Bench;

/// <summary>The real server, built for release, as a process of its own that listens on loopback.</summary>
internal sealed class ServerUnderLoad : IDisposable
{
    private const string Listening = "Listening on ";
    private readonly Process _process;

    private ServerUnderLoad(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }
    public int ProcessId => _process.Id;

    /// <summary>Processor time it has used, in seconds.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Starts over a folder that has everything, and waits until it says that it listens.</summary>
    /// <param name="folder">What <c>--data</c> names.</param>
    /// <param name="settings">Variables, where it is not to have the defaults.</param>
    /// <param name="program">Which; that of this commit where left out.</param>
    public static Task<ServerUnderLoad> StartAsync(
        string folder,
        Dictionary<string, string>? settings = null,
        string? program = null
    ) => ListeningAsync(program ?? Settings.Server, ["--data", folder], settings ?? []);

    /// <summary>The same, with its rows in a PostgreSQL database.</summary>
    public static Task<ServerUnderLoad> StartAsync(string folder, Uri database) =>
        ListeningAsync(
            Settings.Server,
            [],
            new()
            {
                ["DATABASE_URL"] = database.ToString(),
                ["BLOB_STORE_PATH"] = Path.Combine(folder, "blobs"),
                ["WORK_PATH"] = Path.Combine(folder, "work"),
            }
        );

    private static async Task<ServerUnderLoad> ListeningAsync(
        string program,
        string[] arguments,
        Dictionary<string, string> variables
    )
    {
        var start = new ProcessStartInfo("dotnet", [program, "serve", "--port", "0", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        // None of this process's own settings is passed on.
        foreach (var name in start.Environment.Keys.Where(IsForeign).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync();
        return line?.StartsWith(Listening, StringComparison.Ordinal) == true
            ? new ServerUnderLoad(process, new Uri(line[Listening.Length..]))
            : throw new InvalidOperationException($"the server did not start: {line}");
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public async Task StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
    }

    /// <summary>Bytes of memory that it holds now.</summary>
    public long ResidentBytes => Memory("VmRSS:");

    /// <summary>The most it has held since <see cref="ForgetPeak"/>.</summary>
    public long PeakBytes => Memory("VmHWM:");

    /// <summary>Makes the peak begin at what is held now.</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private long Memory(string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status")
            .First(found => found.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim()) * 1024;
    }

    private static bool IsForeign(string name) =>
        name is not ("PATH" or "HOME" or "TMPDIR") && !name.StartsWith("DOTNET_", StringComparison.Ordinal);
}
