using System.Diagnostics;
using System.Net.Sockets;
using Datacurve.Cli.Demo;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;
using Datacurve.Tests.Cli.Spool;

namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary>A machine on which something is not as usual: each time a sentence that says what.</summary>
public sealed class OddEnvironmentTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_that_the_users_git_settings_ignore_are_not_recorded_wherever_those_lie()
    {
        await using var recorded = await RecordedShell.PrepareAsync("bash");
        var ignored = Path.Combine(recorded.Home, "ignored");
        var settings = Path.Combine(recorded.Home, "elsewhere");
        await File.WriteAllTextAsync(ignored, "diary.txt\n", Ct);
        await File.WriteAllTextAsync(settings, $"[core]\nexcludesFile = {ignored}\n", Ct);
        recorded.Starter = ["env", $"GIT_CONFIG_GLOBAL={settings}"];
        recorded.Record("--shell", "/bin/bash");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);

        await recorded.RunAsync("echo private >diary.txt; echo three >>notes.txt");
        await recorded.ExitAsync();

        var edits = recorded.Events().Select(e => e.Payload).OfType<FileEdit>();
        Assert.Equal(["notes.txt"], edits.Select(edit => edit.FilePath));
    }

    [Fact]
    public async Task A_repository_that_breaks_before_the_end_does_not_change_how_the_session_ends()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");

        var exitCode = await recorded.ExitAsync("rm .git/HEAD; mkdir .git/HEAD; exit 3");

        Assert.Equal(3, exitCode);
        await recorded.Terminal.WaitForAsync("`datacurve push` sends it.");
    }

    [Fact]
    public async Task A_repository_that_is_gone_at_the_end_is_named()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");

        await recorded.ExitAsync("cd ..; mv repository elsewhere; exit");

        await recorded.Terminal.WaitForAsync($"for a while: {recorded.Repository} is gone.");
    }

    [Fact]
    public async Task What_git_refuses_is_passed_on()
    {
        await using var recorded = await RecordedShell.PrepareAsync("bash");
        recorded.Starter = ["env", "GIT_TEST_ASSUME_DIFFERENT_OWNER=1"];

        recorded.Record();

        await recorded.Terminal.WaitForAsync("dubious ownership");
        Assert.Equal(2, await recorded.Terminal.ExitAsync());
    }

    [Fact]
    public async Task A_folder_for_temporary_files_that_is_gone_is_named_and_no_recording_is_begun()
    {
        await using var recorded = await RecordedShell.PrepareAsync("bash");
        recorded.Starter = ["env", "TMPDIR=/nowhere"];

        recorded.Record("--shell", "/bin/bash");

        await recorded.Terminal.WaitForAsync("There is no folder /nowhere/ for temporary files.");
        Assert.Equal(2, await recorded.Terminal.ExitAsync());
        Assert.Empty(recorded.Store.List());
    }

    [Fact]
    public async Task A_recorder_that_is_stopped_is_said_to_be()
    {
        // Whoever started it would let it go on.
        await using var recorded = await RecordedShell.PrepareAsync("bash");
        recorded.Starter = ["sh", "-c", "\"$@\"; true", "sh"];
        recorded.Record("--shell", "/bin/bash");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        var id = recorded.Store.List().Single().Manifest.RecordingId;
        var held = Assert.Throws<RecordingHeldException>(() => recorded.Store.Open(id));
        var pid = $"{held.Holder!.Pid}";
        await ChildProcess.RunAsync(new ProcessStartInfo("kill", ["-STOP", pid]), Ct);
        try
        {
            string[] note = ["note", "plan", "x", "--recording", id];
            var refused = await DatacurveTool.RunAsync(recorded.Environment, note);

            Assert.Equal(2, refused.ExitCode);
            Assert.StartsWith($"Process {pid}, which records, is stopped.", refused.StderrText, Ordinal);
        }
        finally
        {
            await ChildProcess.RunAsync(new ProcessStartInfo("kill", ["-CONT", pid]), Ct);
        }
        await recorded.ExitAsync();
    }

    [Fact]
    public async Task A_recorder_that_had_no_descriptor_left_for_a_while_takes_notes_again()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        var id = recorded.Store.List().Single().Manifest.RecordingId;
        var held = Assert.Throws<RecordingHeldException>(() => recorded.Store.Open(id)).Holder!;
        var pid = $"{held.Pid}";
        await LimitAsync(pid, "3:");
        using (var turnedAway = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await turnedAway.ConnectAsync(new UnixDomainSocketEndPoint(held.Socket!), Ct);
            await Task.Delay(500, Ct);
        }
        await LimitAsync(pid, "1024:");

        string[] note = ["note", "plan", "still here", "--recording", id];
        var noted = DatacurveTool.RunAsync(recorded.Environment, note);

        Assert.Equal(0, (await noted.WaitAsync(TimeSpan.FromSeconds(60), Ct)).ExitCode);
        await recorded.ExitAsync();
        Assert.Contains(recorded.Events(), one => one.Payload is Thought);

        static async Task LimitAsync(string pid, string descriptors)
        {
            var limit = new ProcessStartInfo("prlimit", ["--pid", pid, $"--nofile={descriptors}"]);
            Assert.Equal(0, (await ChildProcess.RunAsync(limit, Ct)).ExitCode);
        }
    }

    [Fact]
    public async Task Without_git_the_sentence_names_git()
    {
        var environment = new Dictionary<string, string> { ["PATH"] = "/nowhere" };

        var result = await DatacurveTool.RunAsync(environment, "record");

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("git is needed, and cannot be started here", result.StderrText, Ordinal);
    }

    [Theory]
    [InlineData("record")]
    [InlineData("status")]
    public async Task A_folder_that_is_gone_is_said(string command)
    {
        using var spool = new SpoolUnderTest();
        using var folder = new TempFolder();
        var tool = DatacurveTool.StartOf(command);
        var gone = new ProcessStartInfo(
            "sh",
            [
                "-c",
                "mkdir \"$0\"; cd \"$0\"; rmdir \"$0\"; exec \"$@\"",
                folder.Combine("gone"),
                tool.FileName,
                .. tool.ArgumentList,
            ]
        );
        foreach (var (name, value) in spool.Environment)
            gone.Environment[name] = value;

        var result = await ChildProcess.RunAsync(gone, Ct);

        Assert.Equal((2, "The folder that you are in is gone.\n"), (result.ExitCode, result.StderrText));
    }

    [Theory]
    [InlineData("drop", "")]
    [InlineData("drop", "--file", "")]
    [InlineData("note", "plan", "x", "--about", "")]
    public async Task An_empty_name_is_wrong_usage(params string[] command)
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();

        var result = await DatacurveTool.RunAsync(
            spool.Environment,
            [.. command, "--recording", recording.Id]
        );

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("takes", result.StderrText, Ordinal);
        Assert.Contains("--help` says what there is", result.StderrText, Ordinal);
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;
}
