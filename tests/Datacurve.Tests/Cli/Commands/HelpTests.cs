using System.Runtime.CompilerServices;
using System.Text;

namespace Datacurve.Tests.Cli.Commands;

public sealed class HelpTests
{
    private static readonly string[] Commands = ["", "demo", "show", "list", "record"];

    [Fact]
    public async Task Help_is_the_approved_text()
    {
        var help = new StringBuilder();
        foreach (var command in Commands)
        {
            var result = await DatacurveTool.RunAsync([.. Words(command), "--help"]);
            Assert.Equal(0, result.ExitCode);
            help.Append(
                $"$ {string.Join(' ', ["datacurve", .. Words(command), "--help"])}\n{result.StdoutText}"
            );
        }

        var approved = await File.ReadAllTextAsync(ApprovedPath(), TestContext.Current.CancellationToken);

        Assert.Equal(approved.TrimEnd(), help.ToString().TrimEnd());
    }

    [Fact]
    public async Task Help_names_the_commands_of_the_server_and_not_the_switch_of_the_tests()
    {
        var root = await DatacurveTool.RunAsync("--help");
        var demo = await DatacurveTool.RunAsync("demo", "--help");

        Assert.Contains("serve", root.StdoutText, StringComparison.Ordinal);
        Assert.Contains("fsck", root.StdoutText, StringComparison.Ordinal);
        Assert.DoesNotContain("--session", demo.StdoutText, StringComparison.Ordinal);
    }

    private static string[] Words(string command) =>
        command.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string ApprovedPath([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "HelpTests.approved.txt");
}
