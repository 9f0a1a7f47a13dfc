namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary>
/// What is zsh's own: where its configuration lies, its hooks, its mark after a line without an end.
/// </summary>
public sealed class ZshSessionTests
{
    [Fact]
    public async Task The_users_configuration_holds_and_so_does_its_folder()
    {
        await using var recorded = await RecordedShell.StartAsync(
            "zsh",
            """
            alias greet='echo greetings'
            precmd() { status_seen=$? }
            setopt hist_ignore_space
            HISTFILE=~/history SAVEHIST=100
            """
        );

        await recorded.RunAsync("greet you");
        await recorded.RunAsync("(exit 3)");
        await recorded.RunAsync("echo $status_seen ${ZDOTDIR-none} $HISTFILE");
        await recorded.RunAsync(" echo kept out of history");
        await recorded.ExitAsync();

        Assert.Equal("greetings you\r\n", recorded.Command("greet you").Output);
        Assert.Equal($"3 none {recorded.Home}/history\r\n", recorded.Commands()[2].Output);
        Assert.Equal(" echo kept out of history", recorded.Commands()[3].Typed.Command);
        Assert.DoesNotContain(
            "kept out",
            await File.ReadAllTextAsync(
                Path.Combine(recorded.Home, "history"),
                TestContext.Current.CancellationToken
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Output_without_a_last_newline_is_recorded_without_the_mark_of_the_shell()
    {
        await using var recorded = await RecordedShell.StartAsync("zsh");

        await recorded.RunAsync("printf 100%%");
        await recorded.RunAsync("true");
        await recorded.ExitAsync();

        var printed = recorded.Command("printf 100%%");
        Assert.Equal("100%", printed.Output);
        Assert.Equal(4, printed.Exit!.OutputBytes);
        Assert.Equal("", recorded.Command("true").Output);
    }

    [Fact]
    public async Task A_document_over_lines_is_recorded_as_typed()
    {
        await using var recorded = await RecordedShell.StartAsync("zsh");

        await recorded.RunAsync("cat <<END\ra \\\\ b\rEND");
        await recorded.ExitAsync();

        Assert.Equal("cat <<END\na \\\\ b\nEND", recorded.Commands()[0].Typed.Command);
        Assert.Equal("a \\ b\r\n", recorded.Commands()[0].Output);
    }

    [Theory]
    [InlineData("no_unset")]
    [InlineData("ksh_arrays")]
    [InlineData("no_prompt_percent")]
    public async Task Whatever_is_set_commands_are_told_apart_and_nothing_foreign_is_shown(string option)
    {
        await using var recorded = await RecordedShell.StartAsync("zsh", $"setopt {option}");

        await recorded.RunAsync("(exit 3)");
        await recorded.RunAsync("echo two");
        await recorded.ExitAsync();

        Assert.Equal(3, recorded.Command("(exit 3)").Exit!.ExitCode);
        Assert.Equal("two\r\n", recorded.Command("echo two").Output);
        Assert.DoesNotContain("__datacurve", recorded.Terminal.Screen, StringComparison.Ordinal);
        Assert.DoesNotContain("%{", recorded.Terminal.Screen, StringComparison.Ordinal);
    }
}
