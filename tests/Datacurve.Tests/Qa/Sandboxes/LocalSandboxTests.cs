using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Sandboxes;
using Datacurve.Tests.Conformance;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Datacurve.Tests.Qa.Sandboxes;

public sealed class LocalSandboxTests : SandboxConformance
{
    private readonly DirectoryInfo work = Directory.CreateTempSubdirectory("datacurve-local-");
    private readonly LocalSandbox sandbox;

    public LocalSandboxTests() =>
        sandbox = new LocalSandbox(work.FullName, TimeProvider.System, NullLogger<LocalSandbox>.Instance);

    internal override ISandbox Sandbox => sandbox;
    private protected override string Image => "ignored:here";

    private protected override Task CleanAsync()
    {
        work.Delete(recursive: true);
        return Task.CompletedTask;
    }

    private protected override Task<int> CountLeftAsync(Guid qaJobId) =>
        Task.FromResult(LocalProcesses.Find(LocalProcesses.Mark(qaJobId)).Count);

    [Fact]
    public async Task User_namespaces_work_here() => Assert.Null(await sandbox.CheckAsync(Ct));

    [Fact]
    public async Task The_reference_is_the_system_and_not_the_image()
    {
        var image = await sandbox.PrepareAsync(Setup(), Ct);

        Assert.StartsWith("local:", image.Reference, StringComparison.Ordinal);
        Assert.Null(image.Digest);
    }

    [Fact]
    public async Task A_setup_that_is_gone_is_the_machines_fault()
    {
        var run = Run("true") with { Image = new PreparedImage("local:debian-12@0123", null) };

        await Assert.ThrowsAsync<InfrastructureException>(() => sandbox.RunAsync(run, Ct));
    }

    [Fact]
    public async Task A_command_cannot_make_user_namespaces_of_its_own()
    {
        var result = await RunAsync("unshare --user --map-root-user id -u");

        Assert.NotEqual(0, result.ExitCode);
    }
}
