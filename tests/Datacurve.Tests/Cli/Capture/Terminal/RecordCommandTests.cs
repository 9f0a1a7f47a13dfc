using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary><c>datacurve record</c> itself: what it refuses, what it says, and what is no shell.</summary>
public sealed class RecordCommandTests
{
    [Fact]
    public async Task Outside_a_repository_it_says_so()
    {
        using var folder = new TempFolder();
        var start = DatacurveTool.StartOf("record");
        start.WorkingDirectory = folder.Path;

        var result = await Datacurve.Cli.Demo.ChildProcess.RunAsync(
            start,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("git", result.StderrText, StringComparison.Ordinal);
        Assert.Equal("", result.StdoutText);
    }

    [Fact]
    public async Task A_second_recording_of_a_repository_is_refused()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");

        var refused = await recorded.RunAsync($"{DatacurveTool.Typed} record; echo $?");
        await recorded.ExitAsync();

        Assert.Contains("recorded already", refused, StringComparison.Ordinal);
        Assert.Contains("2\r\n", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/shell", "--shell", "/no/such/shell")]
    [InlineData("notes.txt", "--shell", "./notes.txt")]
    [InlineData("no-such-program", "--", "no-such-program", "-v")]
    public async Task A_program_that_is_not_there_is_named_and_no_recording_is_begun(
        string named,
        params string[] arguments
    )
    {
        await using var recorded = await RecordedShell.PrepareAsync("bash");

        recorded.Record(arguments);

        await recorded.Terminal.WaitForAsync($"{named} cannot be started");
        Assert.Equal(2, await recorded.Terminal.ExitAsync());
        Assert.Empty(recorded.Store.List());
    }

    [Fact]
    public async Task What_is_said_when_a_recording_goes_on_counts_and_the_rest_stays()
    {
        await using var recorded = await RecordedShell.StartAsync("bash", "", "--title", "It crashes");
        await recorded.ExitAsync();
        recorded.Record("--shell", "/bin/bash", "--description", "On an empty list.", "--test", "make check");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        await recorded.ExitAsync();

        var trace = Assert.Single(recorded.Store.List()).Manifest.ReadTrace();

        Assert.Equal("It crashes", trace.Task.BugReport.Title);
        Assert.Equal("On an empty list.", trace.Task.BugReport.Description);
        Assert.Equal("make check", trace.Environment.Test!.Command);
    }

    [Fact]
    public async Task A_shell_without_integration_is_one_command_that_says_so()
    {
        await using var recorded = await RecordedShell.PrepareAsync("sh");
        recorded.Record("--shell", "/bin/dash");
        await recorded.Terminal.WaitForAsync("# ");
        recorded.Terminal.Type("echo within; exit 4\r");

        Assert.Equal(4, await recorded.Terminal.ExitAsync());
        var shell = Assert.Single(recorded.Commands());
        Assert.Equal((true, Shell.Sh), (shell.Typed.IsUnmarkedShell, shell.Typed.Shell));
        Assert.Equal(4, shell.Exit!.ExitCode);
        Assert.Contains("within\r\n", shell.Output, StringComparison.Ordinal);
        await recorded.Terminal.WaitForAsync("dash does not say where its commands begin");
    }

    [Theory]
    [InlineData("export PS1; exec bash --norc")]
    [InlineData("readonly PROMPT_COMMAND=:")]
    public async Task Where_the_users_configuration_keeps_the_marks_away_it_is_said(string configuration)
    {
        await using var recorded = await RecordedShell.StartAsync("bash", configuration);

        await recorded.RunAsync("echo within");
        await recorded.ExitAsync();

        await recorded.Terminal.WaitForAsync("did not say where its commands begin");
        Assert.Contains("within\r\n", Assert.Single(recorded.Commands()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recording_whose_input_has_ended_ends()
    {
        // The shell throws away what was typed before it reads.
        await using var recorded = await RecordedShell.PrepareAsync(
            "bash",
            "python3 -c 'import termios, time; time.sleep(1); termios.tcflush(0, termios.TCIFLUSH)'"
        );
        recorded.Starter = ["sh", "-c", "exec \"$@\" </dev/null", "sh"];

        recorded.Record("--shell", "/bin/bash");

        Assert.Equal(0, await recorded.Terminal.ExitAsync());
    }

    [Theory]
    [InlineData("printf 'echo hi' | \"$@\"", "echo hi")]
    [InlineData("printf 'cat\\nhi' | \"$@\"", "cat")]
    public async Task A_last_line_that_does_not_end_is_run_and_the_recording_ends(string starter, string line)
    {
        await using var recorded = await RecordedShell.PrepareAsync("bash");
        recorded.Starter = ["sh", "-c", starter, "sh"];

        recorded.Record("--shell", "/bin/bash");

        Assert.Equal(0, await recorded.Terminal.ExitAsync());
        Assert.Contains("hi\r\n", recorded.Command(line).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recording_without_any_input_ends()
    {
        await using var recorded = await RecordedShell.PrepareAsync("bash");
        recorded.Starter = ["sh", "-c", "exec \"$@\" <&-", "sh"];

        recorded.Record("--shell", "/bin/bash");

        Assert.Equal(0, await recorded.Terminal.ExitAsync());
    }

    [Fact]
    public async Task A_command_is_recorded_in_place_of_a_shell()
    {
        await using var recorded = await RecordedShell.PrepareAsync("bash");
        recorded.Record("--", "sh", "-c", "echo out; echo err >&2; exit 5");

        Assert.Equal(5, await recorded.Terminal.ExitAsync());
        var command = Assert.Single(recorded.Commands());
        Assert.Equal("sh -c echo out; echo err >&2; exit 5", command.Typed.Command);
        Assert.Equal("out\r\nerr\r\n", command.Output);
        Assert.Equal(5, command.Exit!.ExitCode);
    }

    [Fact]
    public async Task A_command_whose_output_nobody_takes_any_more_is_hung_up_on()
    {
        await using var recorded = await RecordedShell.PrepareAsync("bash");
        recorded.Starter = ["sh", "-c", "\"$@\" | head -n 1", "sh"];

        recorded.Record("--", "yes");

        Assert.Equal(0, await recorded.Terminal.ExitAsync());
        Assert.Equal(128 + 1, Assert.Single(recorded.Commands()).Exit!.ExitCode);
    }

    [Fact]
    public async Task Nothing_is_printed_into_the_session_but_a_line_or_two_around_it()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        await recorded.RunAsync("echo one");
        await recorded.ExitAsync();

        await recorded.Terminal.WaitForAsync("`datacurve push` sends it.");
        var lines = recorded.Terminal.Screen.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains($"Recording {recorded.Repository}", lines[0], StringComparison.Ordinal);
        Assert.Contains("exit", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain("133;", recorded.Terminal.Screen, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[?1h", recorded.Terminal.Screen, StringComparison.Ordinal);
        Assert.Contains("Recorded", lines[^2], StringComparison.Ordinal);
        Assert.Contains("2 commands", lines[^2], StringComparison.Ordinal);
        Assert.Contains("push", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edits_and_test_runs_are_tied_to_their_commands()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        await recorded.RunAsync("echo three >>notes.txt; sleep 1");
        await recorded.RunAsync("python3 -m unittest");
        await recorded.ExitAsync();

        var events = recorded.Events();
        string? IdOf(string line) =>
            events.Single(e => e.Payload is TerminalCommand c && c.Command == line).EventId.ToString();
        var edit = Assert.Single(events, e => e.Payload is FileEdit);
        var run = Assert.Single(events, e => e.Payload is TestRun);
        var exit = events.Single(e =>
            e.Payload is TerminalExit && e.Context!.CorrelationId == run.Context!.CorrelationId
        );
        Assert.Equal(IdOf("echo three >>notes.txt; sleep 1"), edit.Context!.CorrelationId);
        Assert.Equal(IdOf("python3 -m unittest"), run.Context!.CorrelationId);
        Assert.True(run.Seq > exit.Seq);
    }

    [Theory]
    [InlineData("cp -a . ../copy; rm -rf ../repository", "mv copy repository")]
    [InlineData("mv ../repository ../old", "cp -a old repository")]
    public async Task A_repository_that_is_removed_and_put_back_is_recorded_on(string remove, string putBack)
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        await recorded.RunAsync(remove);
        await recorded.RunAsync($"cd ..; {putBack}; cd repository; echo three >>notes.txt");
        await UntilAsync(recorded, e => e.Payload is FileEdit { FilePath: "notes.txt" });

        await recorded.RunAsync("git -c user.name=t -c user.email=t@t.invalid commit -qam more");
        await UntilAsync(recorded, IsCommit);
        await recorded.RunAsync("echo four >>notes.txt");
        var commit = recorded.Events().Single(IsCommit);
        await UntilAsync(recorded, e => e.Payload is FileEdit && e.Seq > commit.Seq);
        await recorded.ExitAsync();

        static bool IsCommit(TraceEvent e) => e.Payload is Commit;
    }

    [Fact]
    public async Task While_paused_nothing_of_the_terminal_is_recorded()
    {
        var hidden = "only" + "-while-paused";
        await using var recorded = await RecordedShell.StartAsync("bash");
        var tool = DatacurveTool.Typed;
        await recorded.RunAsync($"{tool} pause");
        await recorded.RunAsync($"echo {hidden}");
        await recorded.RunAsync($"{tool} resume");
        await recorded.RunAsync("echo after");
        await recorded.ExitAsync();

        Assert.DoesNotContain(hidden, recorded.EverythingOnDisk(), StringComparison.Ordinal);
        Assert.Equal("after\r\n", recorded.Command("echo after").Output);
    }

    // On disk while the shell is still open, not only when the last look at the tree finds it.
    private static async Task UntilAsync(RecordedShell recorded, Func<TraceEvent, bool> isIt)
    {
        while (!recorded.Events().Any(isIt))
            await Task.Delay(100, TestContext.Current.CancellationToken);
    }
}
