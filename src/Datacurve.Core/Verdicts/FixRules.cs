using Datacurve.Core.Replay;

namespace Datacurve.Core.Verdicts;

/// <summary>
/// What of a fix is applied for which run, and what about it speaks against trusting its runs.
/// </summary>
/// <remarks>
/// The tests judge the fix, so the fix must not judge the tests: whatever decides how tests are collected,
/// run and reported (<see cref="TestHarness"/>) stays as it is in the base. Test files are the fix's in
/// both runs, so that the same tests meet the code without and with the fix. What this cannot exclude: the
/// code under test shares its process with the reporter of most runners, so code that is written to deceive
/// can find the report and forge it, and a test can be written to pass only beside the fix without testing
/// anything. Unpredictable report names, a nonce inside, both runs side by side and <see
/// cref="SuspiciousLines"/> make that hard to do unnoticed, not impossible.
/// </remarks>
public static class FixRules
{
    /// <summary>
    /// The changes to apply on the base for the run without the fix: its test files. A test file that the fix
    /// deletes stays, unless all its tests live on elsewhere: what it loses shows as missing in the after
    /// run.
    /// </summary>
    /// <param name="testCommand">Files that the test command names are harness.</param>
    public static IReadOnlyList<FileChange> ForBefore(
        IReadOnlyList<FileChange> changes,
        string testCommand = ""
    )
    {
        var lost = TestDeletions.Find(changes).PathsOfLostFiles;
        return
        [
            .. changes.Where(change =>
                IsTest(change) && !TestHarness.Contains(change, testCommand) && !lost.Contains(change.Path)
            ),
        ];
    }

    /// <summary>The changes to apply on the base for the run with the fix: all but the harness.</summary>
    public static IReadOnlyList<FileChange> ForAfter(
        IReadOnlyList<FileChange> changes,
        string testCommand = ""
    ) => [.. changes.Where(change => !TestHarness.Contains(change, testCommand))];

    /// <summary>Everything the verdict has to know about the fix.</summary>
    /// <param name="reportPath">Where the trace says that its report is written; null where Datacurve
    /// chose.</param>
    public static FixReview Review(
        IReadOnlyList<FileChange> changes,
        string testCommand = "",
        string? reportPath = null
    )
    {
        var harness = changes.Where(change => TestHarness.Contains(change, testCommand)).ToArray();
        var judged = changes.Except(harness).ToArray();
        var deletions = TestDeletions.Find([.. judged.Where(IsTest)]);
        return new FixReview
        {
            IsEmpty = changes.Count == 0,
            TestFiles = Paths(judged.Where(change => IsTest(change) && change.After is not null)),
            HarnessFiles = Paths(harness),
            DeletedTests = deletions.Deleted,
            SkippedTests = deletions.Skipped,
            Suspicions = SuspiciousLines.Find(judged, reportPath),
        };
    }

    private static bool IsTest(FileChange change) => TestPaths.Contains(change.Path);

    private static string[] Paths(IEnumerable<FileChange> changes) =>
        [.. changes.Select(change => change.Path).Order(StringComparer.Ordinal)];
}

/// <summary>What was found in a fix. Lists are sorted; tests are <c>path::name</c>.</summary>
public sealed record FixReview
{
    public bool IsEmpty { get; init; }

    /// <summary>Test files that the fix adds or changes.</summary>
    public IReadOnlyList<string> TestFiles { get; init; } = [];

    /// <summary>Files that the fix changes and that were left as in the base.</summary>
    public IReadOnlyList<string> HarnessFiles { get; init; } = [];

    /// <summary>Tests of the base that the fix removes without a test of the same name elsewhere.</summary>
    public IReadOnlyList<string> DeletedTests { get; init; } = [];

    /// <summary>Tests of the base that the fix marks as skipped or expected to fail.</summary>
    public IReadOnlyList<string> SkippedTests { get; init; } = [];
    public IReadOnlyList<Suspicion> Suspicions { get; init; } = [];
}

/// <summary>
/// A line that the fix adds and that reaches for the runner, its report or the end of the process.
/// </summary>
public sealed record Suspicion(string Path, int Line, string What);
