using Datacurve.Core.Qa;

namespace Datacurve.Core.Verdicts;

/// <summary>
/// Every test of both runs side by side, sorted by name. Over repeats of one run a test has its worst status,
/// and one whose status differs between them is flaky.
/// </summary>
internal sealed class CaseTable
{
    private CaseTable(IReadOnlyList<TestComparison> cases, IReadOnlySet<string> flaky, bool beforeFailed)
    {
        Cases = cases;
        Flaky = [.. flaky.Order(StringComparer.Ordinal)];
        // A test that is absent or skipped before fails there only if that run as a whole did.
        FailToPass = Names(test =>
            test.After is CaseStatus.Passed
            && !flaky.Contains(test.Name)
            && (
                test.Before is CaseStatus.Failed or CaseStatus.Error
                || (beforeFailed && IsAbsent(test.Before))
            )
        );
        PassToPass = Names(test => test is { Before: CaseStatus.Passed, After: CaseStatus.Passed });
        PassToFail = Names(test => test.Before is CaseStatus.Passed && test.After is not CaseStatus.Passed);
    }

    public IReadOnlyList<TestComparison> Cases { get; }
    public IReadOnlyList<string> Flaky { get; }
    public IReadOnlyList<string> FailToPass { get; }
    public IReadOnlyList<string> PassToPass { get; }
    public IReadOnlyList<string> PassToFail { get; }

    public static CaseTable Of(IReadOnlyList<RunEvidence> before, IReadOnlyList<RunEvidence> after)
    {
        var flaky = new HashSet<string>();
        var beforeCases = Worst(before, flaky);
        var afterCases = Worst(after, flaky);
        var cases = beforeCases
            .Keys.Union(afterCases.Keys)
            .Order(StringComparer.Ordinal)
            .Select(name =>
                Compare(name, beforeCases.GetValueOrDefault(name), afterCases.GetValueOrDefault(name))
            )
            .ToArray();
        return new CaseTable(cases, flaky, before.All(run => !run.Passed));
    }

    private static Dictionary<string, Seen> Worst(IReadOnlyList<RunEvidence> runs, HashSet<string> flaky)
    {
        var worst = new Dictionary<string, Seen>();
        var reports = runs.Select(run => run.Report).OfType<Reports.TestReport>().ToArray();
        foreach (var test in reports.SelectMany(report => report.Cases))
        {
            var seen = new Seen(test.Status, test.DurationMs, 1);
            if (worst.TryGetValue(test.Name, out var other))
            {
                if (other.Status != seen.Status)
                    flaky.Add(test.Name);
                seen = (seen.Status > other.Status ? seen : other) with { Times = other.Times + 1 };
            }
            worst[test.Name] = seen;
        }
        // A repeat whose report lacks the test is another status, unless that whole run has no report.
        foreach (var (name, seen) in worst.Where(test => test.Value.Times < reports.Length).ToArray())
        {
            flaky.Add(name);
            worst[name] = seen with { Status = Worse(seen.Status, CaseStatus.Missing) };
        }
        return worst;
    }

    private static TestComparison Compare(string name, Seen? before, Seen? after) =>
        new(
            name,
            before?.Status ?? CaseStatus.Missing,
            after?.Status ?? CaseStatus.Missing,
            before?.DurationMs,
            after?.DurationMs
        );

    private static CaseStatus Worse(CaseStatus one, CaseStatus other) => one > other ? one : other;

    private static bool IsAbsent(CaseStatus status) => status is CaseStatus.Missing or CaseStatus.Skipped;

    private string[] Names(Func<TestComparison, bool> predicate) =>
        [.. Cases.Where(predicate).Select(test => test.Name)];

    private sealed record Seen(CaseStatus Status, double? DurationMs, int Times);
}
