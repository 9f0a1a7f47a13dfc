using Datacurve.Cli.Capture.Terminal;
using Datacurve.Cli.Demo;

namespace Datacurve.Tests.Cli.Demo;

public sealed class ScriptedTerminalTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_terminal_shows_what_is_printed_though_the_one_before_ended_in_a_flood()
    {
        for (var i = 0; i < 50; i++)
        {
            using var terminal = Start($"echo begun {i}; exec yes");
            await terminal.WaitForAsync($"begun {i}", Ct);
        }
    }

    private static ScriptedTerminal Start(string script) =>
        new(
            Path.GetTempPath(),
            new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! },
            new TerminalSize(80, 24),
            ["sh", "-c", script],
            TimeSpan.FromSeconds(30)
        );
}
