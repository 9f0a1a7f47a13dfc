using Docker.DotNet.Models;

namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>
/// How a container is sealed. A run's root is read-only and everything it may write is a tmpfs of bounded
/// size: volumes and layers on disk have no bound that every engine can hold, memory has one.
/// </summary>
/// <remarks>
/// What a run writes therefore counts as its memory. What is copied in before the command starts does not:
/// the memory limit is raised by that much.
/// </remarks>
internal static class DockerSettings
{
    public const string JobLabel = "datacurve.qa_job";

    // nobody, in most images; no name is needed for a number.
    private const string RunUser = "65534:65534";
    private const long ShmBytes = 64 << 20;
    private const int FilesMax = 4096;
    private const int CpuPeriodMicroseconds = 100_000;

    // What package managers need to unpack files for other users and to step down to them.
    private static readonly string[] SetupCapabilities =
    [
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "SETGID",
        "SETUID",
    ];

    public static CreateContainerParameters ForRun(
        SandboxRun run,
        WorkspaceArchive workspace,
        long setupBytes
    )
    {
        var limits = run.Limits;
        var disk = new SandboxDisk(limits, workspace, setupBytes);
        var host = Sealed(limits, limits.MemoryBytes + workspace.Bytes + setupBytes);
        host.NetworkMode = "none";
        host.ReadonlyRootfs = true;
        host.Tmpfs = new Dictionary<string, string>
        {
            ["/workspace"] = Tmpfs(disk.Workspace),
            ["/tmp"] = Tmpfs(disk.Tmp),
            ["/reports"] = Tmpfs(disk.Reports),
        };
        return new CreateContainerParameters
        {
            Image = run.Image.Reference,
            User = RunUser,
            NetworkDisabled = true,
            Hostname = "sandbox",
            Env = Lines(SandboxEnvironment.Run(run.Environment)),
            Entrypoint = ["sh", "-c", SandboxScripts.Run, "datacurve"],
            Cmd = [run.Workdir, run.Command, $"{limits.ReportBytesMax}", .. run.ReportPaths],
            Labels = JobLabels(run.QaJobId),
            HostConfig = host,
            WorkingDir = "/",
            OpenStdin = true,
            StdinOnce = true,
            AttachStdin = true,
            AttachStdout = true,
            AttachStderr = true,
        };
    }

    public static CreateContainerParameters ForSetup(SandboxSetup setup, WorkspaceArchive workspace)
    {
        var host = Sealed(setup.Limits, setup.Limits.MemoryBytes + workspace.Bytes);
        host.NetworkMode = setup.NetworkAllowed ? "default" : "none";
        host.CapAdd = SetupCapabilities;
        return new CreateContainerParameters
        {
            Image = setup.Image,
            User = "0:0",
            NetworkDisabled = !setup.NetworkAllowed,
            Hostname = "sandbox",
            Env = Lines(SandboxEnvironment.Run(new Dictionary<string, string>())),
            Entrypoint = ["sh", "-c", SandboxEnvironment.SetupExports() + SandboxScripts.Setup, "datacurve"],
            Cmd = [.. setup.Commands],
            Labels = JobLabels(setup.QaJobId),
            HostConfig = host,
            WorkingDir = "/",
            OpenStdin = true,
            StdinOnce = true,
            AttachStdin = true,
            AttachStdout = true,
            AttachStderr = true,
        };
    }

    private static HostConfig Sealed(SandboxLimits limits, long memoryBytes) =>
        new()
        {
            CapDrop = ["ALL"],
            SecurityOpt = ["no-new-privileges"],
            PidsLimit = limits.PidsMax,
            Memory = memoryBytes,
            // The same as memory means no swap.
            MemorySwap = memoryBytes,
            // A quota, unlike NanoCPUs, is not refused by an engine that has fewer.
            CPUPeriod = CpuPeriodMicroseconds,
            CPUQuota = (long)(limits.Cpus * CpuPeriodMicroseconds),
            ShmSize = ShmBytes,
            IpcMode = "private",
            LogConfig = new LogConfig { Type = "none" },
            Ulimits =
            [
                new Ulimit
                {
                    Name = "nofile",
                    Soft = FilesMax,
                    Hard = FilesMax,
                },
                new Ulimit
                {
                    Name = "core",
                    Soft = 0,
                    Hard = 0,
                },
                new Ulimit
                {
                    Name = "fsize",
                    Soft = limits.DiskBytesMax,
                    Hard = limits.DiskBytesMax,
                },
            ],
        };

    private static string Tmpfs(string size) => $"{size},uid=65534,gid=65534,mode=755,exec";

    private static Dictionary<string, string> JobLabels(Guid qaJobId) => new() { [JobLabel] = $"{qaJobId}" };

    private static List<string> Lines(Dictionary<string, string> environment) =>
        [.. environment.Select(pair => $"{pair.Key}={pair.Value}")];
}
