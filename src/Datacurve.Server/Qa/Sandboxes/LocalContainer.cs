using System.Diagnostics;
using System.Security.Cryptography;

namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>What one local sandbox is made with.</summary>
internal sealed record LocalPlan
{
    public required SandboxRun Run { get; init; }
    public required WorkspaceArchive Workspace { get; init; }

    /// <summary>
    /// An empty folder; each sandbox mounts its root there in a mount namespace of its own.
    /// </summary>
    public required string RootDirectory { get; init; }
    public required string PythonPrefix { get; init; }
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The folder of a setup and what it unpacks to; empty and 0 where there was none.</summary>
    public string SetupDirectory { get; init; } = "";
    public long SetupBytes { get; init; }
    public bool NetworkAllowed { get; init; }
}

/// <summary>One set of namespaces from its first process to its last.</summary>
internal sealed class LocalContainer(LocalPlan plan, TimeProvider time) : IAsyncDisposable
{
    private const int OutOfMemoryPollMs = 20;

    // Should this server be killed and never come back, the sandbox still ends by itself.
    private const int OrphanSeconds = 120;

    // The range that service managers keep for short-lived users. Limits on processes count by user, so
    // runs at the same time must not share one.
    private const int UidFirst = 61_184;
    private const int UidLast = 65_519;

    private readonly string mark = $"{LocalProcesses.Mark(plan.Run.QaJobId)}-{Guid.NewGuid():N}";
    private readonly Lock gate = new();
    private Process? process;

    public async Task<SandboxEnd> RunAsync(SandboxConversation conversation, SandboxDeadline deadline)
    {
        process = Start();
        using var memory = new CancellationTokenSource();
        var watching = WatchMemoryAsync(process.Id, memory.Token);
        try
        {
            await TalkAsync(process, conversation, deadline);
        }
        catch (OperationCanceledException) when (deadline.Passed)
        {
            if (!deadline.Begun)
                throw new InfrastructureException("the local sandbox did not start in time");
            var elapsed = deadline.Elapsed;
            await KillAsync();
            lock (gate)
                conversation.Finish();
            return new SandboxEnd { Duration = elapsed, TimedOut = true };
        }
        finally
        {
            await memory.CancelAsync();
        }
        var outOfMemory = await watching;
        var duration = deadline.Elapsed;
        var trailer = conversation.Finish();
        if (trailer is null && !outOfMemory)
            throw new InfrastructureException(
                conversation.Begun
                    ? "the local sandbox was ended from outside"
                    : $"the local sandbox cannot be set up here: {OutputTail.Of(conversation.Stderr)}"
            );
        return new SandboxEnd
        {
            Trailer = trailer,
            Duration = duration,
            OutOfMemory = outOfMemory,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process?.Dispose();
    }

    private Task<int> KillAsync() =>
        process is null ? Task.FromResult(0) : LocalProcesses.KillAsync(mark, time);

    private Process Start()
    {
        var root = LocalMachine.IsRoot;
        var start = new ProcessStartInfo("timeout")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        var seconds = (int)plan.Run.Limits.Timeout.TotalSeconds + OrphanSeconds;
        string[] namespaces = plan.NetworkAllowed ? [] : ["--net"];
        string[] rights = root ? [] : ["--user", "--map-root-user"];
        string[] arguments =
        [
            "--signal=KILL",
            $"{seconds}",
            "unshare",
            .. rights,
            .. namespaces,
            "--mount",
            "--pid",
            "--ipc",
            "--uts",
            "--cgroup",
            "--fork",
            "--kill-child",
            "sh",
            "-c",
            LocalScripts.Enter,
            mark,
            .. EnterArguments(root),
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        start.Environment["PATH"] =
            (plan.PythonPrefix.Length > 0 ? plan.PythonPrefix + "/bin:" : "")
            + "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        foreach (var (name, value) in plan.Environment)
            start.Environment[name] = value;
        try
        {
            return Process.Start(start)!; // null is for shell execution only
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InfrastructureException("the local sandbox needs coreutils and util-linux", e);
        }
    }

    private string[] EnterArguments(bool root)
    {
        var run = plan.Run;
        var disk = new SandboxDisk(run.Limits, plan.Workspace, plan.SetupBytes);
        return
        [
            plan.RootDirectory,
            root ? $"{RandomNumberGenerator.GetInt32(UidFirst, UidLast + 1)}" : "",
            plan.PythonPrefix,
            plan.SetupDirectory,
            disk.Workspace,
            disk.Tmp,
            $"{run.Limits.PidsMax}",
            $"{run.Limits.DiskBytesMax}",
            plan.NetworkAllowed ? "host" : "none",
            SandboxScripts.Run,
            mark,
            run.Workdir,
            run.Command,
            $"{run.Limits.ReportBytesMax}",
            .. run.ReportPaths,
        ];
    }

    private async Task TalkAsync(Process started, SandboxConversation conversation, SandboxDeadline deadline)
    {
        var input = started.StandardInput.BaseStream;
        var sending = plan.Workspace.SendAsync(
            conversation.Mark,
            (archive, ct) => archive.CopyToAsync(input, ct),
            deadline.Token
        );
        var reading = Task.WhenAll(
            PumpAsync(started.StandardError.BaseStream, conversation.OnStderr, deadline.Token),
            PumpAsync(started.StandardOutput.BaseStream, OnStdout, deadline.Token)
        );
        // A workspace that cannot be read leaves the sandbox waiting for it.
        if (await Task.WhenAny(sending, reading) == sending)
            await sending;
        await reading;
        await sending;
        await started.WaitForExitAsync(deadline.Token);

        void OnStdout(ReadOnlySpan<byte> bytes)
        {
            conversation.OnStdout(bytes);
            if (conversation.Begun && !deadline.Begun)
                deadline.Begin();
        }
    }

    private async Task PumpAsync(Stream from, Action<ReadOnlySpan<byte>> to, CancellationToken ct)
    {
        var buffer = new byte[64 << 10];
        while (await from.ReadAsync(buffer, ct) is var read and > 0)
        {
            // Both outputs share one conversation.
            lock (gate)
                to(buffer.AsSpan(0, read));
        }
    }

    /// <summary>True where the sandbox was killed for its memory.</summary>
    private async Task<bool> WatchMemoryAsync(int pid, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(OutOfMemoryPollMs), time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                if (!LocalProcesses.HoldMoreThan(plan.Run.Limits.MemoryBytes, pid))
                    continue;
                await KillAsync();
                return true;
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
        return false;
    }
}
