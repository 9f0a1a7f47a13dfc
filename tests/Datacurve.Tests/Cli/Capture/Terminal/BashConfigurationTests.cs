namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary>
/// What users set in bash holds as without us, and takes nothing away from what is recorded.
/// </summary>
public sealed class BashConfigurationTests
{
    [Theory]
    [InlineData("PROMPT_COMMAND='echo -n'")]
    [InlineData("PROMPT_COMMAND=\"(exit 9); $PROMPT_COMMAND\"")]
    [InlineData("PROMPT_COMMAND=(true)")]
    [InlineData("unset PROMPT_COMMAND")]
    [InlineData(". ~/.bashrc")]
    public async Task A_prompt_command_that_is_set_anew_takes_no_exit_code_away(string line)
    {
        await using var recorded = await RecordedShell.StartAsync("bash", "PROMPT_COMMAND=true");

        await recorded.RunAsync(line);
        await recorded.RunAsync("(exit 3)");
        await recorded.RunAsync("(exit 4)");
        await recorded.ExitAsync();

        Assert.Equal(
            [line, "(exit 3)", "(exit 4)", "exit"],
            recorded.Commands().Select(command => command.Typed.Command)
        );
        Assert.Equal((3, ""), Ended(recorded, "(exit 3)"));
        Assert.Equal((4, ""), Ended(recorded, "(exit 4)"));
    }

    [Fact]
    public async Task Times_in_the_history_that_cannot_be_changed_are_no_part_of_a_command()
    {
        await using var recorded = await RecordedShell.StartAsync("bash", "readonly HISTTIMEFORMAT='%F '");

        var seen = await recorded.RunAsync("echo two  blanks");
        await recorded.ExitAsync();

        Assert.DoesNotContain("readonly", seen, StringComparison.Ordinal);
        Assert.Equal((0, "two blanks\r\n"), Ended(recorded, "echo two  blanks"));
    }

    [Fact]
    public async Task A_shell_that_ends_at_an_error_ends_at_those_of_the_user_alone()
    {
        await using var recorded = await RecordedShell.StartAsync("bash", "trap 'echo trapped' ERR; set -u");

        await recorded.RunAsync("set -e; ! true");
        await recorded.RunAsync("PS1=\"again $PS1\"");
        await recorded.RunAsync("! true");
        await recorded.RunAsync("echo alive");
        await recorded.ExitAsync("(exit 5)");

        Assert.Equal((1, ""), Ended(recorded, "! true"));
        Assert.Equal((0, "alive\r\n"), Ended(recorded, "echo alive"));
        Assert.Equal("trapped\r\n", recorded.Command("(exit 5)").Output);
    }

    [Fact]
    public async Task A_trap_of_every_command_is_for_the_users_alone()
    {
        await using var recorded = await RecordedShell.StartAsync(
            "bash",
            "PROMPT_COMMAND=prompt; prompt() { :; }; trap 'echo \"<$BASH_COMMAND>\"' DEBUG"
        );

        var seen = await recorded.RunAsync("echo one");
        await recorded.ExitAsync();

        Assert.Contains("<prompt>", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("__datacurve", seen, StringComparison.Ordinal);
        Assert.Equal((0, "<echo one>\r\none\r\n"), Ended(recorded, "echo one"));
    }

    [Fact]
    public async Task Without_variables_in_prompts_nothing_foreign_is_shown_and_the_loss_is_said()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");

        await recorded.RunAsync("shopt -u promptvars");
        await recorded.RunAsync("echo unheard");
        await recorded.RunAsync("shopt -s promptvars");
        await recorded.RunAsync("echo heard");
        await recorded.ExitAsync();

        Assert.DoesNotContain("__datacurve", recorded.Terminal.Screen, StringComparison.Ordinal);
        Assert.Equal((0, "heard\r\n"), Ended(recorded, "echo heard"));
        await recorded.Terminal.WaitForAsync("Some commands are not recorded");
    }

    // Terminals' own integrations put their marks around a prompt; others put more of a prompt there.
    [Theory]
    [InlineData("\\[\\e]133;B\\a\\]")]
    [InlineData("\\[\\e]633;B;abc\\e\\\\\\]")]
    [InlineData("more> ")]
    public async Task Whatever_follows_our_mark_in_a_prompt_what_is_typed_without_echo_stays_out(string more)
    {
        await using var recorded = await RecordedShell.StartAsync(
            "bash",
            $"PROMPT_COMMAND=decorate; decorate() {{ [[ $PS1 == *'{more}'* ]] || PS1=\"$PS1\"'{more}'; }}"
        );

        await recorded.RunAsync("stty -echo");
        await recorded.RunAsync("mistaken-for-a-password");
        await recorded.RunAsync("stty echo");
        await recorded.RunAsync("echo seen");
        await recorded.ExitAsync();

        Assert.DoesNotContain("mistaken-for", recorded.EverythingOnDisk(), StringComparison.Ordinal);
        Assert.Equal((0, "seen\r\n"), Ended(recorded, "echo seen"));
    }

    [Fact]
    public async Task A_command_that_the_history_ignores_is_not_recorded_as_the_last_that_it_took()
    {
        const string Withheld = "[not recorded: kept out of the shell's history]";
        await using var recorded = await RecordedShell.StartAsync(
            "bash",
            "HISTCONTROL=ignoreboth; HISTIGNORE='ls:pwd'"
        );

        await recorded.RunAsync("echo one");
        await recorded.RunAsync("lss\x7f");
        await recorded.RunAsync("wd\x01p");
        await recorded.RunAsync("echo onne\x1b[D\x7f");
        await recorded.RunAsync("lx\x7fs\x15\x1b[A");
        await recorded.ExitAsync();

        Assert.Equal(
            ["echo one", Withheld, Withheld, "echo one", "echo one", "exit"],
            recorded.Commands().Select(command => command.Typed.Command)
        );
    }

    // As bash-preexec does, which many others bring along.
    [Fact]
    public async Task What_hooks_commands_from_the_first_prompt_on_hears_of_the_users_and_of_no_other()
    {
        await using var recorded = await RecordedShell.StartAsync(
            "bash",
            """
            disarm() { :; }
            arm() { armed=1; }
            heard() {
              [[ ${armed-} ]] || return 0
              armed=
              [[ $BASH_COMMAND == disarm ]] || echo "<$BASH_COMMAND>"
            }
            install() {
              [[ ${installed-} ]] && return
              installed=1
              PROMPT_COMMAND=disarm$'\n'$PROMPT_COMMAND
              PROMPT_COMMAND+=(arm)
              PS1='READY> '
              trap heard DEBUG
              arm
            }
            PROMPT_COMMAND=install
            """
        );

        await recorded.RunAsync("echo one");
        await recorded.RunAsync("");
        await recorded.RunAsync("echo two; (exit 3)");
        await recorded.ExitAsync();

        Assert.DoesNotContain("<__", recorded.Terminal.Screen, StringComparison.Ordinal);
        Assert.Equal((0, "<echo one>\r\none\r\n"), Ended(recorded, "echo one"));
        Assert.Equal((3, "<echo two>\r\ntwo\r\n"), Ended(recorded, "echo two; (exit 3)"));
    }

    [Fact]
    public async Task Each_of_several_commands_that_are_pasted_at_once_has_its_exit_code()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");

        recorded.Terminal.Type("\e[200~cd ..; (exit 3)\n(exit 4)\necho three\e[201~");
        await recorded.RunAsync("");
        await recorded.ExitAsync();

        Assert.Equal((3, ""), Ended(recorded, "cd ..; (exit 3)"));
        Assert.Equal((4, ""), Ended(recorded, "(exit 4)"));
        Assert.Equal((0, "three\r\n"), Ended(recorded, "echo three"));
        Assert.Equal(Path.GetDirectoryName(recorded.Repository), recorded.Command("(exit 4)").Typed.Cwd);
    }

    [Fact]
    public async Task What_is_typed_without_echo_stays_out_where_bash_asks_for_the_rest_of_it()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");

        await recorded.RunAsync("stty -echo");
        recorded.Terminal.Type("mistaken-for's\r");
        await recorded.Terminal.WaitForAsync("> ");
        await recorded.RunAsync("a-password'");
        await recorded.ExitAsync();

        Assert.DoesNotContain("mistaken-for", recorded.EverythingOnDisk(), StringComparison.Ordinal);
    }

    private static (long?, string) Ended(RecordedShell recorded, string line)
    {
        var command = recorded.Command(line);
        return (command.Exit!.ExitCode, command.Output);
    }
}
