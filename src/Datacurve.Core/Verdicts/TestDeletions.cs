using Datacurve.Core.Replay;

namespace Datacurve.Core.Verdicts;

/// <summary>
/// Which tests of the base a fix takes away or switches off. A test that another changed file holds under the
/// same name has moved. A renamed test counts as deleted: its old name passed, and nothing shows that the new
/// one tests the same.
/// </summary>
internal sealed record TestDeletions(
    IReadOnlyList<string> Deleted,
    IReadOnlyList<string> Skipped,
    IReadOnlySet<string> PathsOfLostFiles
)
{
    public static TestDeletions Find(IReadOnlyList<FileChange> changes)
    {
        var before = Declare(changes, change => change.Before);
        var after = Declare(changes, change => change.After);
        var left = after
            .SelectMany(file => file.Value.Tests)
            .GroupBy(test => test.Name)
            .ToDictionary(tests => tests.Key, tests => tests.Count());
        var deleted = new List<string>();
        var lostFiles = new HashSet<string>();
        foreach (var change in changes.OrderBy(change => change.Path, StringComparer.Ordinal))
        {
            foreach (var test in before[change.Path].Tests.Where(test => !Take(left, test.Name)))
            {
                deleted.Add($"{change.Path}::{test.Name}");
                if (change.After is null)
                    lostFiles.Add(change.Path);
            }
        }
        return new TestDeletions(deleted, FindSkipped(changes, before, after), lostFiles);
    }

    private static Dictionary<string, DeclaredTests> Declare(
        IReadOnlyList<FileChange> changes,
        Func<FileChange, FileState?> side
    ) =>
        changes
            .GroupBy(change => change.Path)
            .ToDictionary(
                same => same.Key,
                same =>
                    TestPaths.Contains(same.Key)
                        ? DeclaredTests.In(same.Key, SourceText.Of(side(same.First())))
                        : DeclaredTests.None
            );

    private static bool Take(Dictionary<string, int> left, string name)
    {
        if (left.GetValueOrDefault(name) == 0)
            return false;

        left[name]--;
        return true;
    }

    private static string[] FindSkipped(
        IReadOnlyList<FileChange> changes,
        Dictionary<string, DeclaredTests> before,
        Dictionary<string, DeclaredTests> after
    )
    {
        var ran = changes
            .SelectMany(change =>
                before[change.Path].Tests.Where(test => !test.Skipped && !before[change.Path].AllSkipped)
            )
            .Select(test => test.Name)
            .ToHashSet();
        return
        [
            .. changes
                .SelectMany(change =>
                    after[change.Path]
                        .Tests.Where(test =>
                            (test.Skipped || after[change.Path].AllSkipped) && ran.Contains(test.Name)
                        )
                        .Select(test => $"{change.Path}::{test.Name}")
                )
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
    }
}
