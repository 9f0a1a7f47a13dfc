using Datacurve.Cli.Client;
using Datacurve.Cli.Demo;

namespace Datacurve.Tests.Cli.Demo;

public sealed class LocalServiceTests
{
    private static readonly Dictionary<string, string> NoSettings = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_real_server_starts_answers_and_stops()
    {
        using var data = new TempFolder();
        var (service, url) = await LocalService.StartAsync(DatacurveTool.Server, data.Path, NoSettings, Ct);
        using var client = new ServiceClient(url);

        Assert.Equal("ok", (await client.HealthAsync(Ct)).Status);
        Assert.False(service.HasExited);
        await service.DisposeAsync();

        await Assert.ThrowsAsync<ServiceUnreachableException>(() => client.HealthAsync(Ct));
    }

    [Fact]
    public async Task A_server_that_dies_at_its_start_is_told_with_what_it_printed()
    {
        using var folder = new TempFolder();
        var server = await ScriptAsync(folder, "echo the disk is full >&2; exit 7");

        var failed = await Assert.ThrowsAsync<DemoException>(() =>
            LocalService.StartAsync(server, folder.Path, NoSettings, Ct)
        );

        Assert.Contains("stopped with exit code 7", failed.Message, StringComparison.Ordinal);
        Assert.Contains("the disk is full", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_demo_whose_server_dies_shows_its_last_lines_and_leaves_nothing_behind()
    {
        using var folder = new TempFolder();
        var server = await ScriptAsync(
            folder,
            "echo Listening on http://127.0.0.1:1; echo out of memory >&2; sleep 0.2"
        );
        var temporary = Directory.CreateDirectory(folder.Combine("tmp")).FullName;

        var demo = await DatacurveTool.RunAsync(
            new Dictionary<string, string> { ["DATACURVE_SERVER"] = server, ["TMPDIR"] = temporary },
            "demo"
        );

        Assert.Equal(2, demo.ExitCode);
        Assert.Contains("out of memory", demo.StdoutText, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(temporary, "datacurve-*"));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_by_name()
    {
        using var folder = new TempFolder();
        var missing = folder.Combine("no-such-server");

        var failed = await Assert.ThrowsAsync<DemoException>(() =>
            LocalService.StartAsync(missing, folder.Path, NoSettings, Ct)
        );

        Assert.Contains(missing, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_settings_of_a_deployment_do_not_reach_the_demo()
    {
        using var folder = new TempFolder();
        var server = await ScriptAsync(folder, "echo \"database=$DATABASE_URL sandbox=$SANDBOX $*\"; exit 1");

        var demo = await DatacurveTool.RunAsync(
            new Dictionary<string, string>
            {
                ["DATACURVE_SERVER"] = server,
                ["DATABASE_URL"] = "sqlite:/nowhere/production.db",
            },
            "demo",
            "--sandbox",
            "docker",
            "--data",
            folder.Combine("kept data")
        );

        Assert.Equal(2, demo.ExitCode);
        Assert.Contains(
            $"database= sandbox=docker serve --port 0 --data {folder.Combine("kept data")}",
            demo.StderrText,
            StringComparison.Ordinal
        );
        Assert.True(Directory.Exists(folder.Combine("kept data")));
    }

    private static async Task<string> ScriptAsync(TempFolder folder, string body)
    {
        var path = folder.Combine("server.sh");
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{body}\n", Ct);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }
}
