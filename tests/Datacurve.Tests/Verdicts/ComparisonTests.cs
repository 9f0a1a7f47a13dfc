using Datacurve.Core.Qa;
using Datacurve.Core.Verdicts;
using Datacurve.Core.Verdicts.Reports;
using Xunit;

namespace Datacurve.Tests.Verdicts;

public sealed class ComparisonTests
{
    private static readonly FixReview WithTests = new() { TestFiles = ["tests/test_a.py"] };

    [Fact]
    public void Tests_are_sorted_into_what_became_of_them()
    {
        var before = Run(1, "a=failed", "b=passed", "c=passed", "d=passed", "e=skipped", "f=failed");
        var after = Run(1, "a=passed", "b=passed", "c=failed", "e=passed", "f=failed", "g=passed");
        var verdict = Comparison.Of([before], [after], WithTests);
        Assert.Equal(["a", "e", "g"], verdict.FailToPass);
        Assert.Equal(["b"], verdict.PassToPass);
        Assert.Equal(["c", "d"], verdict.PassToFail);
        Assert.Equal(TestsOutcome.Failed, verdict.Outcome);
        Assert.Equal(
            new TestComparison("d", CaseStatus.Passed, CaseStatus.Missing, 1, null),
            verdict.Cases[3]
        );
        Assert.Equal("2 tests fail with the fix (1 of them without it too): c, f.", verdict.Reason);
    }

    [Fact]
    public void A_fix_passes_when_its_test_turns_and_nothing_else_changes()
    {
        var verdict = Comparison.Of(
            [Run(1, "a=failed", "b=passed")],
            [Run(0, "a=passed", "b=passed")],
            WithTests
        );
        Assert.Equal(
            (TestsOutcome.Passed, null, true),
            (verdict.Outcome, verdict.Reason, verdict.FinalPassed)
        );
        Assert.Empty(verdict.Flags);
    }

    [Fact]
    public void A_test_that_passed_before_and_is_missing_after_fails_the_fix()
    {
        var verdict = Comparison.Of([Run(1, "a=failed", "b=passed")], [Run(0, "a=passed")], WithTests);
        Assert.Equal(["b"], verdict.PassToFail);
        Assert.Equal("Tests that passed without the fix did not run with it: b.", verdict.Reason);
    }

    [Fact]
    public void A_test_absent_from_a_before_run_that_passed_did_not_fail_there()
    {
        var verdict = Comparison.Of([Run(0, "b=passed")], [Run(0, "a=passed", "b=passed")], WithTests);
        Assert.Empty(verdict.FailToPass);
        Assert.Equal((TestsOutcome.Failed, TestsFlag.NoTestFailsBefore), (verdict.Outcome, verdict.Flags[0]));
    }

    [Theory]
    [InlineData(1, "a=passed")]
    [InlineData(0, "a=failed")]
    public void A_report_that_contradicts_the_exit_code_is_not_trusted(int exitCode, string test)
    {
        var verdict = Comparison.Of([Run(1, "a=failed")], [Run(exitCode, test)], WithTests);
        Assert.Equal(TestsOutcome.Failed, verdict.Outcome);
        Assert.Contains(TestsFlag.ReportUntrusted, verdict.Flags);
    }

    [Fact]
    public void An_exit_code_of_zero_without_the_report_that_was_asked_for_fails()
    {
        var silent = new RunEvidence { ExitCode = 0, ReportExpected = true };
        Assert.False(silent.Passed);
        var verdict = Comparison.Of([Run(1, "a=failed")], [silent], WithTests);
        Assert.Equal(TestsOutcome.Failed, verdict.Outcome);
        Assert.Contains(TestsFlag.ReportUntrusted, verdict.Flags);
    }

    [Fact]
    public void A_report_in_one_run_is_expected_of_the_other_too()
    {
        var silent = new RunEvidence { ExitCode = 0 };
        var verdict = Comparison.Of(
            [Run(1, "a=failed") with { ReportExpected = false }],
            [silent],
            new FixReview()
        );
        Assert.Equal((TestsOutcome.Failed, false), (verdict.Outcome, verdict.ExitCodeOnly));
    }

    [Theory]
    [InlineData(1, 0, TestsOutcome.Passed)]
    [InlineData(0, 0, TestsOutcome.Failed)]
    [InlineData(1, 1, TestsOutcome.Failed)]
    [InlineData(127, 127, TestsOutcome.NotReproducible)]
    public void Exit_codes_decide_where_no_report_can_be_had(int before, int after, TestsOutcome expected)
    {
        var verdict = Comparison.Of(
            [new RunEvidence { ExitCode = before }],
            [new RunEvidence { ExitCode = after }],
            WithTests
        );
        Assert.Equal((expected, true), (verdict.Outcome, verdict.ExitCodeOnly));
    }

    [Fact]
    public void A_runner_that_starts_in_neither_run_is_not_reproducible()
    {
        var silent = new RunEvidence { ExitCode = 1, ReportExpected = true };
        Assert.Equal(TestsOutcome.NotReproducible, Comparison.Of([silent], [silent], WithTests).Outcome);
        var killed = silent with { TimedOut = true };
        Assert.Equal(TestsOutcome.Failed, Comparison.Of([killed], [killed], WithTests).Outcome);
    }

    [Fact]
    public void A_run_without_a_test_is_an_outcome_of_its_own()
    {
        Assert.Equal(TestsOutcome.NoTests, Comparison.Of([Run(5)], [Run(5)], WithTests).Outcome);
        Assert.Equal(
            TestsOutcome.NoTests,
            Comparison.Of([Run(0, "a=skipped")], [Run(0, "a=skipped")], WithTests).Outcome
        );
        Assert.Equal(TestsOutcome.Failed, Comparison.Of([Run(0, "a=passed")], [Run(5)], WithTests).Outcome);
    }

    [Fact]
    public void Time_and_memory_run_out_with_a_reason()
    {
        var before = Run(1, "a=failed");
        var timedOut = new RunEvidence
        {
            ExitCode = 137,
            TimedOut = true,
            ReportExpected = true,
        };
        Assert.Contains(
            "time",
            Comparison.Of([before], [timedOut], WithTests).Reason!,
            StringComparison.Ordinal
        );
        var outOfMemory = new RunEvidence
        {
            ExitCode = 137,
            OutOfMemory = true,
            ReportExpected = true,
        };
        var verdict = Comparison.Of([before], [outOfMemory], WithTests);
        Assert.Contains("memory", verdict.Reason!, StringComparison.Ordinal);
        Assert.DoesNotContain(TestsFlag.ReportUntrusted, verdict.Flags);
    }

    [Fact]
    public void A_flaky_test_never_counts_as_fixed()
    {
        var verdict = Comparison.Of(
            [Run(1, "a=failed", "b=passed"), Run(0, "a=passed", "b=passed")],
            [Run(0, "a=passed", "b=passed"), Run(0, "a=passed", "b=passed")],
            WithTests
        );
        Assert.Equal(["a"], verdict.Flaky);
        Assert.Empty(verdict.FailToPass);
        Assert.Equal(TestsOutcome.Failed, verdict.Outcome);
    }

    [Fact]
    public void One_failing_repeat_fails_the_fix()
    {
        var verdict = Comparison.Of(
            [Run(1, "a=failed")],
            [Run(0, "a=passed"), Run(1, "a=failed")],
            WithTests
        );
        Assert.Equal((TestsOutcome.Failed, CaseStatus.Failed), (verdict.Outcome, verdict.Cases[0].After));
        Assert.Equal(["a"], verdict.Flaky);
    }

    [Fact]
    public void What_speaks_against_a_fix_fails_it_though_its_tests_pass()
    {
        var before = Run(1, "a=failed");
        var after = Run(0, "a=passed");
        FixReview[] reviews =
        [
            WithTests with
            {
                DeletedTests = ["t.py::test_x"],
            },
            WithTests with
            {
                SkippedTests = ["t.py::test_x"],
            },
            WithTests with
            {
                Suspicions = [new Suspicion("a.py", 3, "hooks into the runner")],
            },
            WithTests with
            {
                IsEmpty = true,
            },
        ];
        Assert.All(
            reviews,
            review => Assert.Equal(TestsOutcome.Failed, Comparison.Of([before], [after], review).Outcome)
        );
    }

    [Fact]
    public void Harness_changes_are_flagged_and_named_where_the_fix_fails()
    {
        var review = WithTests with { HarnessFiles = ["conftest.py"] };
        var failed = Comparison.Of([Run(1, "a=failed")], [Run(1, "a=failed")], review);
        Assert.Contains("conftest.py", failed.Reason!, StringComparison.Ordinal);
        var passed = Comparison.Of([Run(1, "a=failed")], [Run(0, "a=passed")], review);
        Assert.Equal(TestsOutcome.Passed, passed.Outcome);
        Assert.Equal([TestsFlag.ChangesTestHarness], passed.Flags);
    }

    private static RunEvidence Run(int exitCode, params string[] tests) =>
        new()
        {
            ExitCode = exitCode,
            ReportExpected = true,
            Report = new TestReport
            {
                Cases =
                [
                    .. tests.Select(test => new TestCase(
                        test.Split('=')[0],
                        Enum.Parse<CaseStatus>(test.Split('=')[1], ignoreCase: true),
                        1,
                        null
                    )),
                ],
            },
        };
}
