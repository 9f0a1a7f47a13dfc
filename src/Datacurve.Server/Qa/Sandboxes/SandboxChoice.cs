using System.Net;

namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>
/// The sandbox that <c>SANDBOX</c> names, or the strongest that this machine has. Chosen when the first tests
/// are to be run, since it may have to wait for an image, and then kept.
/// </summary>
internal sealed class SandboxChoice(Options options, TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    private readonly SemaphoreSlim _choosing = new(1);
    private ISandbox? _chosen;

    /// <exception cref="StartException">The settings ask for a sandbox that this server must not
    /// use.</exception>
    public static void Require(Options options)
    {
        if (options.Tests.Sandbox == "local" && WhyNotLocal(options.ListenAddress) is { } fault)
            throw new StartException($"SANDBOX=local: {fault}.");
    }

    /// <summary>
    /// <c>auto</c> takes docker where an engine answers that has <c>TEST_BASE_IMAGE</c> or can pull it; else
    /// local where that is allowed and works. Where neither does, it is docker again: its runs fail as the
    /// machine's fault, and are repeated when the engine is back.
    /// </summary>
    /// <exception cref="InfrastructureException"><c>SANDBOX=local</c> does not work on this
    /// machine.</exception>
    public async Task<ISandbox> TakeAsync(CancellationToken ct)
    {
        await _choosing.WaitAsync(ct);
        try
        {
            return _chosen ??= await ChooseAsync(ct);
        }
        finally
        {
            _choosing.Release();
        }
    }

    public void Dispose()
    {
        (_chosen as IDisposable)?.Dispose();
        _choosing.Dispose();
    }

    private async Task<ISandbox> ChooseAsync(CancellationToken ct)
    {
        var logger = loggers.CreateLogger<ISandbox>();
        var sandbox = options.Tests.Sandbox switch
        {
            "docker" => Docker(),
            "local" => await LocalOrThrowAsync(),
            "auto" => await StrongestAsync(),
            _ => throw new InfrastructureException(
                $"SANDBOX takes auto, docker or local, not '{options.Tests.Sandbox}'"
            ),
        };
        Log.SandboxChosen(logger, sandbox.Kind, options.Tests.Sandbox);
        return sandbox;

        DockerSandbox Docker() => new(options.Tests.DockerHost, time, loggers.CreateLogger<DockerSandbox>());

        LocalSandbox Local() => new(options.WorkPath, time, loggers.CreateLogger<LocalSandbox>());

        async Task<ISandbox> LocalOrThrowAsync()
        {
            var local = Local();
            var fault = WhyNotLocal(options.ListenAddress) ?? await local.CheckAsync(ct);
            return fault is null ? local : throw new InfrastructureException($"SANDBOX=local: {fault}");
        }

        async Task<ISandbox> StrongestAsync()
        {
            var docker = Docker();
            var dockerFault = await docker.CheckAsync(options.Tests.BaseImage, ct);
            if (dockerFault is null)
                return docker;
            var local = Local();
            var localFault = WhyNotLocal(options.ListenAddress) ?? await local.CheckAsync(ct);
            Log.NoEngine(logger, dockerFault, localFault ?? "works");
            if (localFault is not null)
                return docker;
            docker.Dispose();
            return local;
        }
    }

    /// <summary>Null where the local sandbox may serve this address.</summary>
    private static string? WhyNotLocal(string listenAddress) =>
        listenAddress == "localhost"
        || IPAddress.TryParse(listenAddress, out var address) && IPAddress.IsLoopback(address)
            ? null
            : $"the local sandbox is for one's own code and is refused while LISTEN_ADDRESS={listenAddress} "
                + "lets others in; use a container engine, or listen on 127.0.0.1";
}
