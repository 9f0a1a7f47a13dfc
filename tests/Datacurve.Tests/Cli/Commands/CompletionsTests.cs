using System.Diagnostics;
using Datacurve.Cli.Demo;

namespace Datacurve.Tests.Cli.Commands;

/// <summary>What the shells complete, asked of the shells.</summary>
public sealed class CompletionsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("datacurve cas", "cast")]
    [InlineData("datacurve cast e", "export")]
    [InlineData("datacurve cast export --f", "--format")]
    [InlineData("datacurve cast import --r", "")]
    [InlineData("datacurve keys r", "revoke")]
    [InlineData("datacurve note h", "hypothesis")]
    [InlineData("datacurve review --fu", "--full")]
    public async Task Commands_within_commands_are_completed(string typed, string completed)
    {
        using var folder = new TempFolder();
        var words = typed.Split(' ');
        var asked =
            $"COMP_WORDS=({typed}); COMP_CWORD={words.Length - 1}; _datacurve; echo \"${{COMPREPLY[*]}}\"";

        Assert.Equal(completed, await AskAsync(folder, "bash", $"shopt -u nullglob; {asked}"));
        var fish = await AskAsync(folder, "fish", $"complete -C '{typed}' | string replace -r '\\t.*' ''");
        Assert.Equal(completed, fish);
    }

    private static async Task<string> AskAsync(TempFolder folder, string shell, string question)
    {
        var script = folder.Combine(shell);
        await File.WriteAllTextAsync(
            script,
            (await DatacurveTool.RunAsync("completions", shell)).StdoutText,
            Ct
        );
        var start = new ProcessStartInfo(shell, ["-c", $"source {script}; {question}"]);
        start.WorkingDirectory = folder.Path;
        start.Environment["HOME"] = folder.Path;
        var result = await ChildProcess.RunAsync(start, Ct);
        Assert.Equal("", result.StderrText);
        return result.StdoutText.Trim();
    }
}
