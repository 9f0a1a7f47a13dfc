using Datacurve.Server;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Sandboxes;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Datacurve.Tests.Qa.Sandboxes;

public sealed class SandboxChoiceTests : IDisposable
{
    private const string Image = "datacurve/sandbox-python:bookworm";
    private readonly DirectoryInfo work = Directory.CreateTempSubdirectory("datacurve-choose-");

    private string NoEngine => "unix://" + Path.Combine(work.FullName, "absent.sock");

    public void Dispose() => work.Delete(recursive: true);

    [Fact]
    public async Task Auto_takes_docker_where_the_engine_has_the_image() =>
        Assert.Equal("docker", await ChooseAsync("auto", DockerSandboxTests.DockerHost));

    [Fact]
    public async Task Auto_takes_local_where_no_engine_answers() =>
        Assert.Equal("local", await ChooseAsync("auto", NoEngine));

    [Fact]
    public async Task Auto_takes_local_where_the_image_cannot_be_had() =>
        Assert.Equal(
            "local",
            await ChooseAsync("auto", DockerSandboxTests.DockerHost, image: "127.0.0.1:1/no:1")
        );

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.7")]
    [InlineData("example.com")]
    public async Task Auto_waits_for_an_engine_where_others_can_reach_the_server(string address) =>
        Assert.Equal("docker", await ChooseAsync("auto", NoEngine, address));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("localhost")]
    public async Task Local_serves_a_server_on_loopback(string address) =>
        Assert.Equal("local", await ChooseAsync("local", DockerSandboxTests.DockerHost, address));

    [Fact]
    public async Task Local_is_refused_where_others_can_reach_the_server()
    {
        var fault = await Assert.ThrowsAsync<StartException>(() => ChooseAsync("local", NoEngine, "0.0.0.0"));

        Assert.Contains("LISTEN_ADDRESS=0.0.0.0", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_name_is_refused()
    {
        var fault = await Assert.ThrowsAsync<InfrastructureException>(() => ChooseAsync("none", NoEngine));

        Assert.Equal("SANDBOX takes auto, docker or local, not 'none'", fault.Message);
    }

    private async Task<string> ChooseAsync(
        string kind,
        string dockerHost,
        string address = "127.0.0.1",
        string image = Image
    )
    {
        var options = new Options
        {
            ListenAddress = address,
            WorkPath = work.FullName,
            Tests = new TestOptions
            {
                Sandbox = kind,
                DockerHost = dockerHost,
                BaseImage = image,
            },
        };
        SandboxChoice.Require(options);
        using var choice = new SandboxChoice(options, TimeProvider.System, NullLoggerFactory.Instance);
        return (await choice.TakeAsync(TestContext.Current.CancellationToken)).Kind;
    }
}
