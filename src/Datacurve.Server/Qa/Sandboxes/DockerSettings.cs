using Docker.DotNet.Models;

namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>
/// How a container is sealed. A run's root is read-only and everything it may write is a tmpfs of bounded size:
/// volumes and layers on disk have no bound that every engine can hold, memory has one.
/// </summary>
/// <remarks>
/// What a run writes therefore counts as its memory. What is copied in before the command starts does not: the
/// memory limit is raised by that much. Of <see cref="SandboxLimits.DiskBytesMax"/>, an eighth each goes to
/// <c>/tmp</c> and <c>/reports</c>, the rest to <c>/workspace</c>.
/// </remarks>
internal static class DockerSettings
{
    public const string JobLabel = "datacurve.qa_job";

    // nobody, in most images; no name is needed for a number.
    private const string RunUser = "65534:65534";
    private const long ShmBytes = 64 << 20;
    private const int FilesMax = 4096;
    private const int BytesPerInode = 8192;
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

    /// <summary>What <c>/workspace</c> can hold, the workspace itself included.</summary>
    public static long WorkspaceBytesMax(SandboxLimits limits) => limits.DiskBytesMax - 2 * SideBytes(limits);

    public static CreateContainerParameters ForRun(
        SandboxRun run,
        WorkspaceArchive workspace,
        long setupBytes
    )
    {
        var limits = run.Limits;
        var inodes = limits.DiskBytesMax / BytesPerInode;
        var host = Sealed(limits, limits.MemoryBytes + workspace.Bytes + setupBytes);
        host.NetworkMode = "none";
        host.ReadonlyRootfs = true;
        host.Tmpfs = new Dictionary<string, string>
        {
            ["/workspace"] = Tmpfs(WorkspaceBytesMax(limits) + setupBytes, inodes + workspace.Count),
            ["/tmp"] = Tmpfs(SideBytes(limits) + setupBytes, inodes),
            ["/reports"] = Tmpfs(SideBytes(limits), inodes),
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
            Env = Lines(SandboxEnvironment.Setup()),
            Entrypoint = ["sh", "-c", SandboxScripts.Setup, "datacurve"],
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

    private static long SideBytes(SandboxLimits limits) => limits.DiskBytesMax / 8;

    private static string Tmpfs(long bytes, long inodes) =>
        $"size={bytes},nr_inodes={inodes},uid=65534,gid=65534,mode=755,exec";

    private static Dictionary<string, string> JobLabels(Guid qaJobId) => new() { [JobLabel] = $"{qaJobId}" };

    private static List<string> Lines(Dictionary<string, string> environment) =>
        [.. environment.Select(pair => $"{pair.Key}={pair.Value}")];
}
