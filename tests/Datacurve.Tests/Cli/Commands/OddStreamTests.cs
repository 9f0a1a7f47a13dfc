using System.Collections;
using System.Diagnostics;
using Datacurve.Cli.Capture.Terminal;
using Datacurve.Cli.Demo;
using Datacurve.Tests.Cli.Capture.Terminal;

namespace Datacurve.Tests.Cli.Commands;

/// <summary>What the tool reads from and writes to, where that is not as usual.</summary>
public sealed class OddStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("redact")]
    [InlineData("scan", "-")]
    [InlineData("login", "--url", "http://127.0.0.1:1")]
    public async Task A_standard_input_that_is_closed_is_said_and_not_waited_for(params string[] arguments)
    {
        var start = DatacurveTool.StartOf(arguments);
        var closing = new ProcessStartInfo(
            "sh",
            ["-c", "exec \"$0\" \"$@\" <&-", start.FileName, .. start.ArgumentList]
        );
        foreach (var (name, value) in start.Environment)
            closing.Environment[name] = value;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken
        );
        patience.CancelAfter(Patience);

        var result = await ChildProcess.RunAsync(closing, patience.Token);

        Assert.Equal((2, ""), (result.ExitCode, result.StdoutText));
        Assert.Contains("standard input is closed", result.StderrText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list", "--url", "http://127.0.0.1:1")]
    [InlineData("status", "--all")]
    [InlineData("list", "--help")]
    public async Task A_terminal_gets_what_is_to_be_read_and_is_left_in_its_mode(params string[] arguments)
    {
        using var home = new TempFolder();
        var start = DatacurveTool.StartOf(arguments);
        var environment = Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string)variable.Value!);
        (environment["HOME"], environment["TERM"]) = (home.Path, "xterm-256color");
        environment["XDG_DATA_HOME"] = home.Path;
        using var terminal = new TypedTerminal(
            home.Path,
            environment,
            new TerminalSize(100, 30),
            [start.FileName, .. start.ArgumentList]
        );

        await terminal.ExitAsync();
        await terminal.WaitForAsync("\n");

        Assert.DoesNotContain("\e[?1h", terminal.Screen, StringComparison.Ordinal);
    }
}
