using System.Text.Json.Nodes;
using Datacurve.Cli.Demo;
using Datacurve.Tests.Cli.Spool;

namespace Datacurve.Tests.Cli.Commands;

/// <summary>Recordings whose files are cut, or may not be read: they are said, and hide no other.</summary>
public sealed class DamagedRecordingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Damaged_recordings_are_listed_with_their_path_beside_the_others()
    {
        using var spool = new SpoolUnderTest();
        var whole = await MakeAsync(spool, "/whole");
        var sent = await CutAsync(await MakeAsync(spool, "/sent"), "shipment.json");
        var begun = await CutAsync(await MakeAsync(spool, "/begun"), "recording.json");
        // No user may read a folder as a file.
        var refused = Path.Combine(spool.Store.Root, "refused");
        Directory.CreateDirectory(Path.Combine(refused, "recording.json"));

        var words = await RunAsync(spool, "status", "--all");
        var json = await RunAsync(spool, "status", "--all", "--json");

        Assert.Equal((0, ""), (words.ExitCode, words.StderrText));
        Assert.Contains($"{Path.GetFileName(whole)}  stopped", words.StdoutText, StringComparison.Ordinal);
        foreach (var path in new[] { sent, begun, Path.Combine(refused, "recording.json") })
            Assert.Contains(path, words.StdoutText, StringComparison.Ordinal);
        var states = JsonNode.Parse(json.StdoutText)!.AsArray();
        Assert.Equal(4, states.Count);
        Assert.Equal(3, states.Count(state => state!["state"]!.GetValue<string>() == "damaged"));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("review", "--plain")]
    [InlineData("drop", "1")]
    [InlineData("note", "plan", "x")]
    public async Task A_command_on_a_damaged_recording_names_the_file(params string[] command)
    {
        using var spool = new SpoolUnderTest();
        var folder = await MakeAsync(spool, "/sent");
        var cut = await CutAsync(folder, "shipment.json");

        var result = await RunAsync(spool, [.. command, "--recording", Path.GetFileName(folder)]);

        Assert.NotEqual(0, result.ExitCode);
        Assert.StartsWith($"{cut} is damaged", result.StderrText, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.StderrText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_whose_recording_is_damaged_is_recorded_anew()
    {
        using var spool = new SpoolUnderTest();
        await CutAsync(await MakeAsync(spool, "/here"), "shipment.json");

        Assert.Null(spool.Store.Unfinished("/here"));
        var whole = await MakeAsync(spool, "/here");

        Assert.Equal(Path.GetFileName(whole), spool.Store.Unfinished("/here"));
    }

    private static async Task<string> MakeAsync(SpoolUnderTest spool, string repository)
    {
        await using var recording = spool.Create(repository);
        await recording.AddAsync(SpoolUnderTest.Command("make"), Ct);
        recording.Files.WriteShipment(recording.Files.ReadShipment());
        return recording.Folder;
    }

    private static async Task<string> CutAsync(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path, Ct))[..^1], Ct);
        return path;
    }

    private static Task<CommandResult> RunAsync(SpoolUnderTest spool, params string[] arguments) =>
        DatacurveTool.RunAsync(spool.Environment, arguments);
}
