using System.Diagnostics;
using Datacurve.Server.Qa.Sandboxes;

namespace Datacurve.Tests.Qa.TestRuns;

/// <summary>
/// Runs commands as plain processes of this machine in a copy of the workspace, with nothing sealed off: for
/// tests of what is made of a run. The sandboxes themselves have their own conformance suite.
/// </summary>
internal sealed class HostProcessSandbox(string scratch) : ISandbox
{
    public string Kind => "host-process";

    public List<SandboxSetup> Setups { get; } = [];
    public List<SandboxRun> Runs { get; } = [];

    public Task<PreparedImage> PrepareAsync(SandboxSetup setup, CancellationToken ct)
    {
        Setups.Add(setup);
        return Task.FromResult(new PreparedImage(setup.Image, "sha256:host"));
    }

    public async Task<SandboxResult> RunAsync(SandboxRun run, CancellationToken ct)
    {
        Runs.Add(run);
        var root = Path.Combine(scratch, Guid.NewGuid().ToString("N"));
        var workspace = Path.Combine(root, "workspace");
        Directory.CreateDirectory(Path.Combine(root, "reports"));
        TestRunsFixture.Copy(run.WorkspaceDirectory, workspace);
        string Map(string text) =>
            text.Replace("/workspace/", workspace + "/", StringComparison.Ordinal)
                .Replace("/reports/", root + "/reports/", StringComparison.Ordinal);

        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", Map(run.Command) },
            WorkingDirectory = Path.Combine(workspace, run.Workdir),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        start.Environment["HOME"] = root;
        start.Environment["LANG"] = "C.UTF-8";
        foreach (var (name, value) in run.Environment)
            start.Environment[name] = Map(value);
        return await RunProcessAsync(start, run, path => Map(path), ct);
    }

    public Task RemoveLeftoversAsync(Guid qaJobId, CancellationToken ct) => Task.CompletedTask;

    public Task RemovePreparedAsync(Guid qaJobId, CancellationToken ct) => Task.CompletedTask;

    private static async Task<SandboxResult> RunProcessAsync(
        ProcessStartInfo start,
        SandboxRun run,
        Func<string, string> map,
        CancellationToken ct
    )
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var stdout = ReadAsync(process.StandardOutput.BaseStream, ct);
        var stderr = ReadAsync(process.StandardError.BaseStream, ct);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(run.Limits.Timeout);
        var timedOut = false;
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            timedOut = true;
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(ct);
        }
        return new SandboxResult
        {
            ExitCode = process.ExitCode,
            Duration = watch.Elapsed,
            Stdout = await stdout,
            Stderr = await stderr,
            Reports = run
                .ReportPaths.Where(path => File.Exists(map(path)))
                .ToDictionary(path => path, path => File.ReadAllBytes(map(path))),
            TimedOut = timedOut,
        };
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken ct)
    {
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, ct);
        return content.ToArray();
    }
}
