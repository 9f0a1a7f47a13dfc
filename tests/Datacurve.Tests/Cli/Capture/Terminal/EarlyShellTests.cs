using System.Globalization;

namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary>The shell reads its scripts while the repository is read.</summary>
public sealed class EarlyShellTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task The_shell_is_there_before_the_repository_was_read()
    {
        await using var recorded = await PrepareAsync(
            """
            for try in $(seq 100); do
                [ -e "$HOME/shell" ] && touch "$HOME/beside" && break
                sleep 0.1
            done
            """
        );

        recorded.Record("--shell", "/bin/bash");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        await recorded.RunAsync("echo three >>notes.txt");
        await recorded.ExitAsync();

        Assert.True(File.Exists(Path.Combine(recorded.Home, "beside")));
        Assert.Equal(
            ["echo three >>notes.txt", "exit"],
            recorded.Commands().Select(one => one.Typed.Command)
        );
    }

    [Fact]
    public async Task A_repository_that_cannot_be_read_ends_the_shell_that_reads_its_scripts()
    {
        await using var recorded = await PrepareAsync(
            """
            while ! [ -s "$HOME/shell" ]; do sleep 0.1; done
            exit 1
            """,
            "exec sleep 60"
        );

        recorded.Record("--shell", "/bin/bash");

        await recorded.Terminal.WaitForAsync("git ls-tree failed");
        Assert.Equal(2, await recorded.Terminal.ExitAsync());
        var shell = await File.ReadAllTextAsync(Path.Combine(recorded.Home, "shell"));
        var started = TimeProvider.System.GetTimestamp();
        while (IsAlive(int.Parse(shell, CultureInfo.InvariantCulture)))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "the shell still runs");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>With a git that does something before it lists the commit's files.</summary>
    private static async Task<RecordedShell> PrepareAsync(string beforeListing, string configuration = "")
    {
        var recorded = await RecordedShell.PrepareAsync("bash", $"echo $$ >\"$HOME/shell\"; {configuration}");
        var folder = Directory.CreateDirectory(Path.Combine(recorded.Home, "bin")).FullName;
        var git = Path.Combine(folder, "git");
        await File.WriteAllTextAsync(
            git,
            $"""
            #!/bin/sh
            case "$*" in *ls-tree*)
            {beforeListing}
            esac
            exec /usr/bin/git "$@"

            """
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(
                git,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        recorded.Starter = ["env", $"PATH={folder}:{Environment.GetEnvironmentVariable("PATH")}"];
        return recorded;
    }

    private static bool IsAlive(int processId) => Directory.Exists($"/proc/{processId}");
}
