using Datacurve.Core.Qa;

namespace Datacurve.Core.Verdicts.Reports;

/// <summary>
/// What one machine-readable report says: every test once, in the order of its first appearance. A test that
/// the report names twice has the worse of its statuses.
/// </summary>
public sealed record TestReport
{
    public required IReadOnlyList<TestCase> Cases { get; init; }

    /// <summary>The names that the report gives its suites or itself, where a format has any.</summary>
    public IReadOnlyList<string> SuiteNames { get; init; } = [];

    /// <summary>Whether at least one test ran: skipped and missing ones did not.</summary>
    public bool RanAny => Cases.Any(test => test.Status is not (CaseStatus.Skipped or CaseStatus.Missing));

    /// <summary>Whether a test failed or broke.</summary>
    public bool HasFailures => Cases.Any(test => test.Status is CaseStatus.Failed or CaseStatus.Error);
}

/// <summary>One test. The name is unique in its report and the same from run to run.</summary>
public sealed record TestCase(string Name, CaseStatus Status, double? DurationMs, string? Message);

/// <summary>The reading of bytes that are meant to be a report.</summary>
public abstract record ReportReading
{
    private ReportReading() { }

    public sealed record Read(TestReport Report) : ReportReading;

    /// <summary>The bytes are no such report; the reason is one sentence without a full stop.</summary>
    public sealed record Unreadable(string Reason) : ReportReading;
}

/// <summary>The report formats that are read.</summary>
public enum ReportFormat
{
    JUnit,
    GoJson,
    Trx,
    Tap,
    Jest,
}

/// <summary>
/// The bounds on a report; one that goes over is unreadable, except for texts, which are cut.
/// </summary>
public static class ReportLimits
{
    public const int BytesMax = 32 << 20;
    public const int CasesMax = 200_000;
    public const int DepthMax = 64;
    public const int NameCharsMax = 500;
    public const int MessageCharsMax = 2_000;
    public const int SuiteNamesMax = 10_000;
}

/// <summary>Stops a parser: its input is not the report that it reads. Never leaves this folder.</summary>
internal sealed class ReportFormatException(string reason) : Exception(reason);
