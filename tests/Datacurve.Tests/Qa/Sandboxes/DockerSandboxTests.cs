using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Sandboxes;
using Datacurve.Tests.Conformance;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Datacurve.Tests.Qa.Sandboxes;

public sealed class DockerSandboxTests : SandboxConformance
{
    private readonly DockerSandbox sandbox = New(DockerHost);
    private readonly DockerClient docker = new DockerClientBuilder()
        .WithEndpoint(new Uri(DockerHost))
        .Build();

    internal override ISandbox Sandbox => sandbox;
    private protected override string Image => "datacurve/sandbox-python:bookworm";

    internal static string DockerHost => TestServers.Engine;

    private static DockerSandbox New(string host) =>
        new(host, TimeProvider.System, NullLogger<DockerSandbox>.Instance);

    private protected override async Task CleanAsync()
    {
        var prepared = new ImagesListParameters { Filters = OfJob(QaJobId) };
        foreach (var image in await docker.Images.ListImagesAsync(prepared, CancellationToken.None))
        {
            await docker.Images.DeleteImageAsync(
                image.ID,
                new ImageDeleteParameters { Force = true },
                CancellationToken.None
            );
        }
        docker.Dispose();
        sandbox.Dispose();
    }

    private protected override async Task<int> CountLeftAsync(Guid qaJobId)
    {
        var containers = new ContainersListParameters { All = true, Filters = OfJob(qaJobId) };
        return (await docker.Containers.ListContainersAsync(containers, Ct)).Count;
    }

    private static Dictionary<string, IDictionary<string, bool>> OfJob(Guid qaJobId) =>
        new() { ["label"] = new Dictionary<string, bool> { [$"datacurve.qa_job={qaJobId}"] = true } };

    [Fact]
    public async Task The_engines_seccomp_filter_is_on()
    {
        var status = Text((await RunAsync("cat /proc/self/status")).Stdout);

        Assert.Contains("Seccomp:\t2", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_without_commands_is_itself_with_its_digest()
    {
        var image = await sandbox.PrepareAsync(Setup(), Ct);

        Assert.Equal(Image, image.Reference);
        Assert.Matches("^sha256:[0-9a-f]{64}$", image.Digest);
    }

    [Fact]
    public async Task A_setup_can_install_system_wide()
    {
        var setup = Setup(
            "printf '#!/bin/sh\\necho tool\\n' >/usr/local/bin/tool && chmod +x /usr/local/bin/tool"
        );
        var image = await sandbox.PrepareAsync(setup, Ct);

        var result = await sandbox.RunAsync(Run("tool; id -u") with { Image = image }, Ct);

        Assert.Equal("tool\n65534\n", Text(result.Stdout));
    }

    [Fact]
    public async Task An_image_that_cannot_be_had_is_the_machines_fault_and_named()
    {
        var setup = Setup() with { Image = "127.0.0.1:1/datacurve/absent:1" };

        var fault = await Assert.ThrowsAsync<InfrastructureException>(() => sandbox.PrepareAsync(setup, Ct));

        Assert.Contains("127.0.0.1:1/datacurve/absent:1", fault.Message, StringComparison.Ordinal);
        Assert.Contains("TEST_BASE_IMAGE", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_on_an_image_that_is_gone_is_the_machines_fault()
    {
        var run = Run("true") with { Image = new PreparedImage("datacurve/prepared:absent", null) };

        await Assert.ThrowsAsync<InfrastructureException>(() => sandbox.RunAsync(run, Ct));
    }

    [Fact]
    public async Task An_engine_that_is_down_is_the_machines_fault()
    {
        var nowhere = Path.Combine(Path.GetTempPath(), $"datacurve-{Guid.NewGuid():N}.sock");
        using var down = New("unix://" + nowhere);

        var fault = await Assert.ThrowsAsync<InfrastructureException>(() => down.RunAsync(Run("true"), Ct));
        await Assert.ThrowsAsync<InfrastructureException>(() => down.PrepareAsync(Setup(), Ct));
        await Assert.ThrowsAsync<InfrastructureException>(() => down.RemoveLeftoversAsync(QaJobId, Ct));

        Assert.Contains(nowhere, fault.Message, StringComparison.Ordinal);
    }
}
