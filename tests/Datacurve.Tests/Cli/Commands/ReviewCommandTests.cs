using System.Text.Json.Nodes;
using Datacurve.Cli.Demo;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;
using Datacurve.Tests.Cli.Spool;

namespace Datacurve.Tests.Cli.Commands;

/// <summary>What would be sent is shown, to the last member.</summary>
public sealed class ReviewCommandTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_that_is_sent_is_shown_in_full_and_as_json()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        await recording.AddAsync(SpoolUnderTest.Command("make"), Ct);
        await SpoolUnderTest.ThinkAsync(recording, "the cursor goes back");
        var piped = """{"type":"navigation","payload":{"file_path":"a.py","later_version":"kept"}}""";
        await DatacurveTool.RunAsync(spool.Environment, piped, ["pipe", "--recording", recording.Id]);
        await recording.FlushAsync(Ct);

        var full = await RunAsync(spool, "review", "--full", "--recording", recording.Id);
        var json = await RunAsync(spool, "review", "--json", "--recording", recording.Id);

        var review = JsonNode.Parse(json.StdoutText)!;
        foreach (var sent in new[] { "It offers taken time.", "/home/dev/freebusy", "later_version" })
        {
            Assert.Contains(sent, full.StdoutText, StringComparison.Ordinal);
            Assert.Contains(sent, json.StdoutText, StringComparison.Ordinal);
        }
        Assert.Equal("freebusy", review["opening"]!["repo"]!["repo_id"]!.GetValue<string>());
        Assert.Equal(
            [1, 2, 3],
            review["events"]!.AsArray().Select(e => e!["event"]!["seq"]!.GetValue<int>())
        );
        var thought = review["events"]![1]!["blobs"]![0]!;
        Assert.Equal("the cursor goes back", thought["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_recording_that_is_full_says_so_while_it_goes_on()
    {
        using var spool = new SpoolUnderTest(new SpoolOptions { BytesMax = 3000 });
        await using var recording = spool.Create();
        for (var i = 0; i < 40; i++)
            await recording.AddAsync(SpoolUnderTest.Command($"echo {i}"), Ct);
        await recording.FlushAsync(Ct);
        recording.Warn("One\nmore.");

        var words = await RunAsync(spool, "status", "--recording", recording.Id);
        var json = await RunAsync(spool, "status", "--json", "--recording", recording.Id);

        Assert.Contains("UTC: The recording is full", words.StdoutText, StringComparison.Ordinal);
        var warnings = JsonNode.Parse(json.StdoutText)!["warnings"]!.AsArray();
        Assert.Equal(2, warnings.Count);
        Assert.EndsWith("UTC: One more.", warnings[1]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_could_not_be_kept_is_counted()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        var gap = new RecordingGap { Reason = GapReason.Full, Events = 7 };
        await recording.AddAsync(new NewEvent(ActorKind.Tool, gap), Ct);
        await recording.FlushAsync(Ct);

        var words = await RunAsync(spool, "status", "--recording", recording.Id);

        Assert.Contains("missing   7 events", words.StdoutText, StringComparison.Ordinal);
    }

    private static Task<CommandResult> RunAsync(SpoolUnderTest spool, params string[] arguments) =>
        DatacurveTool.RunAsync(spool.Environment, arguments);
}
