using Datacurve.Core.Qa;

namespace Datacurve.Core.Verdicts.Reports;

/// <summary>
/// Node's runner reports a file in which no test was declared as one passed test under the file's path:
/// also a file whose process ended early with exit code 0. Such a pass shows nothing, so it counts as
/// skipped; a failure of a whole file stays one.
/// </summary>
public static class NodeFiles
{
    private static readonly string[] Extensions =
    [
        ".js",
        ".mjs",
        ".cjs",
        ".ts",
        ".mts",
        ".cts",
        ".jsx",
        ".tsx",
    ];

    public static TestReport WithoutEmptyFiles(TestReport report) =>
        report with
        {
            Cases =
            [
                .. report.Cases.Select(test =>
                    test.Status is CaseStatus.Passed && IsFile(test.Name)
                        ? test with
                        {
                            Status = CaseStatus.Skipped,
                            Message = "the file declared no test",
                        }
                        : test
                ),
            ],
        };

    private static bool IsFile(string name) =>
        Extensions.Any(extension => name.EndsWith(extension, StringComparison.Ordinal));
}
