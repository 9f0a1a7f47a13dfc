using System.Text.RegularExpressions;

namespace Datacurve.Core.Verdicts;

/// <summary>
/// The tests that a source file declares, as far as its text shows them, and which of them are switched off.
/// <see cref="AllSkipped"/>: a mark before the first test, or a <c>.only</c>, switches off the others too.
/// </summary>
internal sealed record DeclaredTests(IReadOnlyList<DeclaredTest> Tests, bool AllSkipped)
{
    public static readonly DeclaredTests None = new([], false);

    /// <summary>Above a test, its decorators and attributes are looked for over this many lines.</summary>
    private const int HeadLinesMax = 20;

    private static readonly Dictionary<string, (Regex Test, Regex Skip)> Languages = new()
    {
        ["py"] = (
            Compile(@"^[ \t]*(async\s+)?def\s+(?<name>test\w*)\s*\("),
            Compile(
                @"\bmark\.(skip|skipif|xfail)\b|\bpytest\.(skip|xfail|importorskip)\s*\("
                    + @"|\bunittest\.(skip|expectedF)"
                    + @"|@(skip|xfail|expectedF)|\bself\.skipTest\b|\bSkipTest\b"
                    + @"|\b__test__\s*=\s*False|\bcollect_ignore"
            )
        ),
        ["go"] = (
            Compile(@"^func\s+(?<name>(Test|Fuzz|Example)\w*)\s*\(|\.Run\(\s*""(?<name>[^""\n]+)"""),
            Compile(@"\b\w+\.Skip(f|Now)?\(")
        ),
        ["js"] = (
            Compile(
                @"\b(x|f)?(it|test|specify)(\.\w+)*\s*\(\s*"
                    + @"('(?<name>[^'\n]+)'|""(?<name>[^""\n]+)""|`(?<name>[^`]+)`)"
            ),
            Compile(@"\bx(it|test|describe)\b|\.(skip|todo|failing|fixme)\b|\bskip:\s*true|\btodo:\s*true")
        ),
        ["cs"] = (
            Compile(
                @"\[(Fact|Theory|Test|TestCase|TestMethod|DataTestMethod)\b[^\n]*\n([ \t]*\[[^\n]*\n)*"
                    + @"[^\n(=]*?\b(?<name>\w+)\s*(<[^>\n]*>)?\("
            ),
            Compile(@"\bSkip\s*=|\[(Ignore|Explicit)\b|\bAssert\.(Ignore|Inconclusive|Skip)\b")
        ),
        ["rs"] = (
            Compile(
                @"#\[(\w+::)*(test|rstest)\b[^\n]*\]\s*(#\[[^\n]*\]\s*)*(pub\s+)?(async\s+)?fn\s+(?<name>\w+)"
            ),
            Compile(@"#\[ignore\b")
        ),
        ["java"] = (
            Compile(@"@(Test|ParameterizedTest)\b[^\n]*\n([ \t]*@[^\n]*\n)*[^\n(=]*?\b(?<name>\w+)\s*\("),
            Compile(@"@(Disabled|Ignore)\b|\bassumeTrue\(")
        ),
    };

    private static readonly Regex Only = Compile(@"\.only\s*\(|\bf(it|describe)\s*\(|\bonly:\s*true");

    public static DeclaredTests In(string path, string text)
    {
        if (LanguageOf(path) is not { } language)
            return None;

        var (test, skip) = Languages[language];
        var found = test.Matches(text);
        var starts = found.Select(match => HeadStart(text, match.Index)).ToArray();
        var tests = new DeclaredTest[starts.Length];
        for (var index = 0; index < starts.Length; index++)
        {
            var end =
                index + 1 < starts.Length ? Math.Max(starts[index + 1], found[index].Index) : text.Length;
            var block = text.AsSpan(starts[index], end - starts[index]);
            tests[index] = new DeclaredTest(found[index].Groups["name"].Value, skip.IsMatch(block));
        }
        var preamble = starts.Length > 0 ? text.AsSpan(0, starts[0]) : default;
        return new DeclaredTests(tests, skip.IsMatch(preamble) || (language == "js" && Only.IsMatch(text)));
    }

    private static string? LanguageOf(string path) =>
        path[(path.LastIndexOf('.') + 1)..] switch
        {
            "py" => "py",
            "go" => "go",
            "js" or "jsx" or "ts" or "tsx" or "mjs" or "cjs" or "mts" or "cts" => "js",
            "cs" => "cs",
            "rs" => "rs",
            "java" or "kt" => "java",
            _ => null,
        };

    /// <summary>The start of the unbroken lines above a test, where its marks stand.</summary>
    private static int HeadStart(string text, int index)
    {
        var start = LineStart(text, index);
        for (var lines = 0; start > 0 && lines < HeadLinesMax; lines++)
        {
            var above = LineStart(text, start - 1);
            if (text.AsSpan(above, start - 1 - above).IsWhiteSpace())
                break;
            start = above;
        }
        return start;
    }

    private static int LineStart(string text, int index) =>
        index <= 0 ? 0 : text.LastIndexOf('\n', index - 1) + 1;

    private static Regex Compile(string pattern) =>
        new(
            pattern,
            RegexOptions.NonBacktracking
                | RegexOptions.ExplicitCapture
                | RegexOptions.Multiline
                | RegexOptions.CultureInvariant
        );
}

/// <summary>One test as its source declares it.</summary>
internal sealed record DeclaredTest(string Name, bool Skipped);
