using ServerProcess = Datacurve.Tests.Simulation.ServerProcess;

namespace Datacurve.Tests.Cli.Commands;

/// <summary>What is said of words that are not understood.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("list", "datacurve", "lits")]
    [InlineData("--status", "datacurve list", "list", "--stat", "complete")]
    [InlineData("--format", "datacurve cast export", "cast", "export", "--formt", "2")]
    [InlineData("--patience takes a whole number", "datacurve push", "push", "--patience", "long")]
    [InlineData("`datacurve push` has no `--nope`.", "datacurve push", "push", "--nope")]
    [InlineData("`datacurve record` has no `--tset`", "datacurve record", "record", "--tset", "make")]
    [InlineData(
        "`datacurve cast export` has no `--version`.",
        "datacurve cast export",
        "cast",
        "export",
        "--version",
        "2"
    )]
    [InlineData("'bash', 'zsh', 'fish'. ", "datacurve completions", "completions", "tcsh")]
    [InlineData("--shell", "datacurve record", "record", "--shell")]
    public async Task A_wrong_word_is_said_with_what_was_meant_and_where_help_is(
        string meant,
        string command,
        params string[] arguments
    )
    {
        var result = await DatacurveTool.RunAsync(arguments);

        Assert.Equal((2, ""), (result.ExitCode, result.StdoutText));
        Assert.Contains(meant, result.StderrText, StringComparison.Ordinal);
        Assert.EndsWith(
            $"`{command} --help` says what there is.\n",
            result.StderrText,
            StringComparison.Ordinal
        );
        Assert.Equal(1, result.StderrText.Count(letter => letter == '\n'));
        Assert.DoesNotContain("Usage:", result.StderrText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_without_its_own_lists_them()
    {
        var cast = await DatacurveTool.RunAsync("cast");
        var keys = await ServerProcess.RunAsync("keys");

        Assert.Equal((2, 2), (cast.ExitCode, keys.ExitCode));
        Assert.Contains("import <file>", cast.StderrText, StringComparison.Ordinal);
        Assert.Contains("revoke <key-id>", keys.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--data", "fsck", "--dta", "x")]
    [InlineData("--port takes a whole number from 0 to 65535, not 'abc'", "serve", "--port", "abc")]
    [InlineData("--expires-in-days takes a whole number", "keys", "create", "a", "--expires-in-days", "b")]
    public async Task A_wrong_word_to_the_service_is_exit_code_2_and_no_finding(
        string said,
        params string[] arguments
    )
    {
        var (exitCode, output, errors) = await ServerProcess.RunAsync(arguments);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Usage:", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_store_of_who_has_no_folder_for_data_yet_lies_in_the_home_and_not_here()
    {
        using var home = new TempFolder();

        var (exitCode, _, errors) = await ServerProcess.RunAsync(
            ["fsck"],
            [$"HOME={home.Path}", "XDG_DATA_HOME=", "DATABASE_URL="]
        );

        Assert.Equal(2, exitCode);
        Assert.Contains($"{home.Path}/.local/share/datacurve/", errors, StringComparison.Ordinal);
    }
}
