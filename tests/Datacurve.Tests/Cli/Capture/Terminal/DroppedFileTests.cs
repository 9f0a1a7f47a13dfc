using System.Diagnostics;
using Datacurve.Cli.Demo;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary>What a developer takes out of, or keeps out of, a session that goes on.</summary>
public sealed class DroppedFileTests
{
    private const string Private = "hunting-for-a-new-job";
    private static readonly string Tool = DatacurveTool.Typed;
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_is_dropped_while_its_session_goes_on_is_nowhere_on_disk()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        await recorded.RunAsync($"echo {Private} >priv.txt");
        await UntilEditsAsync(recorded, 1);
        await recorded.RunAsync("rm priv.txt");
        await UntilEditsAsync(recorded, 2);
        var before = await FilesWithAsync(recorded);

        await recorded.RunAsync($"{Tool} drop --file priv.txt");

        var within = await FilesWithAsync(recorded);
        await recorded.ExitAsync();
        Assert.NotEqual("", before);
        Assert.Equal("", within);
        Assert.Equal("", await FilesWithAsync(recorded));
        Assert.DoesNotContain(recorded.Events(), e => e.Payload is FileEdit);
    }

    [Fact]
    public async Task A_session_that_goes_on_after_a_pause_records_and_says_so()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        await recorded.RunAsync($"{Tool} pause");
        await RecordedShell.GitAsync(recorded.Repository, "commit", "--allow-empty", "-qm", "unseen");
        await recorded.ExitAsync();

        recorded.Record("--shell", "/bin/bash");
        var opened = await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        await recorded.RunAsync("echo after");
        await recorded.ExitAsync();

        Assert.Contains("was paused", opened, StringComparison.Ordinal);
        Assert.Equal("after\r\n", recorded.Command("echo after").Output);
        Assert.DoesNotContain(recorded.Events(), e => e.Payload is Commit);
    }

    private static async Task UntilEditsAsync(RecordedShell recorded, int edits)
    {
        while (recorded.Events().Count(e => e.Payload is FileEdit) < edits)
            await Task.Delay(50, Ct);
    }

    // The recorder holds files that only a program that asks for no lock can read.
    private static async Task<string> FilesWithAsync(RecordedShell recorded) =>
        (
            await ChildProcess.RunAsync(
                new ProcessStartInfo("grep", ["-rlas", "-D", "skip", Private, recorded.Data]),
                Ct
            )
        ).StdoutText;
}
