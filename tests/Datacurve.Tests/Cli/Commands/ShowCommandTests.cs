using System.Text;
using System.Text.Json;
using Datacurve.Core;

namespace Datacurve.Tests.Cli.Commands;

/// <summary>What <c>datacurve show</c> lets be seen of a trace without <c>--full</c>.</summary>
public sealed class ShowCommandTests
{
    private const string TraceId = "0199b2a4-7b7e-7c00-8000-000000000002";

    private const string Patch = """
        diff --git a/calc.py b/calc.py
        index 1234567..89abcde 100644
        --- a/calc.py
        +++ b/calc.py
        @@ -1,3 +1,3 @@
         def add(a, b):
        -    return a - b
        +    return a + b

        """;

    [Fact]
    public async Task A_short_patch_is_shown_whole_and_without_its_preamble()
    {
        var shown = await ShowAsync(Edit(Patch));

        Assert.Contains("-    return a - b\n", shown, StringComparison.Ordinal);
        Assert.Contains("+    return a + b\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("+++ b/calc.py", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("more line", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40, "")]
    [InlineData(41, "… 1 more line (--full)")]
    [InlineData(50, "… 10 more lines (--full)")]
    public async Task A_long_patch_is_cut_and_says_so(int lines, string told)
    {
        var added = string.Concat(Enumerable.Range(1, lines - 1).Select(line => $"+line_{line}\n"));

        var shown = await ShowAsync(Edit($"--- a/x\n+++ b/x\n@@ -0,0 +1,{lines - 1} @@\n{added}"));

        Assert.Contains("+line_39\n", shown, StringComparison.Ordinal);
        Assert.Equal(told.Length > 0, shown.Contains("(--full)", StringComparison.Ordinal));
        Assert.Contains(told, shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_long_output_the_end_is_shown_where_a_run_says_what_failed()
    {
        var passing = string.Concat(Enumerable.Range(1, 30).Select(test => $"test_{test} ... ok\n"));

        var shown = await ShowAsync(
            Output(passing + "FAIL: test_add\nAssertionError: 3 != -1\n\nFAILED (failures=1)\n")
        );

        Assert.Contains("AssertionError: 3 != -1\n", shown, StringComparison.Ordinal);
        Assert.Contains("FAILED (failures=1)\n", shown, StringComparison.Ordinal);
        Assert.Contains("… 22 lines before these (--full)\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("test_1 ... ok", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_test_that_turned_there_is_no_table()
    {
        var shown = await ShowAsync(qa: Qa(("a", "passed", "passed"), ("b", "passed", "passed")));

        Assert.Contains("\n2 passed in both runs\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("before   after", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_one_that_turned_the_others_are_counted_below_the_table()
    {
        var shown = await ShowAsync(qa: Qa(("a", "failed", "passed"), ("b", "passed", "passed")));

        Assert.Contains("\ntest  before   after\na     failed   passed\n", shown, StringComparison.Ordinal);
        Assert.Contains("\n1 more passed in both runs\n", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "1 of 1 edit applies, 1 hash matches, the end is the final diff")]
    [InlineData(2, "2 of 2 edits apply, 2 hashes match, the end is the final diff")]
    public async Task One_edit_is_told_as_one(int edits, string told)
    {
        var shown = await ShowAsync(qa: Qa(edits, "heuristic-2"));

        Assert.Contains($"replay is exact: {told}\n", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_score_stands_beside_its_confidence_and_says_where_nobody_read_the_trace()
    {
        var measured = await ShowAsync(qa: Qa(1, "heuristic-2"));
        var read = await ShowAsync(qa: Qa(1, "some-model"));

        Assert.Contains(
            "plan_quality               4.0  confidence 0.4\n",
            measured,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Overall: 3.5 / 5.0, measured from the log alone\n",
            measured,
            StringComparison.Ordinal
        );
        Assert.Contains("Overall: 3.5 / 5.0\n", read, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("local", null, "debian-12, python 3.11.7", "local on debian-12, python 3.11.7, runner")]
    [InlineData("docker", "python:3.11-slim", null, "docker, image python:3.11-slim, runner")]
    [InlineData(null, null, null, "none, since nothing was run")]
    public async Task It_says_what_the_tests_ran_on(
        string? sandbox,
        string? image,
        string? machine,
        string told
    )
    {
        var tests = new
        {
            runner = "unittest",
            final_passed = true,
            outcome = "passed",
            sandbox,
            container_image = image,
            machine,
        };

        var shown = await ShowAsync(qa: new { tests });

        Assert.Contains($"sandbox   {told}", shown, StringComparison.Ordinal);
    }

    private static async Task<string> ShowAsync(
        (string Type, object Payload, string Text)? told = null,
        object? qa = null
    )
    {
        await using var service = await ServiceDouble.StartAsync();
        var document = new
        {
            trace_version = "1.0",
            trace_id = TraceId,
            created_at_ms = 1000,
            status = "complete",
            repo = new { repo_id = "calc", commit_base = "abc" },
            task = new { bug_report = new { title = "wrong sum", description = "d" } },
            developer = new { developer_id = "ada" },
            environment = new { ide = new { name = "vim" } },
            events = told is { } shownEvent
                ? [Event(shownEvent.Type, shownEvent.Payload)]
                : Array.Empty<object>(),
            qa,
        };
        service.Answer($"GET /traces/{TraceId}", 200, JsonSerializer.Serialize(document));
        if (told is { Text: var text })
            service.Answer($"GET /blobs/{IdOf(text)}", 200, text, "application/octet-stream");

        var shown = await DatacurveTool.RunAsync("show", TraceId, "--url", service.Url.ToString());

        Assert.Equal((0, ""), (shown.ExitCode, shown.StderrText));
        return shown.StdoutText;
    }

    private static (string, object, string) Edit(string patch) =>
        (
            "file_edit",
            new
            {
                file_path = "calc.py",
                edit_kind = "patch",
                patch_blob_id = IdOf(patch),
            },
            patch
        );

    private static (string, object, string) Output(string text) =>
        ("terminal_output", new { stream = "stdout", chunk_blob_id = IdOf(text) }, text);

    private static string IdOf(string text) => BlobId.Of(Encoding.UTF8.GetBytes(text)).ToString();

    private static object Event(string type, object payload) =>
        new
        {
            seq = 1,
            ts_ms = 2000,
            type,
            actor = new { kind = "human" },
            payload,
        };

    private static object Qa(params (string Name, string Before, string After)[] cases) =>
        new
        {
            tests = new
            {
                runner = "unittest",
                final_passed = true,
                outcome = "passed",
                cases = cases.Select(test => new
                {
                    name = test.Name,
                    before = test.Before,
                    after = test.After,
                }),
            },
        };

    private static object Qa(int edits, string model) =>
        new
        {
            replay = new
            {
                exact = true,
                edits_total = edits,
                edits_applied = edits,
                hashes_checked = edits,
            },
            judge = JudgeAnswer.Of(model, "a plan", confidence: 0.4),
        };
}
