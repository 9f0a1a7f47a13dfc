using Datacurve.Core.Verdicts.Reports;

namespace Datacurve.Core.Verdicts;

/// <summary>What one run of the test command left behind.</summary>
public sealed record RunEvidence
{
    public required int ExitCode { get; init; }

    /// <summary>Null where there is none that can be read.</summary>
    public TestReport? Report { get; init; }

    /// <summary>
    /// Whether the runner was asked for a report in a way that it honours, so that none is a finding.
    /// </summary>
    public bool ReportExpected { get; init; }

    /// <summary>Why a report that was written does not count: unreadable, or not the one asked for.</summary>
    public string? ReportProblem { get; init; }
    public bool TimedOut { get; init; }
    public bool OutOfMemory { get; init; }

    /// <summary>The command ended well in time, and no test in its report says otherwise.</summary>
    public bool Passed =>
        ExitCode == 0
        && !TimedOut
        && !OutOfMemory
        && ReportProblem is null
        && Report is not { HasFailures: true }
        && (Report is not null || !ReportExpected);
}
