using Datacurve.Core.Events;
using Datacurve.Core.Qa;
using Datacurve.Server.Qa.Judges;
using Xunit;

namespace Datacurve.Tests.Qa.Judges;

/// <summary>
/// The same fix, once done well and otherwise worse in one respect: the scores tell in which.
/// </summary>
public sealed class WorseSessionTests : IDisposable
{
    private const double ClearFall = 0.8;

    /// <summary>
    /// What is not written down or not run is missed elsewhere too, as a reason without an observation.
    /// </summary>
    private const double SideEffect = 0.8;

    private readonly FolderBlobs blobs = new();

    public void Dispose() => blobs.Dispose();

    [Fact]
    public async Task Without_thoughts_root_cause_plan_and_clarity_fall_and_the_rest_stays() =>
        await AssertFallAsync(
            await BugHunt.GoodAsync(blobs, thoughts: false),
            "root_cause_identification",
            "plan_quality",
            "clarity"
        );

    [Fact]
    public async Task Without_runs_experiments_and_signals_fall_and_the_rest_stays() =>
        await AssertFallAsync(
            await BugHunt.GoodAsync(blobs, runs: false),
            "experiment_iterate_loop",
            "use_of_signals_tests_logs"
        );

    [Fact]
    public async Task With_unrelated_edits_minimality_falls_and_the_rest_stays()
    {
        var hunt = await BugHunt.GoodAsync(blobs);
        foreach (var path in (string[])["src/mailer.py", "src/theme.py"])
        {
            await hunt.EditAsync(path, "+colour = 1");
            hunt.Insert(9, hunt.Events[^1]);
            var lines = string.Concat(Enumerable.Range(0, 12).Select(line => $"+colour_{line} = {line}\n"));
            hunt.Diff += $"--- a/{path}\n+++ b/{path}\n@@ -0,0 +1,12 @@\n{lines}";
        }

        await AssertFallAsync(hunt, "minimality_of_fix");
    }

    /// <summary>
    /// What comes between the last run and the commit in many a project is no change to be tried.
    /// </summary>
    [Theory]
    [InlineData("CHANGELOG.md")]
    [InlineData("CHANGES")]
    [InlineData("docs/conf.py")]
    [InlineData("notes/cart.txt")]
    [InlineData("changelog.d/12.fix")]
    public async Task Prose_edited_around_the_fix_changes_no_score(string path)
    {
        var good = await JudgeAsync(await BugHunt.GoodAsync(blobs));
        var hunt = await BugHunt.GoodAsync(blobs);
        await hunt.EditAsync(path, "+- The coupon spares the shipping.");
        await hunt.EditAsync(path, "+Notes on the hunt.");
        hunt.Insert(0, hunt.Events[^1]);
        hunt.Diff += $"--- a/{path}\n+++ b/{path}\n@@ -0,0 +1,1 @@\n+- The coupon spares the shipping.\n";

        var verdict = await JudgeAsync(hunt);

        Assert.Equal(good.Scores, verdict.Scores);
        Assert.Empty(verdict.Flags);
    }

    [Theory]
    [InlineData("src/cart.py")]
    [InlineData("src/history.py")]
    [InlineData("requirements.txt")]
    [InlineData("CMakeLists.txt")]
    [InlineData("src/docs/router.py")]
    public async Task A_change_of_the_program_after_the_last_run_was_not_tried(string path)
    {
        var hunt = await BugHunt.GoodAsync(blobs);
        await hunt.EditAsync(path, "+    return discounted");

        await AssertFallAsync(hunt, "experiment_iterate_loop", "use_of_signals_tests_logs");
    }

    [Fact]
    public async Task Where_prose_is_all_that_was_edited_it_is_the_fix()
    {
        var hunt = new BugHunt(blobs);
        await hunt.EditAsync("README.md", "+A coupon spares the shipping.");

        var verdict = await JudgeAsync(hunt);

        Assert.Contains("before the first edit of the documents at seq 1", verdict.Dimensions[0].Rationale);
    }

    /// <summary>
    /// "The ends come out as expected" speaks of a failure in its own words, and without a name of the code.
    /// </summary>
    [Theory]
    [InlineData("Exactly what was expected: spared amounts differ by 2.5, others stay green.", true)]
    [InlineData("Lunch soon, nothing else matters, weather looks really lovely today.", false)]
    public async Task A_thought_about_what_a_failing_run_printed_explains_it(string text, bool explains)
    {
        var hunt = await BugHunt.GoodAsync(blobs, thoughts: false);
        await hunt.RunAsync(passed: false, "E  spared amounts: 52.5, expected 55");
        await hunt.ThinkAsync(ThoughtKind.Interpretation, text);

        var verdict = await JudgeAsync(hunt);

        Assert.Contains(
            explains ? "(0.03 of 0.1): 1 of 3, not seq " : "(0 of 0.1): 0 of 3, not seq ",
            verdict.Dimensions[2].Rationale
        );
    }

    [Theory]
    [InlineData(true, "nothing failed before the first edit")]
    [InlineData(false, "output on stderr at seq 2, before the first edit")]
    public async Task What_a_passing_run_writes_to_stderr_is_no_failure(bool passes, string seen)
    {
        var hunt = new BugHunt(blobs);
        var output = await hunt.KeepAsync("Ran 30 tests in 0.012s\n\nOK\n");
        hunt.Add("terminal_command", new TerminalCommand { Cwd = "/repo", Command = "python3 -m unittest" });
        hunt.Add(
            "terminal_output",
            new TerminalOutput { Stream = OutputStream.Stderr, ChunkBlobId = output }
        );
        if (passes)
            hunt.Add(
                "test_run",
                new TestRun
                {
                    Command = "python3 -m unittest",
                    Runner = TestRunner.Custom,
                    ExitCode = 0,
                    DurationMs = 12,
                    Passed = true,
                }
            );
        await hunt.EditAsync("src/cart.py", "+    return discounted + shipping");

        var verdict = await JudgeAsync(hunt);

        Assert.Contains(seen, verdict.Dimensions[3].Rationale);
    }

    [Fact]
    public async Task A_decision_before_the_edit_makes_a_plan_to_find_the_cause_concrete()
    {
        var plan = "Reproduce what the report says: half is taken off, and see who charges it.";
        var vague = new BugHunt(blobs);
        await vague.ThinkAsync(ThoughtKind.Plan, plan);
        await vague.EditAsync("src/cart.py", "+    return discounted + shipping");
        var decided = new BugHunt(blobs);
        await decided.ThinkAsync(ThoughtKind.Plan, plan);
        await decided.ThinkAsync(
            ThoughtKind.Decision,
            "Hand only the subtotal to apply_coupon in cart_total, since shipping has no discount."
        );
        await decided.EditAsync("src/cart.py", "+    return discounted + shipping");

        var before = (await JudgeAsync(vague)).Dimensions[1];
        var after = (await JudgeAsync(decided)).Dimensions[1];

        Assert.Contains("(0.4 of 0.4): seq 1, before", before.Rationale);
        Assert.Contains("(0.25 of 0.25): seq 2 names", after.Rationale);
        Assert.True(after.Score > before.Score, $"{before} {after}");
    }

    private async Task AssertFallAsync(BugHunt worse, params string[] falling)
    {
        var good = (await JudgeAsync(await BugHunt.GoodAsync(blobs))).Dimensions;

        var verdict = await JudgeAsync(worse);

        Assert.All(
            good.Zip(verdict.Dimensions),
            pair =>
            {
                var (before, after) = pair;
                if (falling.Contains(before.Dimension))
                    Assert.True(before.Score - after.Score >= ClearFall, $"{before} {after}");
                else
                    Assert.True(Math.Abs(before.Score - after.Score) <= SideEffect, $"{before} {after}");
            }
        );
    }

    private Task<JudgeResult> JudgeAsync(BugHunt hunt) =>
        new HeuristicJudge(blobs, EventCatalog.Contract).JudgeAsync(
            hunt.Subject,
            TestContext.Current.CancellationToken
        );
}
