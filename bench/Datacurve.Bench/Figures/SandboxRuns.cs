using System.Diagnostics;
using System.Text.Json.Nodes;
using Datacurve.Bench.Baselines;
using Datacurve.Server.Qa.Sandboxes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datacurve.Bench.Figures;

/// <summary>A run in the sandbox against the container that it needs at the least.</summary>
internal sealed class SandboxRuns : IBenchmark
{
    private const string Image = "datacurve/sandbox-python:bookworm";

    // The same work in both: a shell that starts and ends.
    private const string Command = "true";

    public string Name => "sandbox-run";

    public string Summary =>
        "a sandbox run, workspace in and reports out, against create + start + wait + remove of a container "
        + "with the same settings over the raw Engine API";

    public async Task<IReadOnlyList<Figure>> RunAsync(Settings settings, CancellationToken ct)
    {
        var workspace = settings.NewFolder("workspace");
        await File.WriteAllTextAsync(
            Path.Combine(workspace, "calc.py"),
            "def add(a, b):\n    return a + b\n",
            ct
        );
        using var sandbox = new DockerSandbox(
            Settings.DockerHost,
            TimeProvider.System,
            NullLogger<DockerSandbox>.Instance
        );
        using var engine = new RawEngine(Settings.DockerHost);
        var run = Run(workspace);
        var rounds = await Interleaved.MeasureAsync(
            settings,
            seconds => MillisecondsAsync(seconds, () => SandboxAsync(sandbox, run, ct)),
            seconds => MillisecondsAsync(seconds, () => engine.RunAsync(Container())),
            ct
        );
        return [Figure.Of(Name, "ms/run", rounds, target: 1.15, atMost: true)];
    }

    private static async Task<double> MillisecondsAsync(double seconds, Func<Task> run)
    {
        var (started, count) = (Stopwatch.GetTimestamp(), 0);
        for (; Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; count++)
            await run();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / count;
    }

    private static async Task SandboxAsync(DockerSandbox sandbox, SandboxRun run, CancellationToken ct)
    {
        var result = await sandbox.RunAsync(run, ct);
        if (result.ExitCode != 0)
            throw new InvalidOperationException($"the sandbox's command ended with {result.ExitCode}");
    }

    private static SandboxRun Run(string workspace) =>
        new()
        {
            QaJobId = Guid.NewGuid(),
            Image = new PreparedImage(Image, null),
            WorkspaceDirectory = workspace,
            Command = Command,
            Workdir = "",
            ReportPaths = ["/reports/junit.xml"],
            Limits = new SandboxLimits { Timeout = TimeSpan.FromSeconds(60), MemoryBytes = 512 << 20 },
        };

    /// <summary>What the sandbox's container is sealed with, as the engine is asked for it.</summary>
    private static JsonObject Container() =>
        new()
        {
            ["Image"] = Image,
            ["User"] = "65534:65534",
            ["NetworkDisabled"] = true,
            ["Entrypoint"] = new JsonArray("sh", "-c", Command),
            ["HostConfig"] = new JsonObject
            {
                ["NetworkMode"] = "none",
                ["ReadonlyRootfs"] = true,
                ["CapDrop"] = new JsonArray("ALL"),
                ["SecurityOpt"] = new JsonArray("no-new-privileges"),
                ["PidsLimit"] = 512,
                ["Memory"] = 512 << 20,
                ["MemorySwap"] = 512 << 20,
                ["CpuPeriod"] = 100_000,
                ["CpuQuota"] = 200_000,
                ["IpcMode"] = "private",
                ["LogConfig"] = new JsonObject { ["Type"] = "none" },
                ["Tmpfs"] = new JsonObject
                {
                    ["/workspace"] = "size=64m,uid=65534,gid=65534",
                    ["/tmp"] = "size=64m,uid=65534,gid=65534",
                    ["/reports"] = "size=64m,uid=65534,gid=65534",
                },
            },
        };
}
