using System.Globalization;
using System.Text;
using System.Text.Json;
using Datacurve.Cli.Rendering;
using Datacurve.Core.Redaction;

namespace Datacurve.Cli.Commands;

/// <summary>How often each rule applied, for people and for programs.</summary>
internal static class ReportView
{
    public static void Print(Printer errors, RedactionReport report)
    {
        errors.Line($"{report.Total} replaced by rules {report.RuleVersion}");
        foreach (var (ruleId, count) in report.Counts)
            errors.Line(string.Create(CultureInfo.InvariantCulture, $"{count, 8}  "), ruleId);
    }

    public static void WriteJson(TextWriter output, RedactionReport report)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            writer.WriteString("rule_version", report.RuleVersion);
            writer.WriteNumber("total", report.Total);
            writer.WriteStartObject("counts");
            foreach (var (ruleId, count) in report.Counts)
                writer.WriteNumber(ruleId, count);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(text.ToArray()));
    }

    /// <summary>One finding in one line.</summary>
    public static void WriteJson(TextWriter output, string file, Finding finding)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            writer.WriteString("file", file);
            writer.WriteNumber("line", finding.Line);
            writer.WriteNumber("column", finding.Column);
            writer.WriteNumber("length", finding.Length);
            writer.WriteString("rule", finding.RuleId);
            writer.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(text.ToArray()));
    }
}
