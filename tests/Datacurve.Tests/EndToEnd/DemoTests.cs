using System.Diagnostics;
using System.Text.Json;
using Datacurve.Cli.Client;
using Datacurve.Cli.Demo;
using Datacurve.Tests.Cli;

namespace Datacurve.Tests.EndToEnd;

/// <summary>The real tool with the real server: sessions, storage, sandbox, replay and judge.</summary>
public sealed class DemoTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    // Four tests compare with it, and it is the same each time.
    private static readonly Lazy<Task<JsonElement>> Normal = new(() => TraceAsync("normal"));
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("local")]
    [InlineData("docker")]
    public async Task The_demo_proves_its_fix(string sandbox)
    {
        var demo = await DemoAsync("--sandbox", sandbox);

        Assert.True(demo.ExitCode == 0, demo.StdoutText + demo.StderrText);
        Assert.EndsWith("All checks passed!\n", demo.StdoutText, Ordinal);
        Assert.DoesNotContain(demo.StdoutText.Split('\n'), line => line.EndsWith(' '));
        Assert.Contains("replay is exact: 4 of 4 edits apply", demo.StdoutText, Ordinal);
        Assert.Contains("passed: 3 from fail to pass", demo.StdoutText, Ordinal);
    }

    [Fact]
    public async Task The_finished_trace_holds_the_verdict()
    {
        var trace = await Normal.Value;
        var qa = trace.GetProperty("qa");

        Assert.Equal("complete", trace.GetProperty("status").GetString());
        Assert.Equal(3, qa.GetProperty("tests").GetProperty("fail_to_pass").GetArrayLength());
        Assert.Equal(27, qa.GetProperty("tests").GetProperty("pass_to_pass").GetArrayLength());
        Assert.True(qa.GetProperty("replay").GetProperty("exact").GetBoolean());
        Assert.Equal(
            "heuristic",
            qa.GetProperty("judge").GetProperty("model").GetString()!.Split(' ', '-', '/')[0]
        );
    }

    [Theory]
    [InlineData("no-thoughts", "root_cause_identification", "plan_quality", "clarity")]
    [InlineData("no-tests", "experiment_iterate_loop", "use_of_signals_tests_logs")]
    [InlineData("unrelated-edits", "minimality_of_fix")]
    public async Task The_same_fix_done_worse_scores_lower(string session, params string[] dimensions)
    {
        var normal = Judge(await Normal.Value);
        var worse = Judge(await TraceAsync(session));

        foreach (var dimension in dimensions)
            Assert.True(
                Score(worse, dimension) < Score(normal, dimension),
                $"{dimension}: {Score(worse, dimension)} is not below {Score(normal, dimension)}"
            );
        Assert.True(worse.GetProperty("overall").GetDouble() < normal.GetProperty("overall").GetDouble());
    }

    [Theory]
    [InlineData("terminal_command")]
    [InlineData("trace")]
    public async Task Interrupted_it_stops_its_service_and_leaves_nothing_behind(string shown)
    {
        using var folder = new TempFolder();
        var start = DatacurveTool.StartOf("demo", "--sandbox", "local");
        start.Environment["TMPDIR"] = folder.Path;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var demo = Process.Start(start)!;
        var url = "";
        while (await demo.StandardOutput.ReadLineAsync(Ct) is { } line && !line.Contains(shown, Ordinal))
            if (line.StartsWith("service", Ordinal))
                url = line.Split(' ', ',').Single(word => word.StartsWith("http", Ordinal));

        using var interrupt = Process.Start("kill", ["-INT", demo.Id.ToString()]);
        await demo.StandardOutput.ReadToEndAsync(Ct);
        await demo.WaitForExitAsync(Ct);

        Assert.Equal(130, demo.ExitCode);
        Assert.Equal("Interrupted.\n", await demo.StandardError.ReadToEndAsync(Ct));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path, "datacurve-*"));
        using var client = new ServiceClient(new Uri(url));
        await Assert.ThrowsAsync<ServiceUnreachableException>(() => client.HealthAsync(Ct));
    }

    private static JsonElement Judge(JsonElement trace) => trace.GetProperty("qa").GetProperty("judge");

    private static double Score(JsonElement judge, string dimension) =>
        judge.GetProperty("scores").GetProperty(dimension).GetDouble();

    private static async Task<JsonElement> TraceAsync(string session)
    {
        var demo = await DemoAsync("--sandbox", "local", "--json", "--session", session);
        Assert.True(demo.ExitCode == 0, demo.StderrText);
        return JsonElement.Parse(demo.StdoutText);
    }

    private static Task<CommandResult> DemoAsync(params string[] options)
    {
        // Scores are compared here, so the judge is the one that gives the same trace the same scores.
        var environment = new Dictionary<string, string> { ["JUDGE_PROVIDER"] = "heuristic" };
        if (!options.Contains("local"))
            environment["DOCKER_HOST"] = TestServers.Engine;
        environment["TEST_BASE_IMAGE"] = "datacurve/sandbox-python:bookworm";
        return DatacurveTool.RunAsync(environment, ["demo", .. options]);
    }
}
