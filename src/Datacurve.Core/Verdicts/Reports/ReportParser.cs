using System.Text;

namespace Datacurve.Core.Verdicts.Reports;

/// <summary>
/// Reads the reports that test runners write: JUnit XML (pytest, unittest, jest-junit, cargo-nextest, node,
/// gotestsum, Surefire), <c>go test -json</c>, TRX, TAP 12 to 14 and Jest's JSON.
/// </summary>
/// <remarks>
/// Reports are outside input, written beside code nobody trusts: no DTD and no entity is read, every count is
/// bounded, and whatever the bytes are, the answer is a <see cref="ReportReading"/>, never an exception.
/// An expected failure (pytest's xfail, TAP's TODO) counts as skipped: it shows nothing about a fix. An
/// unexpected pass (xpass) is what the runner's report makes of it: pytest writes a plain pass, or a failure
/// where the mark is strict; unittest a failure; a TAP TODO point stays skipped either way, since runners
/// write
/// <c>ok # TODO</c> for tests without a body.
/// </remarks>
public static class ReportParser
{
    /// <summary>
    /// Reads <paramref name="content"/> as <paramref name="format"/>, or as what it looks like.
    /// </summary>
    public static ReportReading Parse(ReadOnlyMemory<byte> content, ReportFormat? format = null)
    {
        if (content.Length > ReportLimits.BytesMax)
            return new ReportReading.Unreadable($"it has more than {ReportLimits.BytesMax} bytes");

        try
        {
            return new ReportReading.Read(ParseAs(format ?? Sniff(content.Span), content));
        }
        catch (ReportFormatException exception)
        {
            return new ReportReading.Unreadable(exception.Message);
        }
    }

    /// <summary>The format that the content's beginning speaks for; TAP where nothing else does.</summary>
    private static ReportFormat Sniff(ReadOnlySpan<byte> content)
    {
        var head = Encoding
            .UTF8.GetString(content[..Math.Min(content.Length, 4096)])
            .TrimStart('\uFEFF')
            .TrimStart();
        if (head.StartsWith('<'))
            return head.Contains("<TestRun", StringComparison.Ordinal)
                ? ReportFormat.Trx
                : ReportFormat.JUnit;

        // The go command may print the errors of a build before its first event.
        var isGo = head.Split('\n')
            .Any(line => line.StartsWith('{') && line.Contains("\"Action\"", StringComparison.Ordinal));
        return isGo ? ReportFormat.GoJson
            : head.StartsWith('{') ? ReportFormat.Jest
            : ReportFormat.Tap;
    }

    private static TestReport ParseAs(ReportFormat format, ReadOnlyMemory<byte> content) =>
        format switch
        {
            ReportFormat.JUnit => JUnitReport.Parse(content),
            ReportFormat.GoJson => GoTestReport.Parse(content),
            ReportFormat.Trx => TrxReport.Parse(content),
            ReportFormat.Tap => TapReport.Parse(content),
            ReportFormat.Jest => JestReport.Parse(content),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
}
