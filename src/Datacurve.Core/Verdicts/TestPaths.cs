using System.Text.RegularExpressions;

namespace Datacurve.Core.Verdicts;

/// <summary>Which files are tests or belong to them, by the conventions of each ecosystem.</summary>
public static class TestPaths
{
    private static readonly HashSet<string> Folders =
    [
        "tests",
        "__tests__",
        "__mocks__",
        "__snapshots__",
        "__fixtures__",
        "spec",
        "specs",
        "testdata",
        "test_data",
    ];

    private static readonly Regex FileName = new(
        @"^(test_.*\.py|.*_test\.py|tests?\.py"
            + @"|.*_test\.go"
            + @"|(.*[.\-_])?(test|tests|spec|specs)\.([cm]?[jt]sx?)|.*\.snap"
            + @"|.*Tests?\.(cs|fs|vb)"
            + @"|.*(Test|Tests|TestCase|IT)\.(java|kt|kts|groovy|scala)"
            + @"|.*_(test|spec)\.(rb|exs|dart|cc|cpp|c)|test_.*\.(rb|c|cc|cpp|sh)|.*Test\.php|.*\.bats)$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    );

    /// <summary>
    /// Whether a file at this path is a test, or data or code for tests only. A folder <c>test</c> is one at
    /// the top, and further down wherever it is not a Python package (<c>django/test</c> is a product).
    /// </summary>
    public static bool Contains(string path)
    {
        var parts = path.Split('/');
        return FileName.IsMatch(parts[^1])
            || parts[..^1].Any(IsTestFolder)
            || parts[0] == "test" && parts.Length > 1
            || parts.AsSpan(0, parts.Length - 1).Contains("test")
                && !path.EndsWith(".py", StringComparison.Ordinal);
    }

    private static bool IsTestFolder(string folder) =>
        Folders.Contains(folder)
        || folder.EndsWith(".Tests", StringComparison.Ordinal)
        || folder.EndsWith(".Test", StringComparison.Ordinal)
        || folder.EndsWith(".UnitTests", StringComparison.Ordinal)
        || folder.EndsWith(".IntegrationTests", StringComparison.Ordinal);
}
