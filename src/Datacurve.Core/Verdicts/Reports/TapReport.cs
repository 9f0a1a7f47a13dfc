using System.Globalization;
using System.Text;
using Datacurve.Core.Qa;

namespace Datacurve.Core.Verdicts.Reports;

/// <summary>
/// The Test Anything Protocol, versions 12 to 14 (testanything.org). A test is <c>parent/child</c> along its
/// subtests; one without a description is <c>#number</c>. A missing or unmet plan and a bail-out are broken
/// tests of their own: output that stops half-way never looks like a run that passed.
/// </summary>
internal sealed class TapReport
{
    private const int IndentPerLevel = 4;
    private readonly ReportBuilder _report = new();
    private readonly List<Level> _levels = [new Level()];
    private bool _isTap;
    private int _yamlIndent = -1;

    public static TestReport Parse(ReadOnlyMemory<byte> content)
    {
        var parser = new TapReport();
        foreach (var line in Encoding.UTF8.GetString(content.Span).AsSpan().EnumerateLines())
        {
            if (line.Length <= 64 * 1024)
                parser.ReadLine(line.TrimEnd());
        }
        return parser.Finish();
    }

    private TestReport Finish()
    {
        if (!_isTap)
            throw new ReportFormatException("it holds neither a TAP version, a plan nor a test point");

        // Subtests whose parent never came hang on the level above, so that their failures count.
        while (_levels.Count > 1)
            CloseDeepest("(unfinished)", finished: false);
        CheckPlan(_levels[0]);
        foreach (var test in _levels[0].Cases)
            _report.Add(test.Name, test.Status, test.DurationMs, test.Message);
        return _report.Build();
    }

    private void ReadLine(ReadOnlySpan<char> line)
    {
        var text = line.TrimStart(' ');
        var indent = line.Length - text.Length;
        if (_yamlIndent >= 0)
        {
            ReadYaml(text, indent);
            return;
        }
        if (text is "---" && Top.Cases.Count > 0)
        {
            _yamlIndent = indent;
            return;
        }
        if (indent % IndentPerLevel != 0 || indent / IndentPerLevel > ReportLimits.DepthMax)
            return;

        ReadStatement(text.ToString(), indent / IndentPerLevel);
    }

    private void ReadStatement(string text, int depth)
    {
        if (depth == 0 && (text.StartsWith("TAP version ", StringComparison.Ordinal)))
            _isTap = true;
        else if (text.StartsWith("Bail out!", StringComparison.Ordinal))
            AddTo(depth, new TestCase("(bail out)", CaseStatus.Error, null, text));
        else if (TapLine.ReadPlan(text) is { } planned)
            LevelAt(depth).Planned = planned;
        else if (TapLine.ReadPoint(text) is { } point)
            ReadPoint(point, depth);
        else
            return;
        _isTap |= depth == 0;
    }

    private void ReadPoint(TapPoint point, int depth)
    {
        var level = LevelAt(depth);
        level.Points++;
        var name = point.Description.Length > 0 ? point.Description : $"#{level.Points}";
        while (_levels.Count - 1 > depth)
            CloseDeepest(name, finished: true);

        var status =
            point.HasDirective ? CaseStatus.Skipped
            : point.Ok ? CaseStatus.Passed
            : CaseStatus.Failed;
        AddTo(depth, new TestCase(name, status, null, null));
    }

    /// <summary>
    /// Hangs the deepest level's tests on its parent, under the name of the point that closes it.
    /// </summary>
    private void CloseDeepest(string name, bool finished)
    {
        var closed = Top;
        CheckPlan(closed);
        _levels.RemoveAt(_levels.Count - 1);
        foreach (var test in closed.Cases)
            Top.Add(test with { Name = ReportBuilder.CleanName($"{name}/{test.Name}") });
        if (!finished)
            Top.Add(new TestCase(name, CaseStatus.Error, null, "the subtests have no result"));
    }

    private static void CheckPlan(Level level)
    {
        if (level.Planned is null && level.Cases.Exists(test => test.Name == "(bail out)"))
            return;
        if (level.Planned != level.Points)
        {
            var planned = level.Planned is { } count
                ? $"{Quantity.Were(count, "test")} planned"
                : "there is no plan";
            level.Add(new TestCase("(plan)", CaseStatus.Error, null, $"{planned}, {level.Points} ran"));
        }
    }

    private void ReadYaml(ReadOnlySpan<char> text, int indent)
    {
        if (text is "..." && indent == _yamlIndent)
            _yamlIndent = -1;
        else if (indent == _yamlIndent && text.StartsWith("duration_ms:"))
            Top.Cases[^1] = Top.Cases[^1] with { DurationMs = ParseMs(text["duration_ms:".Length..]) };
        else if (indent == _yamlIndent && (text.StartsWith("error:") || text.StartsWith("message:")))
            Top.Cases[^1] = Top.Cases[^1] with
            {
                Message = text[(text.IndexOf(':') + 1)..].Trim().ToString(),
            };
    }

    private static double? ParseMs(ReadOnlySpan<char> text) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var ms)
            ? ms
            : null;

    private Level Top => _levels[^1];

    private Level LevelAt(int depth)
    {
        while (_levels.Count <= depth)
            _levels.Add(new Level());
        return _levels[depth];
    }

    private void AddTo(int depth, TestCase test) => LevelAt(depth).Add(test);

    private sealed class Level
    {
        public List<TestCase> Cases { get; } = [];
        public long Points { get; set; }
        public long? Planned { get; set; }

        public void Add(TestCase test)
        {
            if (Cases.Count == ReportLimits.CasesMax)
                throw new ReportFormatException($"it names more than {ReportLimits.CasesMax} tests");
            Cases.Add(test);
        }
    }
}
