using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary>What is bash's own: its history, its configuration, its jobs.</summary>
public sealed class BashSessionTests
{
    [Fact]
    public async Task The_users_configuration_holds()
    {
        await using var recorded = await RecordedShell.StartAsync(
            "bash",
            """
            alias greet='echo greetings'
            PROMPT_COMMAND='prompts=$((prompts+1))'
            trap 'traps=$((traps+1))' DEBUG
            PS0='(running)'
            HISTCONTROL=ignoreboth
            HISTFILE=~/history
            """
        );

        var greeted = await recorded.RunAsync("greet you");
        await recorded.RunAsync(
            "echo \"prompts=$prompts traps=$((traps>2)) $HISTCONTROL $? ${ZDOTDIR-none}\""
        );
        await recorded.ExitAsync();

        Assert.Contains("(running)", greeted, StringComparison.Ordinal);
        Assert.Equal("greetings you\r\n", recorded.Command("greet you").Output);
        Assert.Equal("prompts=2 traps=1 ignoreboth 0 none\r\n", recorded.Commands()[1].Output);
        Assert.Equal(
            "greet you",
            (
                await File.ReadAllLinesAsync(
                    Path.Combine(recorded.Home, "history"),
                    TestContext.Current.CancellationToken
                )
            )[0]
        );
    }

    [Fact]
    public async Task A_prompt_command_that_makes_a_new_prompt_each_time_is_marked_each_time()
    {
        await using var recorded = await RecordedShell.StartAsync(
            "bash",
            "PROMPT_COMMAND='PS1=\"$?:READY> \"'"
        );

        await recorded.RunAsync("(exit 3)");
        await recorded.RunAsync("echo two");
        await recorded.ExitAsync();

        Assert.Contains("3:READY>", recorded.Terminal.Screen, StringComparison.Ordinal);
        Assert.Equal(3, recorded.Command("(exit 3)").Exit!.ExitCode);
        Assert.Equal("two\r\n", recorded.Command("echo two").Output);
    }

    [Fact]
    public async Task A_command_is_recorded_as_typed_from_history_over_lines_and_as_a_document()
    {
        await using var recorded = await RecordedShell.StartAsync("bash", "HISTCONTROL=ignoreboth");

        await recorded.RunAsync("echo again");
        await recorded.RunAsync("echo again");
        await recorded.RunAsync("\e[A");
        await recorded.RunAsync("for i in 1 2; do\recho \"$i; \\\\\"\rdone");
        await recorded.RunAsync("cat <<END\rone\r  two\rEND");
        await recorded.RunAsync(" echo kept to myself");
        await recorded.RunAsync("");
        await recorded.ExitAsync();

        Assert.Equal(
            [
                "echo again",
                "echo again",
                "echo again",
                "for i in 1 2; do echo \"$i; \\\\\"; done",
                "cat <<END\none\n  two\nEND",
                "[not recorded: kept out of the shell's history]",
                "exit",
            ],
            recorded.Commands().Select(command => command.Typed.Command)
        );
        Assert.Equal("one\r\n  two\r\n", recorded.Commands()[4].Output);
    }

    [Fact]
    public async Task A_command_typed_while_echo_is_off_does_not_come_through()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");

        await recorded.RunAsync("stty -echo");
        var seen = await recorded.RunAsync("mistaken-for-a-password");
        await recorded.RunAsync("stty echo");
        await recorded.RunAsync("echo seen");
        await recorded.ExitAsync();

        Assert.Contains("mistaken-for-a-password: command not found", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("mistaken-for", recorded.EverythingOnDisk(), StringComparison.Ordinal);
        Assert.Contains(
            "[not recorded: typed while",
            recorded.Commands()[1].Typed.Command,
            StringComparison.Ordinal
        );
        Assert.Equal("", recorded.Commands()[1].Output);
        Assert.Equal(127, recorded.Commands()[1].Exit!.ExitCode);
        Assert.True(recorded.Commands()[1].Exit!.OutputBytes > 0);
        Assert.Equal("seen\r\n", recorded.Command("echo seen").Output);
    }

    [Fact]
    public async Task Jobs_are_controlled_as_always()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");

        await recorded.RunAsync("sleep 300 &");
        var stopped = await recorded.ForegroundCommandAsync();
        recorded.Terminal.Type(stopped + "\r");
        await recorded.Terminal.WaitForAsync("begun\r\n");
        recorded.Terminal.Type("\x1a");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        var jobs = await recorded.RunAsync("jobs");
        await recorded.RunAsync("kill %1 %2; wait");
        await recorded.ExitAsync();

        // How wide the columns are differs between versions.
        Assert.Matches("Running +sleep 300", jobs);
        Assert.Matches("Stopped +" + Regex.Escape(stopped), jobs);
        Assert.Equal(148, recorded.Command(stopped).Exit!.ExitCode);
    }

    [Fact]
    public async Task A_shell_that_suspends_itself_where_nobody_could_resume_it_goes_on()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");

        await recorded.RunAsync("suspend");
        await recorded.RunAsync("echo after");
        await recorded.ExitAsync();

        Assert.Equal("after\r\n", recorded.Command("echo after").Output);
    }

    [Fact]
    public async Task A_pasted_text_arrives_whole()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        var lines = string.Concat(Enumerable.Range(0, 400).Select(i => $"line {i} äöü 'quoted'\n"));

        recorded.Terminal.Type("cat >pasted\r");
        await recorded.Terminal.WaitForAsync("cat >pasted\r\n");
        recorded.Terminal.Type(lines);
        await recorded.Terminal.WaitForAsync("line 399 äöü 'quoted'\r\n");
        recorded.Terminal.Type("\x04");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        recorded.Terminal.Type("\e[200~echo one\necho two\e[201~");
        await recorded.RunAsync("");
        await recorded.ExitAsync();

        Assert.Equal(
            lines,
            await File.ReadAllTextAsync(
                Path.Combine(recorded.Repository, "pasted"),
                TestContext.Current.CancellationToken
            )
        );
        // bash runs a pasted text line by line, without a prompt between.
        Assert.Equal(
            [("echo one", "one\r\n"), ("echo two", "two\r\n")],
            recorded.Commands().Skip(1).Take(2).Select(command => (command.Typed.Command, command.Output))
        );
    }

    [Fact]
    public async Task A_nested_shell_is_one_command_and_says_so()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");

        recorded.Terminal.Type("sh\r");
        await recorded.Terminal.WaitForAsync("# ");
        recorded.Terminal.Type("echo within\rexit\r");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        await recorded.ExitAsync();

        var nested = recorded.Command("sh");
        Assert.True(nested.Typed.IsUnmarkedShell);
        Assert.Contains("within", nested.Output, StringComparison.Ordinal);
        Assert.Null(recorded.Command("exit").Typed.IsUnmarkedShell);
    }

    [Fact]
    public async Task A_killed_recorder_leaves_what_a_prompt_followed_and_the_next_goes_on()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        await recorded.RunAsync("echo first");
        await recorded.RunAsync("echo second");

        await recorded.UntilOnDiskAsync("echo second");
        Process.GetProcessById(recorded.Terminal.ProcessId).Kill();
        Assert.Equal(137, await recorded.Terminal.ExitAsync());
        recorded.Record("--shell", "/bin/bash");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        await recorded.RunAsync("echo third");
        await recorded.ExitAsync();

        Assert.Equal(
            ["echo first", "echo second", "echo third", "exit"],
            recorded.Commands().Select(command => command.Typed.Command)
        );
    }

    [Fact]
    public async Task A_shell_told_to_end_hangs_up_and_the_recording_is_whole()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        await recorded.RunAsync("echo first");

        using var kill = Process.Start("kill", ["-TERM", $"{recorded.Terminal.ProcessId}"]);

        Assert.Equal(143, await recorded.Terminal.ExitAsync());
        Assert.Equal("first\r\n", recorded.Command("echo first").Output);
    }
}
