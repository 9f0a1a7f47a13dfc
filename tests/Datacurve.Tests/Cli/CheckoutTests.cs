using System.Diagnostics;
using Datacurve.Cli.Demo;

namespace Datacurve.Tests.Cli;

/// <summary>The native tool away from its checkout, with the link that an install leaves beside it.</summary>
public sealed class CheckoutTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _tool;

    public CheckoutTests()
    {
        _tool = _folder.Combine("datacurve");
        if (Environment.GetEnvironmentVariable("DATACURVE_TEST_TOOL") is { Length: > 0 } native)
            File.Copy(native, _tool);
        else
            Assert.Skip("The tool that is built beside the tests cannot stand alone.");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("serve")]
    [InlineData("keys")]
    [InlineData("install")]
    [InlineData("demo")]
    public async Task What_only_a_checkout_can_do_goes_on_there(string command)
    {
        var script = _folder.Combine("datacurve-server");
        await File.WriteAllTextAsync(
            script,
            "#!/bin/sh\nprintf '[%s]' \"$@\"\nexit 7\n",
            TestContext.Current.CancellationToken
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var run = await RunAsync(command, "--data", "ä b");

        Assert.Equal((7, $"[{command}][--data][ä b]"), (run.ExitCode, run.StdoutText));
    }

    [Fact]
    public async Task Without_the_link_it_says_where_the_command_is()
    {
        var run = await RunAsync("serve");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("./datacurve serve", run.StderrText, StringComparison.Ordinal);
    }

    private Task<CommandResult> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(_tool, arguments);
        start.Environment.Remove("DATACURVE_SERVER");
        return ChildProcess.RunAsync(start, TestContext.Current.CancellationToken);
    }
}
