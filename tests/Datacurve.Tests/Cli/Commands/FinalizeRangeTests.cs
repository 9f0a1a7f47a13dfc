using System.Text;
using Datacurve.Cli.Spool;
using Datacurve.Tests.Api;
using Datacurve.Tests.Cli.Capture.Terminal;
using Datacurve.Tests.Simulation;

namespace Datacurve.Tests.Cli.Commands;

/// <summary>The fix of <c>finalize --range</c>, told as its edits were recorded.</summary>
public sealed class FinalizeRangeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Line_ends_that_git_stores_otherwise_are_those_of_the_working_tree()
    {
        await using var recorded = await RecordedShell.PrepareAsync("bash");
        await RecordedShell.GitAsync(recorded.Repository, "config", "core.autocrlf", "true");
        await RecordedShell.GitAsync(recorded.Repository, "rm", "-q", "--cached", "notes.txt");
        await RecordedShell.GitAsync(recorded.Repository, "reset", "-q", "--hard");
        var notes = Path.Combine(recorded.Repository, "notes.txt");
        Assert.Equal("one\r\ntwo\r\n", await File.ReadAllTextAsync(notes, Ct));
        recorded.Record("--shell", "/bin/bash");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        await recorded.RunAsync("sed -i s/two/2/ notes.txt");
        await recorded.RunAsync("git -c user.name=A -c user.email=a@example.org commit -qam 'Say 2'");
        await recorded.ExitAsync();

        var (diff, replay) = await FinalizeAsync(recorded);

        Assert.EndsWith(" one\r\n-two\r\n+2\r\n", diff, StringComparison.Ordinal);
        Assert.Contains("exact: 1 edit leads", replay, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_changed_after_the_commit_is_not_in_it()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        await recorded.RunAsync("echo three >>notes.txt");
        await recorded.RunAsync("git -c user.name=A -c user.email=a@example.org commit -qam 'Say three'");
        await recorded.RunAsync("echo four >>notes.txt");
        await recorded.ExitAsync();

        var (diff, _) = await FinalizeAsync(recorded);

        Assert.EndsWith("+three\n", diff, StringComparison.Ordinal);
    }

    private static async Task<(string Diff, string Errors)> FinalizeAsync(RecordedShell recorded)
    {
        using var data = new ScratchFolder();
        using var server = await ServerProcess.StartAsync(data.Path);
        var files = new RecordingFolder(recorded.RecordingFolder);
        var finalized = await DatacurveTool.RunAsync(
            recorded.Environment,
            "finalize",
            "--range",
            $"{files.ReadManifest()!.ReadTrace().Repo.CommitBase}..HEAD",
            "--recording",
            Path.GetFileName(recorded.RecordingFolder),
            "--url",
            server.Client.BaseAddress!.ToString()
        );
        Assert.True(finalized.ExitCode == 0, finalized.StderrText);
        var trace = await server.Client.GetTraceAsync(files.ReadShipment().TraceId!);
        var blobId = trace["final_state"]!["pr"]!["diff_blob_id"]!.GetValue<string>();
        var diff = (await server.Client.GetAnswerAsync($"/blobs/{blobId}")).Body;
        return (Encoding.UTF8.GetString(diff), finalized.StderrText);
    }
}
