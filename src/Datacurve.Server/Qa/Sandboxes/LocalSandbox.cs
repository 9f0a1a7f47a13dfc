using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>
/// Linux namespaces by util-linux alone, for a machine that has no container engine: a root of its own in
/// memory, no network, no capabilities, no new privileges, no environment or process of the host in sight.
/// </summary>
/// <remarks>
/// Weaker than a container, and marked so in the result: there is no seccomp filter and no cpu limit;
/// memory is watched every 20 ms and not held by the kernel, and files in memory are bounded by the disk
/// limit instead of counting towards it; the tools are those of this machine (/usr, and python3 wherever it
/// is), so the image that was asked for means nothing, and the result names the machine instead. Setup
/// cannot install system-wide: what it adds to the home folder and to the workspace is kept. A server that
/// listens beyond loopback refuses it.
/// </remarks>
internal sealed class LocalSandbox(string workPath, TimeProvider time, ILogger<LocalSandbox> logger)
    : ISandbox
{
    // Beside a setup: the job that it was made for.
    private const string JobEnding = ".job";
    private const int SetupBytesMax = 256 << 20;
    private const string WorkspaceTar = "/reports/workspace.tar";
    private const string HomeTar = "/reports/home.tar";

    private readonly ConcurrentDictionary<string, SemaphoreSlim> builds = new();
    private readonly string root = Path.Combine(Path.GetFullPath(workPath), "local");
    private (string Prefix, string? Version)? python;

    public string Kind => "local";

    /// <summary>Null where sandboxes work here, or the reason why not, in a sentence.</summary>
    public async Task<string?> CheckAsync(CancellationToken ct)
    {
        var empty = Directory.CreateTempSubdirectory("datacurve-check-");
        try
        {
            var run = new SandboxRun
            {
                QaJobId = Guid.NewGuid(),
                Image = new PreparedImage("local", null),
                WorkspaceDirectory = empty.FullName,
                Command = "true",
                Limits = new SandboxLimits { Timeout = TimeSpan.FromSeconds(10), MemoryBytes = 64 << 20 },
            };
            await RunAsync(run, ct);
            return null;
        }
        catch (InfrastructureException e)
        {
            return e.Message + "; unprivileged user namespaces may be switched off on this machine";
        }
        finally
        {
            empty.Delete(recursive: true);
        }
    }

    public async Task<PreparedImage> PrepareAsync(SandboxSetup setup, CancellationToken ct)
    {
        var reference = LocalMachine.Reference();
        python ??= await LocalMachine.PythonAsync(ct);
        var machine =
            reference["local:".Length..] + (python.Value.Version is { } version ? $", python {version}" : "");
        if (setup.Commands.Count == 0)
            return new PreparedImage(reference, null) { Machine = machine };

        var prepared = $"{reference}@{Key(reference, setup)}";
        var build = builds.GetOrAdd(prepared, _ => new SemaphoreSlim(1));
        await build.WaitAsync(ct);
        try
        {
            if (!Directory.Exists(SetupDirectory(prepared)))
                await BuildAsync(setup, prepared, ct);
        }
        finally
        {
            build.Release();
        }
        return new PreparedImage(prepared, null) { Machine = machine };
    }

    public async Task<SandboxResult> RunAsync(SandboxRun run, CancellationToken ct)
    {
        var setup = SetupDirectory(run.Image.Reference);
        if (setup.Length > 0 && !Directory.Exists(setup))
            throw new InfrastructureException($"the setup {run.Image.Reference} is gone; prepare it again");
        var plan = await PlanAsync(run, ct) with
        {
            SetupDirectory = setup,
            SetupBytes = setup.Length > 0 ? new DirectoryInfo(setup).EnumerateFiles().Sum(f => f.Length) : 0,
        };
        var (end, conversation) = await RunAsync(plan, ct);
        return SandboxOutcome.Of(run, end, conversation);
    }

    public async Task RemoveLeftoversAsync(Guid qaJobId, CancellationToken ct)
    {
        var killed = await LocalProcesses.KillAsync(LocalProcesses.Mark(qaJobId), time);
        if (killed > 0)
            Log.LeftoversRemoved(logger, qaJobId, killed);
    }

    public Task RemovePreparedAsync(Guid qaJobId, CancellationToken ct)
    {
        var setups = Path.Combine(root, "setups");
        if (Directory.Exists(setups))
            foreach (var mark in Directory.GetFiles(setups, "*" + JobEnding))
                if (File.ReadAllText(mark) == $"{qaJobId}")
                {
                    // Also what a killed build of it left, which bears its name.
                    foreach (var made in Directory.GetDirectories(setups, $"{NameOf(mark)}*"))
                        Directory.Delete(made, recursive: true);
                    File.Delete(mark);
                }
        return Task.CompletedTask;

        static string NameOf(string mark) => Path.GetFileName(mark)[..^JobEnding.Length];
    }

    private async Task BuildAsync(SandboxSetup setup, string prepared, CancellationToken ct)
    {
        var run = new SandboxRun
        {
            QaJobId = setup.QaJobId,
            Image = new PreparedImage(prepared, null),
            WorkspaceDirectory = setup.WorkspaceDirectory,
            Command = SandboxEnvironment.SetupExports() + LocalScripts.Setup(setup.Commands),
            ReportPaths = [WorkspaceTar, HomeTar],
            Limits = setup.Limits with { ReportBytesMax = SetupBytesMax },
        };
        var plan = await PlanAsync(run, ct) with { NetworkAllowed = setup.NetworkAllowed };
        var (end, conversation) = await RunAsync(plan, ct);
        SetupOutcome.ThrowIfFailed(end, conversation);
        var result = SandboxOutcome.Of(run, end, conversation);
        if (result.Reports.Count != run.ReportPaths.Count)
            throw new NotReproducibleException($"the setup leaves more than {SetupBytesMax} bytes");

        Directory.CreateDirectory(Path.GetDirectoryName(SetupDirectory(prepared))!);
        await File.WriteAllTextAsync(SetupDirectory(prepared) + JobEnding, $"{setup.QaJobId}", ct);
        // Written beside and renamed, so that a folder under the final name is always whole.
        var partial = Directory.CreateDirectory(SetupDirectory(prepared) + $".{Guid.NewGuid():N}");
        foreach (var (path, content) in result.Reports)
            await File.WriteAllBytesAsync(
                Path.Combine(partial.FullName, Path.GetFileName(path)),
                content,
                ct
            );
        try
        {
            partial.MoveTo(SetupDirectory(prepared));
        }
        catch (IOException) when (Directory.Exists(SetupDirectory(prepared)))
        {
            // Another server on this work path was faster.
            partial.Delete(recursive: true);
        }
        Log.ImagePrepared(logger, prepared, end.Duration.TotalSeconds);
    }

    private async Task<LocalPlan> PlanAsync(SandboxRun run, CancellationToken ct)
    {
        python ??= await LocalMachine.PythonAsync(ct);
        var workspace = WorkspaceArchive.Of(run.WorkspaceDirectory);
        workspace.ThrowIfOver(SandboxDisk.WorkspaceBytesMax(run.Limits));
        return new LocalPlan
        {
            Run = run,
            Workspace = workspace,
            RootDirectory = Directory.CreateDirectory(Path.Combine(root, "root")).FullName,
            PythonPrefix = python.Value.Prefix,
            Environment = SandboxEnvironment.Run(run.Environment),
        };
    }

    private async Task<(SandboxEnd End, SandboxConversation Conversation)> RunAsync(
        LocalPlan plan,
        CancellationToken ct
    )
    {
        var limits = plan.Run.Limits;
        var conversation = new SandboxConversation(
            limits.OutputBytesMax,
            limits.ReportBytesMax,
            plan.Run.ReportPaths.Count
        );
        var bytesIn = plan.Workspace.Bytes + plan.SetupBytes;
        using var deadline = new SandboxDeadline(time, limits.Timeout, bytesIn, ct);
        await using var container = new LocalContainer(plan, time);
        return (await container.RunAsync(conversation, deadline), conversation);
    }

    /// <summary>Where a setup is kept; empty for a reference without one.</summary>
    private string SetupDirectory(string reference)
    {
        var key = reference.IndexOf('@');
        return key < 0 ? "" : Path.Combine(root, "setups", reference[(key + 1)..]);
    }

    private static string Key(string reference, SandboxSetup setup)
    {
        // Lengths keep two lists of commands apart whose texts join to the same.
        var commands = setup.Commands.Select(command => $"{command.Length}:{command}");
        var material = string.Join(
            '\n',
            [$"{setup.Project}", reference, setup.LockHash, $"{setup.NetworkAllowed}", .. commands]
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(material)))[..32];
    }
}
