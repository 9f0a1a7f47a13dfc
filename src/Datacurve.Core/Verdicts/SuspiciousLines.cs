using System.Text.RegularExpressions;
using Datacurve.Core.Replay;

namespace Datacurve.Core.Verdicts;

/// <summary>
/// Looks in the lines that a fix adds for what no fix needs: the report's location, the runner's insides, the
/// question whether a test is running, and a way out of the process that skips the runner.
/// </summary>
/// <remarks>
/// A signal, not a proof, in both directions: names can be put together at run time, and a tool for test
/// runners may have reason to name them. So only a pattern that the file did not have before counts.
/// </remarks>
internal static class SuspiciousLines
{
    private const int FoundMax = 20;

    private static readonly (string What, Regex Pattern)[] Everywhere =
    [
        (
            "names the runner's report options",
            Compile(@"junitxml|junit_suite_name|PYTEST_ADDOPTS|--test-reporter")
        ),
        ("reads its own command line or environment", Compile(@"/proc/(self|\d+)/(cmdline|environ|fd|mem)")),
        (
            "hooks into the runner",
            Compile(@"\bpytest_(runtest|sessionfinish|report|unconfigure|cmdline|pyfunc)")
        ),
        (
            "opens the report folder",
            Compile(@"(open|Path|listdir|scandir|walk|glob|write\w*|read\w*|Create\w*)\s*\(.*[""'`]/reports")
        ),
        (
            "ends the process past the runner",
            Compile(@"\bos\._exit\s*\(|\bprocess\.reallyExit|os\.kill\s*\(\s*os\.getpid|\bsyscall\.Exit\s*\(")
        ),
        ("names Datacurve's own variables", Compile("DATACURVE_")),
    ];

    private static readonly (string What, Regex Pattern)[] InProduct =
    [
        (
            "ends the process when it is loaded",
            Compile(@"^(sys\.|process\.)?exit\(\s*0?\s*\)|^raise SystemExit")
        ),
        ("asks whether a test is running", Compile(@"PYTEST_CURRENT_TEST|NODE_TEST_CONTEXT|JEST_WORKER_ID")),
        (
            "reaches for the runner's modules",
            Compile(@"sys\.modules.*(pytest|unittest)|(pytest|unittest).*sys\.modules")
        ),
        (
            "imports the runner",
            Compile(
                @"^\s*(import|from)\s+(_pytest\b|pytest\b|unittest\s*$"
                    + @"|unittest\.(case|result|runner|main|suite)\b)"
            )
        ),
        (
            "changes the runner's classes",
            Compile(@"\b(TestResult|TestCase|TestReport|CallInfo|LogXML)\.\w+\s*=[^=]")
        ),
    ];

    public static IReadOnlyList<Suspicion> Find(IReadOnlyList<FileChange> changes, string? reportPath)
    {
        var found = new List<Suspicion>();
        foreach (var change in changes.OrderBy(change => change.Path, StringComparer.Ordinal))
        {
            if (change.After is not null && IsSource(change.Path))
                found.AddRange(FindIn(change, reportPath));
        }
        return [.. found.Take(FoundMax)];
    }

    private static IEnumerable<Suspicion> FindIn(FileChange change, string? reportPath)
    {
        var before = SourceText.Of(change.Before);
        var patterns = TestPaths.Contains(change.Path) ? Everywhere : [.. Everywhere, .. InProduct];
        var news = patterns
            .Where(pattern => !SourceText.Lines(before).Any(pattern.Pattern.IsMatch))
            .ToArray();
        var reportName = reportPath?.Split('/')[^1];
        foreach (var (number, text) in SourceText.AddedLines(change))
        {
            var what = Array.Find(news, pattern => pattern.Pattern.IsMatch(text)).What;
            if (
                what is null
                && !string.IsNullOrEmpty(reportName)
                && text.Contains(reportName, StringComparison.Ordinal)
            )
                what = "names the report file";
            if (what is not null)
                yield return new Suspicion(change.Path, number, what);
        }
    }

    /// <summary>Prose and data may speak of runners; only what can be executed counts.</summary>
    private static bool IsSource(string path) =>
        !path.EndsWith(".md", StringComparison.OrdinalIgnoreCase)
        && !path.EndsWith(".rst", StringComparison.OrdinalIgnoreCase)
        && !path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase);

    private static Regex Compile(string pattern) =>
        new(
            pattern,
            RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
        );
}
