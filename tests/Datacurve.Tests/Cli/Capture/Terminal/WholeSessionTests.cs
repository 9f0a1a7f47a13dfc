using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary>All that one session leaves: commands, edits, test runs and commits, tied together.</summary>
public sealed class WholeSessionTests
{
    [Fact]
    public async Task Edits_test_runs_and_commits_are_recorded_with_the_command_that_made_them()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        await recorded.RunAsync("sed -i s/two/2/ notes.txt");
        await recorded.RunAsync("python3 -m unittest");
        await recorded.RunAsync("git -c user.name=A -c user.email=a@example.org commit -qam 'Say 2'");
        Assert.Equal(0, await recorded.ExitAsync("exit 0"));
        await recorded.Terminal.WaitForAsync("`datacurve push` sends it.");

        var events = recorded.Events();
        var edit = Assert.Single(events, one => one.Payload is FileEdit);
        var run = Assert.Single(events, one => one.Payload is TestRun);
        var commit = Assert.Single(events, one => one.Payload is Commit);
        Assert.Equal("notes.txt", ((FileEdit)edit.Payload).FilePath);
        Assert.Equal("python3 -m unittest", CommandOf(events, run));
        Assert.Equal("Say 2", ((Commit)commit.Payload).Message);

        var files = new RecordingFolder(recorded.RecordingFolder);
        Assert.True(files.ReadManifest()!.ReadTrace().Artifacts!.ContainsKey("base_snapshot_blob_id"));
        var result = await Faithfulness.CheckAsync(
            files,
            recorded.Repository,
            new CaptureSetup(),
            TestContext.Current.CancellationToken
        );
        Assert.True(result.IsFaithful, CapturedRepository.Describe(result));
    }

    private static string CommandOf(IReadOnlyList<TraceEvent> events, TraceEvent made)
    {
        var cause = made.Context!.CorrelationId;
        var typed = events.Single(one => one.EventId.ToString() == cause).Payload;
        return ((TerminalCommand)typed).Command;
    }
}
