using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>
/// Containers through the Engine API: no network, no capabilities, no new privileges, the engine's seccomp
/// filter, a read-only root, a user without rights, and limits on everything.
/// </summary>
/// <remarks>
/// The kernel is shared with the host, as with any container. An engine that runs rootless or remaps users
/// adds a layer; nothing here needs it or is in its way.
/// </remarks>
internal sealed class DockerSandbox : ISandbox, IDisposable
{
    private readonly DockerClient docker;
    private readonly DockerImages images;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly string dockerHost;

    /// <param name="dockerHost">The engine's URL, as in <c>DOCKER_HOST</c>.</param>
    public DockerSandbox(string dockerHost, TimeProvider time, ILogger<DockerSandbox> logger)
    {
        this.dockerHost = dockerHost;
        this.time = time;
        this.logger = logger;
        docker = new DockerClientBuilder().WithEndpoint(new Uri(dockerHost)).Build();
        images = new DockerImages(docker, time, logger);
    }

    public string Kind => "docker";

    public Task<PreparedImage> PrepareAsync(SandboxSetup setup, CancellationToken ct) =>
        AskEngineAsync(() => images.PrepareAsync(setup, ct), ct);

    public Task<SandboxResult> RunAsync(SandboxRun run, CancellationToken ct) =>
        AskEngineAsync(() => RunContainerAsync(run, ct), ct);

    public Task RemoveLeftoversAsync(Guid qaJobId, CancellationToken ct) =>
        AskEngineAsync(() => RemoveContainersAsync(qaJobId, ct), ct);

    /// <summary>Whether the engine answers and has the image or can get it; the reason where not.</summary>
    public async Task<string?> CheckAsync(string image, CancellationToken ct)
    {
        try
        {
            await AskEngineAsync(() => images.FindOrPullAsync(image, ct), ct);
            return null;
        }
        catch (InfrastructureException e)
        {
            return e.Message;
        }
    }

    public void Dispose() => docker.Dispose();

    public Task RemovePreparedAsync(Guid qaJobId, CancellationToken ct) =>
        AskEngineAsync(() => images.RemovePreparedAsync(qaJobId, ct), ct);

    private async Task<SandboxResult> RunContainerAsync(SandboxRun run, CancellationToken ct)
    {
        var limits = run.Limits;
        var workspace = WorkspaceArchive.Of(run.WorkspaceDirectory);
        workspace.ThrowIfOver(SandboxDisk.WorkspaceBytesMax(limits));
        var setupBytes = await images.SetupBytesAsync(run.Image.Reference, ct);
        var conversation = new SandboxConversation(
            limits.OutputBytesMax,
            limits.ReportBytesMax,
            run.ReportPaths.Count
        );
        var bytesIn = workspace.Bytes + setupBytes;
        using var deadline = new SandboxDeadline(time, limits.Timeout, bytesIn, ct);
        var parameters = DockerSettings.ForRun(run, workspace, setupBytes);
        await using var container = new DockerContainer(docker, parameters);
        var end = await container.RunAsync(workspace, conversation, deadline);
        return SandboxOutcome.Of(run, end, conversation);
    }

    private async Task<int> RemoveContainersAsync(Guid qaJobId, CancellationToken ct)
    {
        var found = await docker.Containers.ListContainersAsync(
            new ContainersListParameters
            {
                All = true,
                Filters = new Dictionary<string, IDictionary<string, bool>>
                {
                    ["label"] = new Dictionary<string, bool>
                    {
                        [$"{DockerSettings.JobLabel}={qaJobId}"] = true,
                    },
                },
            },
            ct
        );
        foreach (var container in found)
            await DockerContainer.RemoveAsync(docker, container.ID);
        if (found.Count > 0)
            Log.LeftoversRemoved(logger, qaJobId, found.Count);
        return found.Count;
    }

    private async Task<T> AskEngineAsync<T>(Func<Task<T>> ask, CancellationToken ct)
    {
        try
        {
            return await ask();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (IsEngineFault(e))
        {
            throw new InfrastructureException($"the container engine at {dockerHost} failed: {e.Message}", e);
        }
    }

    // A request that nobody cancelled and that was cancelled all the same ran into the client's own time
    // limit.
    private static bool IsEngineFault(Exception e) =>
        e
            is DockerApiException
                or HttpRequestException
                or IOException
                or SocketException
                or TimeoutException
                or OperationCanceledException;
}
