using Datacurve.Core.Qa;

namespace Datacurve.Core.Verdicts;

/// <summary>
/// Holds the run without a fix against the run with it. <c>passed</c> takes all of this: the after run, and
/// each of its repeats, passed; no test that passed before is missing, skipped or failing after; where the
/// fix brings tests, at least one of all goes from fail to pass; no test was deleted; nothing makes the
/// report doubtful.
/// </summary>
/// <remarks>
/// Pure, and total: every pair of runs has an outcome. A run that was killed or broke is evidence like
/// another. When neither run could so much as start the runner, that says something about the trace's
/// environment and nothing about the fix, and the outcome is <c>not_reproducible</c>.
/// </remarks>
public static class Comparison
{
    private const int NamesInReason = 3;

    /// <param name="before">The run without the fix and its repeats, at least one.</param>
    /// <param name="after">The run with the fix and its repeats, at least one.</param>
    public static Verdict Of(
        IReadOnlyList<RunEvidence> before,
        IReadOnlyList<RunEvidence> after,
        FixReview fix
    )
    {
        if (before.Count == 0 || after.Count == 0)
            throw new ArgumentException(
                "both runs are needed",
                before.Count == 0 ? nameof(before) : nameof(after)
            );

        var runs = new Runs(before, after, CaseTable.Of(before, after), fix);
        var (outcome, reason) = Judge(runs);
        return new Verdict
        {
            Outcome = outcome,
            Reason = reason is null ? null : WithHarness(reason, fix),
            ExitCodeOnly = runs.ExitCodeOnly,
            FailToPass = runs.Table.FailToPass,
            PassToPass = runs.Table.PassToPass,
            PassToFail = runs.Table.PassToFail,
            Cases = runs.Table.Cases,
            Flaky = runs.Table.Flaky,
            Flags = Flags(runs),
        };
    }

    private static (TestsOutcome Outcome, string? Reason) Judge(Runs runs)
    {
        if (runs.NeitherStarted)
            return (
                TestsOutcome.NotReproducible,
                "The test command wrote no report and failed in both runs."
            );
        if (runs.NeitherRanTests)
            return (TestsOutcome.NoTests, "The test command ran no test.");

        var reason = Kill(runs) ?? Doubt(runs) ?? Failure(runs) ?? Deletion(runs) ?? NoEffect(runs);
        return (reason is null ? TestsOutcome.Passed : TestsOutcome.Failed, reason);
    }

    private static string? Kill(Runs runs) =>
        runs.Fix.IsEmpty ? "The trace has no fix: its final diff is empty."
        : runs.After.Any(run => run.TimedOut) ? "The tests with the fix ran out of time."
        : runs.After.Any(run => run.OutOfMemory) ? "The tests with the fix ran out of memory."
        : null;

    private static string? Doubt(Runs runs)
    {
        if (runs.Fix.Suspicions is [var suspicion, ..])
            return $"The report cannot be trusted: {suspicion.Path} line {suspicion.Line} {suspicion.What}.";
        if (runs.After.FirstOrDefault(run => run.ReportProblem is not null) is { } run)
            return $"The report of the run with the fix does not count: {run.ReportProblem}.";
        if (runs.After.Any(run => run.Report is null && runs.ReportExpected))
            return "The run with the fix wrote no report, though its runner was asked for one.";
        return null;
    }

    private static string? Failure(Runs runs)
    {
        var failing = runs
            .Table.Cases.Where(test => test.After is CaseStatus.Failed or CaseStatus.Error)
            .ToArray();
        if (failing.Length > 0)
        {
            var known = failing.Count(test => test.Before is CaseStatus.Failed or CaseStatus.Error);
            return $"{Count(failing.Length)} with the fix ({known} of them without it too): "
                + $"{Names(failing.Select(test => test.Name))}.";
        }
        if (runs.After.Any(run => run.ExitCode != 0))
        {
            var code = runs.After.First(run => run.ExitCode != 0).ExitCode;
            return runs.ExitCodeOnly
                ? $"The test command ended with exit code {code} with the fix."
                : $"No test failed with the fix, yet the test command ended with exit code {code}.";
        }
        return runs.Table.PassToFail is { Count: > 0 } gone
            ? $"Tests that passed without the fix did not run with it: {Names(gone)}."
            : null;
    }

    private static string? Deletion(Runs runs) =>
        runs.Fix.DeletedTests is { Count: > 0 } deleted ? $"The fix deletes tests: {Names(deleted)}."
        : runs.Fix.SkippedTests is { Count: > 0 } skipped ? $"The fix switches tests off: {Names(skipped)}."
        : null;

    private static string? NoEffect(Runs runs) =>
        runs.Fix.TestFiles.Count > 0 && !runs.AnyFailToPass
            ? "The fix brings tests, and none of them fails without it."
            : null;

    private static string WithHarness(string reason, FixReview fix) =>
        fix.HarnessFiles.Count == 0
            ? reason
            : $"{reason} The fix's changes to the test harness were not applied: {Names(fix.HarnessFiles)}.";

    private static TestsFlag[] Flags(Runs runs)
    {
        var flags = new List<TestsFlag>();
        if (runs.Fix.DeletedTests.Count > 0 || runs.Fix.SkippedTests.Count > 0)
            flags.Add(TestsFlag.DeletesTests);
        if (runs.Fix.HarnessFiles.Count > 0)
            flags.Add(TestsFlag.ChangesTestHarness);
        if (!runs.AnyFailToPass)
            flags.Add(TestsFlag.NoTestFailsBefore);
        if (runs.ReportUntrusted)
            flags.Add(TestsFlag.ReportUntrusted);
        return [.. flags];
    }

    private static string Count(int tests) => Quantity.Of(tests, "test fails", "tests fail");

    private static string Names(IEnumerable<string> names)
    {
        var all = names.ToArray();
        var rest = all.Length > NamesInReason ? $" and {all.Length - NamesInReason} more" : "";
        return string.Join(", ", all.Take(NamesInReason)) + rest;
    }

    /// <summary>Both runs with what follows from them together.</summary>
    private sealed record Runs(
        IReadOnlyList<RunEvidence> Before,
        IReadOnlyList<RunEvidence> After,
        CaseTable Table,
        FixReview Fix
    )
    {
        /// <summary>One run that reports shows that the other could have.</summary>
        public bool ReportExpected =>
            After.Any(run => run.ReportExpected) || Before.Concat(After).Any(run => run.Report is not null);

        public bool ExitCodeOnly => After.All(run => run.Report is null) && !ReportExpected;

        public bool NeitherStarted =>
            Before.Concat(After).All(run => run is { Report: null, TimedOut: false, OutOfMemory: false })
            && Before.Concat(After).All(run => run.ExitCode != 0 && run.ReportProblem is null)
            && (ReportExpected || Before.Concat(After).All(run => run.ExitCode is 126 or 127));

        public bool NeitherRanTests =>
            After.All(run => run.Report is { RanAny: false })
            && Before.All(run => run.Report is not { RanAny: true });

        /// <summary>Without reports the exit codes are the one test there is.</summary>
        public bool AnyFailToPass =>
            ExitCodeOnly
                ? Before.All(run => !run.Passed) && After.All(run => run.Passed)
                : Table.FailToPass.Count > 0;

        public bool ReportUntrusted => Fix.Suspicions.Count > 0 || After.Any(Contradicts);

        private bool Contradicts(RunEvidence run) =>
            run is { TimedOut: false, OutOfMemory: false }
            && (
                run.ReportProblem is not null
                || (run.Report is null && ReportExpected && run.ExitCode == 0)
                || (run.Report is { } report && report.RanAny && report.HasFailures == (run.ExitCode == 0))
            );
    }
}
