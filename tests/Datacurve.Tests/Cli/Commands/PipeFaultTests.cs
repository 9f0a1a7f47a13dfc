using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Datacurve.Cli.Demo;
using Datacurve.Core.Events;
using Datacurve.Tests.Cli.Spool;

namespace Datacurve.Tests.Cli.Commands;

/// <summary>Lines that no editor should send, to a recording that is held and to one that is not.</summary>
public sealed class PipeFaultTests
{
    private const string Good = """{"type":"navigation","payload":{"file_path":"a.py","line":3}}""";
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bad_line_is_answered_and_the_next_is_taken(bool isHeld)
    {
        string[] lines =
        [
            """{"type":"navigation","type":"navigation","payload":{"file_path":"a.py"}}""",
            """{"type":"navigation","payload":{"file_path":"a.py","file_path":"b.py"}}""",
            """{"type":"thought","payload":{"kind":"plan"},"blobs":{"content_blob_id":"a","content_blob_id":"b"}}""",
            """{"type":"thought","payload":{"kind":"plan"},"blobs":{"content_blob_id":"\ud800"}}""",
            """{"type":"navigation","payload":{"file_path":"\udc00"}}""",
            """{"type":"navigation","payload":{"file_path":"a.py","\ud800":1}}""",
            Good,
        ];

        var (answers, events) = await PipeAsync(isHeld, string.Join('\n', lines));

        Assert.Equal([false, false, false, false, false, false, true], answers);
        Assert.Equal([1], events.Select(e => e.Seq));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_time_that_is_not_of_the_recording_is_refused_and_moves_no_other(bool isHeld)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var times = new[] { long.MaxValue, now + 3_600_000, 5, -1, now - 3_600_000 };
        var lines = times.Select(ts => Good[..^1] + $",\"ts_ms\":{ts}}}").Append(Good);

        var (answers, events) = await PipeAsync(isHeld, string.Join('\n', lines));

        Assert.Equal([false, false, false, false, false, true], answers);
        Assert.InRange(Assert.Single(events).TsMs, now - 1000, now + 60_000);
    }

    [Fact]
    public async Task A_text_that_grows_too_long_on_its_way_to_the_recorder_is_refused()
    {
        var text = new string('ü', 4 << 20);
        var thought = "{\"type\":\"thought\",\"payload\":{\"kind\":\"plan\"},\"blobs\":{\"content_blob_id\":";

        var (answers, _) = await PipeAsync(isHeld: true, $"{thought}\"{text}\"}}}}\n{Good}");

        Assert.Equal([false, true], answers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_line_that_is_too_long_is_the_last_and_is_answered(bool isHeld)
    {
        var (answers, _) = await PipeAsync(isHeld, $"{Good}\n{new string('a', 17 << 20)}\n");

        Assert.Equal([true, false], answers);
    }

    private static async Task<(IReadOnlyList<bool> Answers, IReadOnlyList<TraceEvent> Events)> PipeAsync(
        bool isHeld,
        string lines
    )
    {
        using var spool = new SpoolUnderTest();
        var recording = spool.Create();
        if (!isHeld)
            await recording.DisposeAsync();
        var input = Path.Combine(spool.Environment["XDG_DATA_HOME"], "lines");
        await File.WriteAllTextAsync(input, lines, Ct);
        var tool = DatacurveTool.StartOf("pipe", "--recording", recording.Id);
        var piped = new ProcessStartInfo(
            "sh",
            ["-c", "lines=$0; exec \"$@\" <\"$lines\"", input, tool.FileName, .. tool.ArgumentList]
        );
        foreach (var (name, value) in tool.Environment)
            piped.Environment[name] = value;
        foreach (var (name, value) in spool.Environment)
            piped.Environment[name] = value;

        var result = await ChildProcess.RunAsync(piped, Ct);

        // It would throw what a client did to it.
        await recording.DisposeAsync();
        Assert.Equal((1, ""), (result.ExitCode, result.StderrText));
        var answers = result.StdoutText.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!);
        return (
            [.. answers.Select(answer => answer["ok"]!.GetValue<bool>())],
            SpoolUnderTest.Read(recording.Files)
        );
    }
}
