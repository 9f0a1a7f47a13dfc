using System.Diagnostics;
using Datacurve.Cli.Demo;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Demo;

/// <summary>Plays the bundled session for real and looks at what was recorded.</summary>
public sealed class SampleFixTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_session_is_recorded_as_it_was_played()
    {
        using var played = await PlayAsync(SessionVariant.Normal);

        var seqs = played.Events.Select(recorded => recorded.Seq).ToList();
        Assert.Equal(Enumerable.Range(1, seqs.Count).Select(seq => (long)seq), seqs);
        Assert.Equal([true, false, true], played.Payloads<TestRun>().Select(run => run.Passed));
        Assert.Equal(
            played.Session.Steps.OfType<SessionStep.Think>().Select(step => (step.Kind, step.Text)),
            played.Payloads<Thought>().Select(note => (note.Kind, played.Text(note.ContentBlobId)))
        );
        Assert.Equal(
            played.Session.Steps.OfType<SessionStep.Edit>().Select(step => step.Path),
            played.Payloads<FileEdit>().Select(edit => edit.FilePath)
        );
        Assert.Equal(
            [("freebusy/intervalset.py", "difference"), ("freebusy/intervalset.py", "_merged")],
            played.Payloads<Navigation>().Select(look => (look.FilePath, look.Symbol!))
        );
        Assert.Equal(played.Payloads<TerminalCommand>().Count(), played.Payloads<TerminalExit>().Count());
        Assert.Equal("exit", played.Payloads<TerminalCommand>().Last().Command);
    }

    [Fact]
    public async Task Commands_really_run_and_show_the_bug_and_its_end()
    {
        using var played = await PlayAsync(SessionVariant.Normal);

        var printed = played
            .Payloads<TerminalOutput>()
            .Select(output => played.Text(output.ChunkBlobId))
            .ToList();

        Assert.Contains(
            printed,
            text => text.StartsWith("free: 08:00-09:00 10:30-17:00\r\n", StringComparison.Ordinal)
        );
        Assert.Contains(
            printed,
            text => text.StartsWith("before difference: IntervalSet(9-11)", StringComparison.Ordinal)
        );
        Assert.Contains(printed, text => text.StartsWith("0 of 2000 sets wrong", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Normal")]
    [InlineData("NoThoughts")]
    [InlineData("NoTests")]
    [InlineData("UnrelatedEdits")]
    public async Task The_recorded_patches_lead_from_the_snapshot_to_the_working_tree(string variant)
    {
        using var played = await PlayAsync(Enum.Parse<SessionVariant>(variant));
        using var byEdits = played.UnpackBase();

        foreach (var edit in played.Payloads<FileEdit>())
        {
            var path = byEdits.Combine(edit.FilePath);
            Assert.Equal(edit.PreHash, BlobId.Of(await File.ReadAllBytesAsync(path, Ct)).ToString());
            await ApplyAsync(byEdits, played.Content(edit.PatchBlobId));
            Assert.Equal(edit.PostHash, BlobId.Of(await File.ReadAllBytesAsync(path, Ct)).ToString());
        }

        Assert.Equal(Contents(played.Repository.Directory), Contents(byEdits.Path));
    }

    [Fact]
    public async Task The_commit_is_the_one_that_git_made()
    {
        using var played = await PlayAsync(SessionVariant.Normal);

        var commit = Assert.Single(played.Payloads<Commit>());

        Assert.Equal(await played.Repository.ResolveAsync("HEAD", Ct), commit.CommitSha);
        Assert.Equal([played.Trace.Repo.CommitBase], commit.ParentShas);
        Assert.StartsWith("Keep the later end when merging", commit.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_tests_nothing_is_run_and_without_thoughts_nothing_is_noted()
    {
        using var untested = await PlayAsync(SessionVariant.NoTests);
        using var unsaid = await PlayAsync(SessionVariant.NoThoughts);

        Assert.Empty(untested.Payloads<TestRun>());
        Assert.Equal(2, untested.Payloads<TerminalCommand>().Count());
        Assert.NotEmpty(untested.Payloads<Thought>());
        Assert.Empty(unsaid.Payloads<Thought>());
        Assert.NotEmpty(unsaid.Payloads<TestRun>());
    }

    private static Task<PlayedSession> PlayAsync(SessionVariant variant) =>
        PlayedSession.PlayAsync(new SampleFix(variant));

    private static async Task ApplyAsync(TempFolder folder, byte[] patch)
    {
        using var scratch = new TempFolder();
        await File.WriteAllBytesAsync(scratch.Combine("patch"), patch, Ct);
        var start = new ProcessStartInfo("git", ["apply", "--whitespace=nowarn", scratch.Combine("patch")])
        {
            WorkingDirectory = folder.Path,
            Environment = { ["GIT_CEILING_DIRECTORIES"] = Path.GetTempPath() },
        };
        var applied = await ChildProcess.RunAsync(start, Ct);
        Assert.True(applied.ExitCode == 0, applied.StderrText);
    }

    private static SortedDictionary<string, string> Contents(string folder) =>
        new(
            Directory
                .GetFiles(folder, "*", SearchOption.AllDirectories)
                .Select(path => path[folder.Length..])
                .Where(path => !path.StartsWith("/.git/", StringComparison.Ordinal))
                .ToDictionary(path => path, path => File.ReadAllText(folder + path)),
            StringComparer.Ordinal
        );
}
