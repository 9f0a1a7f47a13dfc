using Datacurve.Cli.Capture.Terminal;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary>
/// A real bash, zsh and fish, typed into: each behaves as without us, and what is done is recorded.
/// </summary>
public sealed class ShellSessionTests
{
    private const string Vim = "vim -u NONE -n -c \"au VimResized * echo 'now' &columns\" notes.txt";

    public static TheoryData<string> Shells => ["bash", "zsh", "fish"];

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Commands_are_recorded_with_output_exit_code_folder_and_size(string shell)
    {
        await using var recorded = await RecordedShell.StartAsync(shell);

        await recorded.RunAsync("echo héllo");
        await recorded.RunAsync("cd ..");
        await recorded.RunAsync("false");
        await recorded.RunAsync("cat repository/notes.txt");
        var exitCode = await recorded.ExitAsync("exit 7");

        Assert.Equal(7, exitCode);
        Assert.Equal(
            ["echo héllo", "cd ..", "false", "cat repository/notes.txt", "exit 7"],
            recorded.Commands().Select(command => command.Typed.Command)
        );
        var hello = recorded.Command("echo héllo");
        Assert.EndsWith("héllo\r\n", hello.Output, StringComparison.Ordinal);
        Assert.Equal((0, (100, 30)), (hello.Exit!.ExitCode, (hello.Typed.Columns, hello.Typed.Rows)));
        Assert.Equal(recorded.Repository, hello.Typed.Cwd);
        Assert.Equal(recorded.Repository, recorded.Command("cd ..").Typed.Cwd);
        Assert.Equal(Path.GetDirectoryName(recorded.Repository), recorded.Command("cd ..").Exit!.Cwd);
        Assert.Equal(1, recorded.Command("false").Exit!.ExitCode);
        Assert.Equal(7, recorded.Command("exit 7").Exit!.ExitCode);
        Assert.Contains("one\r\ntwo\r\n", recorded.Commands()[3].Output, StringComparison.Ordinal);
        Assert.Equal(shell, hello.Typed.Shell.ToString().ToLowerInvariant());
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Ctrl_C_ends_a_command_and_not_the_session(string shell)
    {
        await using var recorded = await RecordedShell.StartAsync(shell);

        var command = await recorded.ForegroundCommandAsync();
        recorded.Terminal.Type(command + "\r");
        await recorded.Terminal.WaitForAsync("begun\r\n");
        recorded.Terminal.Type("\x03");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        await recorded.RunAsync("echo after");
        await recorded.ExitAsync();

        Assert.Equal(130, recorded.Command(command).Exit!.ExitCode);
        Assert.Contains("after", recorded.Command("echo after").Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task A_password_typed_at_a_prompt_is_nowhere_on_disk(string shell)
    {
        var password = "correct" + "-horse-" + Guid.NewGuid().ToString("N");
        await using var recorded = await RecordedShell.StartAsync(shell);

        // bash prints the prompt a moment before it turns the echo off, and this typist is faster than any.
        recorded.Terminal.Type(
            "bash -c '(sleep 1; echo now >&2) & read -rsp \"Password: \" p; echo \" got ${#p}\"'\r"
        );
        await recorded.Terminal.WaitForAsync("Password: ");
        await recorded.Terminal.WaitForAsync("now\r\n");
        recorded.Terminal.Type(password + "\r");
        await recorded.Terminal.WaitForAsync($" got {password.Length}");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        recorded.Terminal.Type("ssh-keygen -q -t ed25519 -f ../key\r");
        await recorded.Terminal.WaitForAsync("passphrase");
        recorded.Terminal.Type(password + "\r");
        await recorded.Terminal.WaitForAsync("again");
        recorded.Terminal.Type(password + "\r");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        await recorded.ExitAsync();

        Assert.True(File.Exists(Path.Combine(recorded.Repository, "../key")));
        Assert.DoesNotContain(password, recorded.EverythingOnDisk(), StringComparison.Ordinal);
        Assert.Equal(3, recorded.Commands().Count);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task What_is_typed_and_taken_back_is_not_recorded(string shell)
    {
        await using var recorded = await RecordedShell.StartAsync(shell);

        recorded.Terminal.Type("secret-typed-at-the-wrong-place");
        await recorded.Terminal.WaitForAsync("place");
        recorded.Terminal.Type("\x15");
        await recorded.RunAsync("echo done");
        await recorded.ExitAsync();

        Assert.DoesNotContain("secret-typed", recorded.EverythingOnDisk(), StringComparison.Ordinal);
        Assert.Equal(["echo done", "exit"], recorded.Commands().Select(command => command.Typed.Command));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Vim_edits_a_file_and_sees_the_terminal_change_its_size(string shell)
    {
        await using var recorded = await RecordedShell.StartAsync(shell);

        recorded.Terminal.Type(Vim + "\r");
        await recorded.Terminal.WaitForAsync("notes.txt\"");
        recorded.Terminal.Resize(new TerminalSize(71, 17));
        await recorded.Terminal.WaitForAsync("now 71");
        recorded.Terminal.Type("ggOzero\e:put =string(&columns).'x'.string(&lines)\r:wq\r");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        var size = await recorded.RunAsync("stty size");
        await recorded.ExitAsync();

        Assert.Equal(
            "zero\n71x17\none\ntwo\n",
            await File.ReadAllTextAsync(
                Path.Combine(recorded.Repository, "notes.txt"),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Contains("17 71", size, StringComparison.Ordinal);
        Assert.Equal(0, recorded.Command(Vim).Exit!.ExitCode);
        Assert.Equal(71, recorded.Command("stty size").Typed.Columns);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Forged_marks_are_ordinary_output(string shell)
    {
        await using var recorded = await RecordedShell.StartAsync(shell);
        var nonce = new string('0', 32);
        var forged = $"\e]633;E;{nonce};rm -rf /\a\e]133;C;{nonce}\ainside\e]133;D;{nonce};0\a";
        await File.WriteAllTextAsync(
            Path.Combine(recorded.Repository, "forged"),
            forged,
            TestContext.Current.CancellationToken
        );

        var seen = await recorded.RunAsync("cat forged");
        await recorded.ExitAsync();

        Assert.Contains(forged, seen, StringComparison.Ordinal);
        Assert.Contains(forged, recorded.Command("cat forged").Output, StringComparison.Ordinal);
        Assert.Equal(["cat forged", "exit"], recorded.Commands().Select(command => command.Typed.Command));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task The_nonce_is_not_in_the_environment_of_commands(string shell)
    {
        await using var recorded = await RecordedShell.StartAsync(shell);

        await recorded.RunAsync("env");
        await recorded.ExitAsync();

        var environment = recorded.Commands()[0].Output;
        Assert.Contains("DATACURVE_RECORDING=", environment, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", environment);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    public async Task An_exported_prompt_lets_no_command_mark_anything(string shell)
    {
        await using var recorded = await RecordedShell.StartAsync(shell);
        await File.WriteAllTextAsync(
            Path.Combine(recorded.Home, "forge.py"),
            """
            import os, re
            for nonce in set(re.findall("[0-9a-f]{32}", str(os.environ))):
                print(f"\x1b]133;D;{nonce};0\a\x1b]633;E;{nonce};pytest\a\x1b]133;C;{nonce}\a1 passed")
                print(f"\x1b]133;D;{nonce};0\a")
            """,
            TestContext.Current.CancellationToken
        );

        // As the activate of a Python environment does it.
        await recorded.RunAsync("PS1=\"(venv) ${PS1-}\"; export PS1");
        await recorded.RunAsync("env | grep -c '^PS1='");
        await recorded.RunAsync("python3 ~/forge.py");
        await recorded.RunAsync("export PS1; python3 ~/forge.py");
        await recorded.RunAsync("export PS1; bash --norc");
        await recorded.RunAsync("echo within");
        await recorded.RunAsync("exit");
        await recorded.ExitAsync();

        Assert.Equal(
            [
                "PS1=\"(venv) ${PS1-}\"; export PS1",
                "env | grep -c '^PS1='",
                "python3 ~/forge.py",
                "export PS1; python3 ~/forge.py",
                "export PS1; bash --norc",
                "exit",
            ],
            recorded.Commands().Select(command => command.Typed.Command)
        );
        Assert.Equal("0\r\n", recorded.Commands()[1].Output);
        Assert.Contains("within", recorded.Commands()[4].Output, StringComparison.Ordinal);
        Assert.Equal(0, recorded.Commands()[4].Exit!.ExitCode);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    public async Task Marks_go_to_the_terminal_wherever_the_shell_sends_its_output(string shell)
    {
        await using var recorded = await RecordedShell.StartAsync(shell);

        await recorded.RunAsync("exec >log.txt");
        await recorded.RunAsync("echo logged");
        await recorded.RunAsync("exec >/dev/tty");
        await recorded.RunAsync("echo after");
        await recorded.ExitAsync();

        var log = await File.ReadAllTextAsync(
            Path.Combine(recorded.Repository, "log.txt"),
            TestContext.Current.CancellationToken
        );
        Assert.Contains("logged\n", log, StringComparison.Ordinal);
        Assert.DoesNotContain("133;", log, StringComparison.Ordinal);
        Assert.Equal(0, recorded.Command("echo logged").Exit!.ExitCode);
        Assert.Equal("after\r\n", recorded.Command("echo after").Output);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    public async Task A_trace_of_commands_shows_the_users_alone(string shell)
    {
        await using var recorded = await RecordedShell.StartAsync(shell);

        await recorded.RunAsync("set -x");
        await recorded.RunAsync("echo traced");
        await recorded.RunAsync("set +x");
        await recorded.ExitAsync();

        Assert.DoesNotContain("__datacurve", recorded.Terminal.Screen, StringComparison.Ordinal);
        Assert.Contains(" echo traced\r\n", recorded.Command("echo traced").Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task A_megabyte_of_colours_is_recorded_byte_for_byte(string shell)
    {
        await using var recorded = await RecordedShell.StartAsync(shell);
        var lines = Enumerable
            .Range(0, 20_000)
            .Select(i => $"\e[3{i % 8}mline {i} {new string('x', 30)}\e[0m\n");
        await File.WriteAllTextAsync(
            Path.Combine(recorded.Repository, "colours"),
            string.Concat(lines),
            TestContext.Current.CancellationToken
        );

        await recorded.RunAsync("cat colours");
        await recorded.ExitAsync();

        var output = recorded.Command("cat colours").Output;
        var expected = string.Concat(lines).Replace("\n", "\r\n", StringComparison.Ordinal);
        Assert.EndsWith(expected, output, StringComparison.Ordinal);
        var chunks = recorded.Events().Select(e => e.Payload).OfType<TerminalOutput>().ToList();
        Assert.DoesNotContain(chunks, chunk => chunk.IsTruncated);
        Assert.True(chunks.Count > 10);
    }
}
