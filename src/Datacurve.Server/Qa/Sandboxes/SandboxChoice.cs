using System.Net;

namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>Takes the sandbox that <c>SANDBOX</c> names, or the strongest that this machine has.</summary>
internal static class SandboxChoice
{
    /// <summary>
    /// <c>auto</c> takes docker where an engine answers that has <c>TEST_BASE_IMAGE</c> or can pull it, which may
    /// take as long as the pull; else local where that is allowed and works. Where neither does, it is docker
    /// again: its runs fail as the machine's fault, and are repeated when the engine is back.
    /// </summary>
    /// <exception cref="InfrastructureException"><c>SANDBOX=local</c> is not possible here, or the value unknown.</exception>
    public static async Task<ISandbox> TakeAsync(
        Options options,
        TimeProvider time,
        ILoggerFactory loggers,
        CancellationToken ct
    )
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
