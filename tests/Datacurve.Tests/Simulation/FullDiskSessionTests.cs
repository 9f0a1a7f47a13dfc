using System.Diagnostics;
using Datacurve.Cli.Demo;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Replay;

namespace Datacurve.Tests.Simulation;

/// <summary>A session whose recording has no room any more.</summary>
public sealed class FullDiskSessionTests
{
    private const int DiskBytes = 4 << 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_ends_as_its_shell_does_and_says_what_is_lost()
    {
        using var disk = await SmallDisk.MakeAsync(DiskBytes);
        using var repository = new ScratchFolder();
        GitDiff.Run(repository.Path, "init", "-q");
        GitDiff.Run(repository.Path, "commit", "-q", "--allow-empty", "-m", "Begin");
        var work = $"cat /dev/zero >{disk.Of("filler")}; echo one >a.txt; exit 5";
        var tool = DatacurveTool.StartOf("record", "--", "sh", "-c", work);
        const string there = "cd \"$0\" && exec \"$@\"";
        var command = disk.On(["sh", "-c", there, repository.Path, tool.FileName, .. tool.ArgumentList]);
        var start = new ProcessStartInfo(command[0], command[1..]);
        foreach (var (name, value) in tool.Environment)
            start.Environment[name] = value;
        start.Environment["XDG_DATA_HOME"] = disk.Of("data");

        var ended = await ChildProcess.RunAsync(start, Ct);

        Assert.True(ended.ExitCode == 5, $"{ended.ExitCode}: {ended.StderrText}");
        Assert.Contains("Recorded 1 command", ended.StderrText, StringComparison.Ordinal);
        Assert.Contains(
            "the last events are lost: No space left",
            ended.StderrText,
            StringComparison.Ordinal
        );
    }
}
