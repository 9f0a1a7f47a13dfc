using System.Text;
using System.Text.Json.Nodes;
using Datacurve.Cli.Demo;
using Datacurve.Cli.Spool;
using Datacurve.Core.Events;
using Datacurve.Tests.Api;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Cli.Capture.Terminal;
using Datacurve.Tests.Simulation;

namespace Datacurve.Tests.EndToEnd;

/// <summary>
/// A developer fixes a real bug in a real shell, with vim, on the record; the real server proves the fix.
/// </summary>
public sealed class TypedFixTests
{
    private const string Tests = "python3 -m unittest";
    private const string NewTest = "test_inner";
    private static readonly string Tool = DatacurveTool.Typed;
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    public async Task A_fix_that_is_typed_in_a_shell_is_proved_though_no_service_was_there(string shell)
    {
        var password = "correct" + "-horse-" + Guid.NewGuid().ToString("N");
        await using var recorded = await PrepareAsync(shell);
        recorded.Record("--shell", $"/bin/{shell}", "--title", "Inner intervals", "--test", Tests);
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        await FixAsync(recorded, password);
        await recorded.ExitAsync();

        var away = await DatacurveTool.RunAsync(
            recorded.Environment,
            ["push", .. RecordingOf(recorded), "--patience", "0", "--url", "http://127.0.0.1:1"]
        );
        Assert.Equal(2, away.ExitCode);
        using var data = new ScratchFolder();
        using var server = await StartAsync(data);
        string[] to = [.. RecordingOf(recorded), "--url", server.Client.BaseAddress!.ToString()];
        var pushed = await DatacurveTool.RunAsync(recorded.Environment, ["push", .. to]);
        Assert.True(pushed.ExitCode == 0, pushed.StderrText);
        var trace = await FinalizeAsync(recorded, server, to);

        AssertProved(trace);
        Assert.Equal(
            recorded.Events().Select(one => one.Seq),
            trace["events"]!.AsArray().Select(one => one!["seq"]!.GetValue<long>())
        );
        Assert.DoesNotContain(password, recorded.EverythingOnDisk(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            password,
            await EverythingOfAsync(server, data, trace),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Sent_as_it_goes_the_same_fix_has_the_same_verdict()
    {
        using var data = new ScratchFolder();
        using var server = await StartAsync(data);
        var url = server.Client.BaseAddress!.ToString();
        await using var recorded = await PrepareAsync("bash");
        recorded.Record("--shell", "/bin/bash", "--test", Tests, "--live", "--url", url);
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
        await FixAsync(recorded, "correct" + "-horse-battery");
        await recorded.ExitAsync();

        AssertProved(await FinalizeAsync(recorded, server, [.. RecordingOf(recorded), "--url", url]));
    }

    private static async Task<RecordedShell> PrepareAsync(string shell)
    {
        var recorded = await RecordedShell.PrepareAsync(shell);
        SampleFiles.WriteTo(recorded.Repository, "freebusy");
        await RecordedShell.GitAsync(recorded.Repository, "add", "--all");
        await RecordedShell.GitAsync(recorded.Repository, "commit", "--quiet", "--message", "Release 0.3.0");
        return recorded;
    }

    private static async Task FixAsync(RecordedShell recorded, string password)
    {
        await recorded.RunAsync($"{Tool} note hypothesis 'An inner interval pulls the end of _merged back.'");
        await recorded.RunAsync(Tests);
        await TypePasswordAsync(recorded, password);
        await EditAsync(
            recorded,
            "tests/test_intervalset.py",
            $"/def test_of_two\rO    def {NewTest}(self):\r"
                + "        self.assertEqual(list(intervals((1, 9), (3, 4))), [Interval(1, 9)])\r\e"
        );
        Assert.Contains("FAILED", await recorded.RunAsync(Tests), StringComparison.Ordinal);
        await EditAsync(
            recorded,
            "freebusy/intervalset.py",
            ":%s/].start, interval.end)/].start, max(merged[-1].end, interval.end))/\r"
        );
        Assert.Contains("OK", await recorded.RunAsync(Tests), StringComparison.Ordinal);
        await recorded.RunAsync(
            "git -c user.name=A -c user.email=a@example.org commit -qam 'Keep the later end'"
        );
    }

    // bash prints the prompt a moment before it turns the echo off, and this typist is faster than any.
    private static async Task TypePasswordAsync(RecordedShell recorded, string password)
    {
        recorded.Terminal.Type(
            "bash -c '(sleep 1; echo now >&2) & read -rsp \"Password: \" p; echo \" got ${#p}\"'\r"
        );
        await recorded.Terminal.WaitForAsync("Password: ");
        await recorded.Terminal.WaitForAsync("now\r\n");
        recorded.Terminal.Type(password + "\r");
        await recorded.Terminal.WaitForAsync($" got {password.Length}");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
    }

    private static async Task EditAsync(RecordedShell recorded, string path, string keys)
    {
        recorded.Terminal.Type($"vim -u NONE -n {path}\r");
        await recorded.Terminal.WaitForAsync($"{Path.GetFileName(path)}\"");
        recorded.Terminal.Type(keys + ":wq\r");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);
    }

    private static async Task<JsonObject> FinalizeAsync(
        RecordedShell recorded,
        ServerProcess server,
        string[] to
    )
    {
        var commitBase = new RecordingFolder(recorded.RecordingFolder)
            .ReadManifest()!
            .ReadTrace()
            .Repo.CommitBase;
        var finalized = await DatacurveTool.RunAsync(
            recorded.Environment,
            ["finalize", "--range", $"{commitBase}..HEAD", "--wait", .. to]
        );
        Assert.True(finalized.ExitCode == 0, finalized.StdoutText + finalized.StderrText);
        Assert.Contains("lead to the working tree", finalized.StderrText, StringComparison.Ordinal);
        var shipment = new RecordingFolder(recorded.RecordingFolder).ReadShipment();
        return await server.Client.GetTraceAsync(shipment.TraceId!);
    }

    private static void AssertProved(JsonObject trace)
    {
        var qa = trace["qa"]!;
        Assert.Equal("complete", trace["status"]!.GetValue<string>());
        var turned = Assert.Single(qa["tests"]!["fail_to_pass"]!.AsArray());
        Assert.Contains(NewTest, turned!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(qa["tests"]!["final_passed"]!.GetValue<bool>());
        Assert.True(qa["replay"]!["exact"]!.GetValue<bool>(), qa["replay"]!.ToJsonString());
        var events = trace["events"]!.AsArray();
        Assert.Equal([true, false, true], events.Where(Is("test_run")).Select(Passed));
        Assert.Equal(
            (2, 1, 1),
            (events.Count(Is("file_edit")), events.Count(Is("thought")), events.Count(Is("commit")))
        );
    }

    private static Func<JsonNode?, bool> Is(string type) => one => one!["type"]!.GetValue<string>() == type;

    private static bool Passed(JsonNode? run) => run!["payload"]!["passed"]!.GetValue<bool>();

    private static string[] RecordingOf(RecordedShell recorded) =>
        ["--recording", Path.GetFileName(recorded.RecordingFolder)];

    private static Task<ServerProcess> StartAsync(ScratchFolder data) =>
        ServerProcess.StartAsync(["--data", data.Path], ["SANDBOX=local", "JUDGE_PROVIDER=heuristic"]);

    // The trace as the server tells it, every blob as it gives it out, and every byte that it keeps.
    private static async Task<string> EverythingOfAsync(
        ServerProcess server,
        ScratchFolder data,
        JsonObject trace
    )
    {
        var everything = new StringBuilder(trace.ToJsonString());
        var blobs = Directory.GetFiles(data.Path, "*", SearchOption.AllDirectories).Where(IsBlob).ToList();
        Assert.True(blobs.Count > 10, $"{blobs.Count} blobs");
        foreach (var path in blobs)
        {
            var answer = await server.Client.GetAnswerAsync($"/blobs/sha256:{Path.GetFileName(path)[..64]}");
            everything.Append(Encoding.Latin1.GetString(answer.Body));
        }

        // It holds its database.
        await server.KillAsync();
        foreach (var path in Directory.EnumerateFiles(data.Path, "*", SearchOption.AllDirectories))
            everything.Append(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(path, Ct)));
        return everything.ToString();
    }

    private static bool IsBlob(string path) => path.Contains("/sha256/", StringComparison.Ordinal);
}
