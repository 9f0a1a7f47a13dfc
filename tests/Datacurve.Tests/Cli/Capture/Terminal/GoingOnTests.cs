using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Commands;
using Datacurve.Cli.Demo;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Tests.Cli.Spool;

namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary>What a session goes on with, and what it says of that and of what it left out.</summary>
public sealed class GoingOnTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_line_says_what_is_gone_on_with()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        await recorded.ExitAsync();
        var events = recorded.Events().Count;

        recorded.Record("--shell", "/bin/bash");
        var opened = await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        await recorded.ExitAsync();

        var id = Assert.Single(recorded.Store.List()).Manifest.RecordingId;
        Assert.Contains($"Going on with {id} of 20", Plain(opened).Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains($"UTC, {events} events; for another bug", Plain(opened), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_opens_the_trace_cannot_be_said_once_it_was_sent()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        await recorded.ExitAsync();
        var (files, manifest) = Assert.Single(recorded.Store.List());
        files.WriteShipment(files.ReadShipment() with { Opening = manifest.Trace });

        recorded.Record("--shell", "/bin/bash", "--title", "Another bug");
        await recorded.Terminal.WaitForAsync("`datacurve finalize` first");

        Assert.Equal(2, await recorded.Terminal.ExitAsync());
    }

    [Fact]
    public async Task A_session_goes_on_with_no_import()
    {
        using var spool = new SpoolUnderTest();
        var imported = new NewRecording
        {
            RepositoryRoot = "/here",
            Trace = SpoolUnderTest.NewTrace(),
            IsImported = true,
        };
        await using (spool.Store.Create(imported)) { }

        Assert.Null(spool.Store.Unfinished("/here"));
    }

    [Fact]
    public async Task A_broken_cast_leaves_nothing_behind()
    {
        await using var recorded = await RecordedShell.PrepareAsync("bash");
        var cast = Path.Combine(recorded.Home, "broken.cast");
        string[] lines = ["""{"version":2,"width":80,"height":24}""", """[1,"o","a"]""", "no json"];
        await File.WriteAllLinesAsync(cast, lines, Ct);
        var import = DatacurveTool.StartOf("cast", "import", cast);
        import.WorkingDirectory = recorded.Repository;
        import.Environment["XDG_DATA_HOME"] = recorded.Data;

        var result = await ChildProcess.RunAsync(import, Ct);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("line 3", result.StderrText, StringComparison.Ordinal);
        Assert.Empty(recorded.Store.List());
        Assert.DoesNotContain(
            Directory.EnumerateDirectories(recorded.Store.Root),
            path => !Path.GetFileName(path).StartsWith('.')
        );
    }

    [Fact]
    public async Task Files_that_are_left_out_are_told_at_the_end_and_in_the_proof()
    {
        await using var recorded = await RecordedShell.StartAsync("bash");
        await recorded.RunAsync("head -c 13000000 /dev/zero | tr '\\0' a >big.txt");
        await recorded.ExitAsync();
        await recorded.Terminal.WaitForAsync("`datacurve push` sends it.");
        var shown = new StringWriter();
        await using (var held = recorded.Store.Open(recorded.Store.List()[0].Manifest.RecordingId))
            await FixProof.ProveAsync(held, new Printer(shown, colours: false), Ct);
        var told = $"1 file: big.txt is over {new CaptureLimits().FileBytesMax} bytes";

        Assert.Contains($"Not recorded: {told}", recorded.Terminal.Screen, StringComparison.Ordinal);
        Assert.Contains($"working tree but for {told}", shown.ToString(), StringComparison.Ordinal);
        var kept = Assert.Single(recorded.Store.List()[0].Files.Warnings.All());
        Assert.Contains(told, kept, StringComparison.Ordinal);
    }

    private static string Plain(string screen) => InertText.Block(screen);
}
