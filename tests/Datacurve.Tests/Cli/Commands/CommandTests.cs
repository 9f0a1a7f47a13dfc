using System.Globalization;
using System.Text;
using System.Text.Json;
using Datacurve.Cli.Demo;
using Datacurve.Core;
using Datacurve.Tests.Replay;

namespace Datacurve.Tests.Cli.Commands;

/// <summary>The real tool against a service that gives back hostile, unknown and wrong things.</summary>
public sealed class CommandTests
{
    private const string TraceId = "0199b2a4-7b7e-7c00-8000-000000000001";

    // Every text of a trace in one: an escape, a link, a title, a bell, a right-to-left override, a C1
    // control.
    private const string Hostile = "\e[31mred\e]8;;http://x.invalid\e\\link\e]0;title\a\u202egnp.exe\u009b2J";

    [Fact]
    public async Task A_trace_is_shown_with_its_events_tests_replay_and_scores()
    {
        await using var service = await ServiceDouble.StartAsync();
        service.Answer($"GET /traces/{TraceId}", 200, Document("title", "rationale"));

        var shown = await DatacurveTool.RunAsync("show", TraceId, "--url", service.Url.ToString());

        Assert.Equal((0, ""), (shown.ExitCode, shown.StderrText));
        Assert.Contains("title", shown.StdoutText, StringComparison.Ordinal);
        Assert.Contains("    1     0.000s terminal_command", shown.StdoutText, StringComparison.Ordinal);
        Assert.Contains("$ make", shown.StdoutText, StringComparison.Ordinal);
        Assert.Contains("""from_the_future   {"note":"title"}""", shown.StdoutText, StringComparison.Ordinal);
        Assert.Contains("replay is exact: 2 of 2 edits apply", shown.StdoutText, StringComparison.Ordinal);
        Assert.Contains(
            "plan_quality               4.0  confidence 1.0\n    rationale\n",
            shown.StdoutText,
            StringComparison.Ordinal
        );
        Assert.Contains("Overall: 3.5 / 5.0", shown.StdoutText, StringComparison.Ordinal);
        Assert.Contains("Flags: exemplary_trace", shown.StdoutText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show", TraceId)]
    [InlineData("show", TraceId, "--full")]
    [InlineData("show", TraceId, "--json")]
    [InlineData("list")]
    [InlineData("list", "--json")]
    public async Task Nothing_recorded_reaches_the_terminal_as_a_control(params string[] arguments)
    {
        await using var service = await ServiceDouble.StartAsync();
        var document = Document(Hostile, Hostile);
        service.Answer($"GET /traces/{TraceId}", 200, document);
        service.Answer(
            "GET /traces",
            200,
            JsonSerializer.Serialize(
                new
                {
                    traces = new[]
                    {
                        new
                        {
                            trace_id = Hostile,
                            created_at_ms = 1,
                            status = "complete",
                            title = Hostile,
                        },
                    },
                }
            )
        );
        service.Answer($"GET /blobs/{BlobId.Of("x"u8)}", 200, Hostile, "application/octet-stream");

        var shown = await DatacurveTool.RunAsync([.. arguments, "--url", service.Url.ToString()]);

        Assert.Equal(0, shown.ExitCode);
        Assert.Contains("gnp.exe", shown.StdoutText, StringComparison.Ordinal);
        Assert.DoesNotContain(shown.StdoutText.EnumerateRunes(), IsActive);
    }

    [Fact]
    public async Task A_refusal_is_told_inert_and_fails()
    {
        await using var service = await ServiceDouble.StartAsync();
        service.Answer($"GET /traces/{TraceId}", 404, $$"""{"detail":{{Json(Hostile)}}}""");

        var shown = await DatacurveTool.RunAsync("show", TraceId, "--url", service.Url.ToString());

        Assert.Equal((1, ""), (shown.ExitCode, shown.StdoutText));
        Assert.Contains("404: redlink", shown.StderrText, StringComparison.Ordinal);
        Assert.DoesNotContain(shown.StderrText.EnumerateRunes(), IsActive);
    }

    [Theory]
    [InlineData("show", TraceId)]
    [InlineData("list")]
    [InlineData("demo", "--url", "http://127.0.0.1:1")]
    public async Task A_service_that_is_not_there_is_said_with_what_to_do(params string[] arguments)
    {
        // Port 1 is reserved and nothing of ours listens there.
        var environment = new Dictionary<string, string> { ["DATACURVE_URL"] = "http://127.0.0.1:1" };

        var result = await DatacurveTool.RunAsync(environment, arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(
            "No Datacurve service answers at http://127.0.0.1:1",
            result.StderrText,
            StringComparison.Ordinal
        );
        Assert.Contains("./datacurve serve", result.StderrText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list", "--limit", "0")]
    [InlineData("list", "--limit", "many")]
    [InlineData("list", "--status", "done")]
    [InlineData("list", "--url", "nowhere")]
    [InlineData("show")]
    [InlineData("demo", "--sandbox", "none")]
    [InlineData("demo", "--session", "worst")]
    [InlineData("demo", "anything")]
    [InlineData("dance")]
    [InlineData("serve", "--port", "1")]
    public async Task Wrong_usage_is_exit_code_2(params string[] arguments)
    {
        var result = await DatacurveTool.RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.NotEmpty(result.StderrText);
    }

    private static bool IsActive(Rune rune) =>
        rune.Value != '\n'
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format;

    private static string Document(string text, string rationale) =>
        JsonSerializer.Serialize(
            new
            {
                trace_version = "1.0",
                trace_id = text,
                created_at_ms = 1000,
                status = "complete",
                repo = new { repo_id = text, commit_base = text },
                task = new { bug_report = new { title = text, description = "d" } },
                developer = new { developer_id = text },
                environment = new { ide = new { name = text } },
                events = new[]
                {
                    Event(1, "terminal_command", new { cwd = "/", command = "make " + text }),
                    Event(2, "thought", new { kind = "plan", content_blob_id = BlobId.Of("x"u8).ToString() }),
                    Event(3, "from_the_future", new { note = text }),
                },
                qa = new
                {
                    tests = Tests(text),
                    replay = new
                    {
                        exact = true,
                        edits_total = 2,
                        edits_applied = 2,
                    },
                    judge = JudgeAnswer.Of(text, rationale),
                },
            }
        );

    private static object Event(int seq, string type, object payload) =>
        new
        {
            seq,
            ts_ms = 2000,
            type,
            actor = new { kind = "human" },
            payload,
        };

    private static object Tests(string text) =>
        new
        {
            runner = text,
            final_passed = true,
            outcome = "passed",
            outcome_reason = text,
            cases = new[]
            {
                new
                {
                    name = text,
                    before = "failed",
                    after = "passed",
                },
            },
        };

    private static string Json(string text) => JsonSerializer.Serialize(text);

    [Fact]
    public async Task A_disk_that_refuses_is_told_in_a_sentence()
    {
        using var folder = new TempFolder();
        GitDiff.Run(folder.Path, ["init", "-q", "."]);
        string[] ada = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
        GitDiff.Run(folder.Path, [.. ada, "commit", "-q", "--allow-empty", "-m", "first"]);
        var file = folder.Combine("file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var start = DatacurveTool.StartOf("record", "--", "true");
        start.WorkingDirectory = folder.Path;
        start.Environment["XDG_DATA_HOME"] = file;

        var refused = await ChildProcess.RunAsync(start, TestContext.Current.CancellationToken);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(file, refused.StderrText, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.StderrText, StringComparison.Ordinal);
    }
}
