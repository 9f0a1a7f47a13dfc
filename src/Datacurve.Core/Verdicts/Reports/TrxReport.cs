using System.Globalization;
using System.Xml;
using Datacurve.Core.Qa;

namespace Datacurve.Core.Verdicts.Reports;

/// <summary>
/// Visual Studio's TRX, as <c>dotnet test --logger trx</c> writes it. A test is
/// <c>Namespace.Class.Method(arguments)</c>: MSTest and NUnit put the method alone into the result, so the
/// class comes from the test's definition, which follows the results.
/// </summary>
internal sealed class TrxReport
{
    private readonly List<Result> _results = [];
    private readonly Dictionary<string, string> _classes = [];
    private readonly ReportBuilder _report = new();
    private string? _summaryOutcome;
    private string? _summaryText;

    public static TestReport Parse(ReadOnlyMemory<byte> content)
    {
        var parser = new TrxReport();
        XmlReport.ForEachDocument(content, parser.ReadDocument);
        return parser._report.Build();
    }

    private void ReadDocument(XmlReader reader)
    {
        if (reader.NodeType is not XmlNodeType.Element || reader.LocalName is not "TestRun")
            throw new ReportFormatException("its root is not <TestRun>");

        _results.Clear();
        _classes.Clear();
        (_summaryOutcome, _summaryText) = (null, null);
        _report.AddSuite(reader.GetAttribute("name"));
        while (XmlReport.ReadNode(reader))
        {
            if (reader.NodeType is XmlNodeType.Element)
                ReadElement(reader);
        }
        AddResults();
    }

    private void ReadElement(XmlReader reader)
    {
        switch (reader.LocalName)
        {
            case "UnitTestResult":
                AddResult(reader);
                break;
            case "Message" when _results.Count > 0 && _summaryOutcome is null:
                var failed = _results[^1];
                _results[^1] = failed with { Message = failed.Message ?? XmlReport.ReadText(reader) };
                break;
            case "UnitTest":
                ReadDefinition(reader);
                break;
            case "ResultSummary":
                _summaryOutcome = reader.GetAttribute("outcome") ?? "";
                break;
            case "Text" when _summaryOutcome is not null:
                _summaryText ??= XmlReport.ReadText(reader);
                break;
        }
    }

    private void AddResult(XmlReader reader)
    {
        if (_results.Count == ReportLimits.CasesMax)
            throw new ReportFormatException($"it names more than {ReportLimits.CasesMax} tests");

        var duration = TimeSpan.TryParse(
            reader.GetAttribute("duration"),
            CultureInfo.InvariantCulture,
            out var time
        )
            ? time.TotalMilliseconds
            : (double?)null;
        _results.Add(
            new Result(
                reader.GetAttribute("testId") ?? "",
                reader.GetAttribute("testName") ?? "",
                StatusOf(reader.GetAttribute("outcome")),
                duration,
                Message: null
            )
        );
    }

    private void ReadDefinition(XmlReader reader)
    {
        var id = reader.GetAttribute("id") ?? "";
        var depth = reader.Depth;
        if (reader.IsEmptyElement)
            return;

        while (XmlReport.ReadNode(reader) && reader.Depth > depth)
        {
            if (reader.NodeType is XmlNodeType.Element && reader.LocalName is "TestMethod")
            {
                _classes[id] = reader.GetAttribute("className") ?? "";
                break;
            }
        }
    }

    private void AddResults()
    {
        foreach (var result in _results)
            _report.Add(NameOf(result), result.Status, result.DurationMs, result.Message);

        // A host that crashed fails the run without failing a test.
        if (_summaryOutcome is "Failed" or "Aborted" or "Error" or "Timeout" && !_report.HasFailures)
            _report.Add("(test run)", CaseStatus.Error, null, _summaryText);
    }

    private string NameOf(Result result)
    {
        var className = _classes.GetValueOrDefault(result.TestId, "");
        // Older loggers write "Class, Assembly, Version=…".
        var comma = className.IndexOf(',', StringComparison.Ordinal);
        className = comma < 0 ? className : className[..comma];
        return className.Length == 0 || result.Name.StartsWith(className + ".", StringComparison.Ordinal)
            ? result.Name
            : $"{className}.{result.Name}";
    }

    private static CaseStatus StatusOf(string? outcome) =>
        outcome switch
        {
            "Passed" or "PassedButRunAborted" or "Completed" => CaseStatus.Passed,
            "NotExecuted" or "Inconclusive" or "Pending" or "NotRunnable" or "Disconnected" or "Warning" =>
                CaseStatus.Skipped,
            "Failed" => CaseStatus.Failed,
            _ => CaseStatus.Error,
        };

    private sealed record Result(
        string TestId,
        string Name,
        CaseStatus Status,
        double? DurationMs,
        string? Message
    );
}
