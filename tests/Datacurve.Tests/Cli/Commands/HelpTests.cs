using System.Runtime.CompilerServices;
using System.Text;

namespace Datacurve.Tests.Cli.Commands;

public sealed class HelpTests
{
    private static readonly string[] Commands = ["", "demo", "show", "list", "record", "redact", "scan"];

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

    /// <summary>One approved file for each command of a recording.</summary>
    [Theory]
    [InlineData("note")]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("status")]
    [InlineData("review")]
    [InlineData("drop")]
    [InlineData("push")]
    [InlineData("finalize")]
    [InlineData("pipe")]
    [InlineData("doctor")]
    [InlineData("login")]
    [InlineData("completions")]
    public async Task Help_of_a_command_is_its_approved_file(string command)
    {
        var result = await DatacurveTool.RunAsync(command, "--help");

        var path = Path.Combine(Path.GetDirectoryName(ApprovedPath())!, "Approved", $"{command}.txt");
        Assert.Equal(
            await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken),
            result.StdoutText
        );
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
