using System.Diagnostics;
using Datacurve.Cli.Demo;

namespace Datacurve.Tests.Cli.Commands;

/// <summary>What the tool reads from where that is not as usual.</summary>
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
}
