using System.Text.Json;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Cli.Capture.Terminal;
using Datacurve.Tests.Erasing;
using Datacurve.Tests.Qa.Pipeline;
using Datacurve.Tests.Simulation;
using ServerProcess = Datacurve.Tests.Simulation.ServerProcess;

namespace Datacurve.Tests.EndToEnd;

/// <summary>
/// The real tool records a real shell of a developer who refuses code or output, sends it and has it proved:
/// nothing of what is refused was ever in a file of the spool, of the store or in the log, and what is left
/// is a whole trace.
/// </summary>
public sealed class RefusingSessionTests
{
    private static readonly string[] Code = ["committed-before", "edited", "added"];
    private static readonly string[] Output = ["printed", "reported"];
    private static readonly string[] Said = ["typed", "noted", "message"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, true, "--no-judge")]
    [InlineData(true, false, "--no-llm-judge")]
    [InlineData(false, false, null)]
    public async Task Nothing_that_is_refused_is_kept_anywhere(bool code, bool output, string? judges)
    {
        var words = Code.Concat(Output)
            .Concat(Said)
            .ToDictionary(place => place, place => $"{place}-{Guid.NewGuid():N}");
        using var data = new ScratchFolder();
        using var server = await ServerProcess.StartAsync(
            ["--data", data.Path],
            ["SANDBOX=local", "QA_SWEEP_SECONDS=1", "TEST_COMMAND=true", "JUDGE_PROVIDER=heuristic"]
        );
        await using var recorded = await RecordedShell.PrepareAsync("bash");
        await PrepareFilesAsync(recorded, words);
        string[] refusals =
        [
            .. code ? (string[])[] : ["--no-code"],
            .. output ? (string[])[] : ["--no-output"],
            .. judges is null ? (string[])[] : [judges],
        ];
        recorded.Record(["--shell", "/bin/bash", .. refusals]);
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);

        await PlayAsync(recorded, words);
        await AssertKeptAsync(new WholeStore(recorded.Data), words, code, output);
        Assert.Equal(0, await recorded.ExitAsync("exit 0"));
        // It goes on, and what was refused is still refused.
        recorded.Record("--shell", "/bin/bash");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        await recorded.RunAsync("cat ~/edit >>more.txt; cat ~/print; sleep 1");
        Assert.Equal(0, await recorded.ExitAsync("exit 0"));
        await AssertKeptAsync(new WholeStore(recorded.Data), words, code, output);
        AssertWhole(recorded);
        var trace = await new TraceClient(server.Client).EndAsync(
            await FinalizeAsync(recorded, server.Client.BaseAddress!)
        );

        var qa = trace.GetProperty("qa");
        Assert.Equal("complete", trace.GetProperty("status").GetString());
        Assert.True(qa.GetProperty("schema_valid").GetBoolean(), $"{qa}");
        Assert.Equal(!code, qa.GetProperty("tests").GetProperty("outcome").GetString() == "not_run");
        Assert.Equal(code, qa.GetProperty("replay").GetProperty("exact").GetBoolean());
        var consent = trace.GetProperty("developer").GetProperty("consent_flags");
        Assert.Equal(code, consent.GetProperty("store_raw_code").GetBoolean());
        Assert.Equal(output, consent.GetProperty("store_terminal_output").GetBoolean());
        Assert.Equal(judges is null, consent.GetProperty("allow_llm_judge").GetBoolean());
        Assert.Equal(judges != "--no-judge", consent.GetProperty("allow_heuristic_judge").GetBoolean());
        Assert.Equal(judges == "--no-judge", qa.GetProperty("judge_refused").GetBoolean());
        Assert.Equal(judges == "--no-judge", qa.GetProperty("judge").ValueKind == JsonValueKind.Null);
        // Nothing was sent that would have to be removed.
        Assert.False(trace.TryGetProperty("withheld", out _));
        await AssertKeptAsync(new WholeStore(data.Path), words, code, output);
        Assert.All(words.Values, word => Assert.DoesNotContain(word, server.Log, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_begun_with_consent_is_not_gone_on_with_without()
    {
        await using var recorded = await RecordedShell.PrepareAsync("bash");
        recorded.Record("--shell", "/bin/bash");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        Assert.Equal(0, await recorded.ExitAsync("exit 0"));

        recorded.Record("--shell", "/bin/bash", "--no-code");

        Assert.NotEqual(0, await recorded.Terminal.ExitAsync());
    }

    private static async Task PrepareFilesAsync(RecordedShell recorded, Dictionary<string, string> words)
    {
        await File.WriteAllTextAsync(Path.Combine(recorded.Home, "edit"), $"x = '{words["edited"]}'\n", Ct);
        await File.WriteAllTextAsync(Path.Combine(recorded.Home, "add"), $"y = '{words["added"]}'\n", Ct);
        await File.WriteAllTextAsync(Path.Combine(recorded.Home, "print"), words["printed"] + "\n", Ct);
        await File.WriteAllTextAsync(
            Path.Combine(recorded.Home, "report"),
            $"""<testsuite name="s" tests="1"><testcase name="{words["reported"]}"/></testsuite>""",
            Ct
        );
        var before = Path.Combine(recorded.Repository, "before.py");
        await File.WriteAllTextAsync(before, $"z = '{words["committed-before"]}'\n", Ct);
        await RecordedShell.GitAsync(recorded.Repository, "add", "--all");
        await RecordedShell.GitAsync(recorded.Repository, "commit", "--quiet", "--message", "more");
    }

    private static async Task PlayAsync(RecordedShell recorded, Dictionary<string, string> words)
    {
        await recorded.RunAsync($"true {words["typed"]}");
        await recorded.RunAsync("cat ~/print");
        await recorded.RunAsync("cat ~/edit >>before.py; sleep 1");
        await recorded.RunAsync("cp ~/add new.py; sleep 1");
        await recorded.RunAsync(
            "pytest() { sleep 0.2; cp ~/report report.xml; }; echo report.xml >.git/info/exclude"
        );
        await recorded.RunAsync("pytest --junitxml=report.xml");
        await recorded.RunAsync("git add --all");
        await recorded.RunAsync(
            $"git -c user.name=A -c user.email=a@example.com commit -q -m {words["message"]}"
        );
        var tool = DatacurveTool.Typed;
        await recorded.RunAsync($"{tool} note hypothesis {words["noted"]}");
    }

    /// <summary>The edits, outputs and runs are there, each with the hash of what it is of.</summary>
    private static void AssertWhole(RecordedShell recorded)
    {
        var events = recorded.Events();
        Assert.Contains(events, one => one.Payload is FileEdit { FilePath: "before.py", PreHash: not null });
        Assert.Contains(events, one => one.Payload is FileEdit { FilePath: "new.py", PostHash: not null });
        Assert.Contains(events, one => one.Payload is FileEdit { FilePath: "more.txt" });
        Assert.Contains(events, one => one.Payload is TerminalOutput);
        Assert.Contains(events, one => one.Payload is TestRun { ReportBlobId: not null });
    }

    private static async Task AssertKeptAsync(
        WholeStore store,
        Dictionary<string, string> words,
        bool code,
        bool output
    )
    {
        string[] refused = [.. code ? (string[])[] : Code, .. output ? (string[])[] : Output];
        var found = await store.FindAsync(words.Values);
        foreach (var (place, word) in words)
            if (refused.Contains(place))
                Assert.False(found.ContainsKey(word), $"{place} is in {Places(found, word)}");
            else
                Assert.True(found.ContainsKey(word), $"{place} is nowhere: the session is not there");
    }

    private static string Places(Dictionary<string, List<string>> found, string word) =>
        found.TryGetValue(word, out var places) ? string.Join(", ", places) : "";

    private static async Task<string> FinalizeAsync(RecordedShell recorded, Uri service)
    {
        var environment = new Dictionary<string, string> { ["XDG_DATA_HOME"] = recorded.Data };
        var sent = await DatacurveTool.RunAsync(
            environment,
            "finalize",
            "--recording",
            Path.GetFileName(recorded.RecordingFolder),
            "--url",
            service.ToString()
        );
        Assert.True(sent.ExitCode == 0, sent.StdoutText + sent.StderrText);
        return new RecordingFolder(recorded.RecordingFolder).ReadShipment().TraceId!;
    }
}
