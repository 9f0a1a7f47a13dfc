using System.Xml;
using Datacurve.Core.Qa;

namespace Datacurve.Core.Verdicts.Reports;

/// <summary>
/// JUnit XML. A test is <c>classname::name</c>; without a class, <c>file::name</c> or <c>name</c>. Node
/// writes the class <c>test</c> for all, so there the enclosing suites name it: <c>suite &gt;
/// suite::name</c>.
/// </summary>
/// <remarks>
/// There is no standard; the shapes come from the runners' own output and the Jenkins schema.
/// </remarks>
internal sealed class JUnitReport
{
    private readonly ReportBuilder _report = new();
    private readonly List<(int Depth, string Name)> _suites = [];

    public static TestReport Parse(ReadOnlyMemory<byte> content)
    {
        var parser = new JUnitReport();
        XmlReport.ForEachDocument(content, parser.ReadDocument);
        return parser._report.Build();
    }

    private void ReadDocument(XmlReader reader)
    {
        if (
            reader.NodeType is not XmlNodeType.Element
            || reader.LocalName is not ("testsuites" or "testsuite")
        )
            throw new ReportFormatException($"its root is not <testsuites> or <testsuite>");

        _suites.Clear();
        do
        {
            if (reader.NodeType is XmlNodeType.Element)
                ReadElement(reader);
        } while (XmlReport.ReadNode(reader));
    }

    private void ReadElement(XmlReader reader)
    {
        while (_suites.Count > 0 && _suites[^1].Depth >= reader.Depth)
            _suites.RemoveAt(_suites.Count - 1);

        switch (reader.LocalName)
        {
            case "testsuites":
                _report.AddSuite(reader.GetAttribute("name"));
                break;
            case "testsuite":
                _suites.Add((reader.Depth, reader.GetAttribute("name") ?? ""));
                _report.AddSuite(_suites[^1].Name);
                break;
            case "testcase":
                ReadCase(reader);
                break;
            // Directly in a suite: its set-up broke before any test could say so.
            case "error" or "failure":
                var suite = _suites.Count > 0 ? _suites[^1].Name : "";
                _report.Add($"{suite} (suite)", CaseStatus.Error, null, MessageOf(reader));
                break;
            case "system-out" or "system-err" or "properties":
                XmlReport.ReadText(reader);
                break;
        }
    }

    private void ReadCase(XmlReader reader)
    {
        var name = NameOf(reader);
        var status = StatusOf(reader);
        var durationMs = XmlReport.SecondsToMs(reader.GetAttribute("time"));
        string? message = null;
        if (!reader.IsEmptyElement)
        {
            var depth = reader.Depth;
            while (XmlReport.ReadNode(reader) && reader.Depth > depth)
            {
                if (reader.NodeType is not XmlNodeType.Element)
                    continue;

                var found = StatusOfChild(reader.LocalName);
                if (found > status)
                    (status, message) = (found, MessageOf(reader));
                else
                    XmlReport.ReadText(reader);
            }
        }
        _report.Add(name, status, durationMs, message);
    }

    private string NameOf(XmlReader reader)
    {
        var name = reader.GetAttribute("name") ?? "";
        var owner = reader.GetAttribute("classname");
        if (owner is "test")
            owner = string.Join(" > ", _suites.Select(suite => suite.Name).Where(suite => suite.Length > 0));
        if (string.IsNullOrEmpty(owner))
            owner = reader.GetAttribute("file");
        return string.IsNullOrEmpty(owner) ? name : $"{owner}::{name}";
    }

    /// <summary>
    /// GoogleTest says by attribute that a test did not run; node repeats a failure in one.
    /// </summary>
    private static CaseStatus StatusOf(XmlReader reader) =>
        reader.GetAttribute("failure") is not null ? CaseStatus.Failed
        : reader.GetAttribute("status") is "notrun" or "disabled" or "skipped" ? CaseStatus.Skipped
        : reader.GetAttribute("result") is "skipped" or "suppressed" ? CaseStatus.Skipped
        : CaseStatus.Passed;

    private static CaseStatus StatusOfChild(string element) =>
        element switch
        {
            "error" => CaseStatus.Error,
            "failure" => CaseStatus.Failed,
            "skipped" => CaseStatus.Skipped,
            _ => CaseStatus.Passed,
        };

    private static string MessageOf(XmlReader reader)
    {
        var message = reader.GetAttribute("message") ?? "";
        var text = XmlReport.ReadText(reader);
        return message.Length == 0 ? text : $"{message}\n{text}";
    }
}
