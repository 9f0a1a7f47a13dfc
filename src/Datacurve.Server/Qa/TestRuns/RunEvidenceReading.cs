using Datacurve.Core.Verdicts;
using Datacurve.Core.Verdicts.Reports;
using Datacurve.Server.Qa.Sandboxes;

namespace Datacurve.Server.Qa.TestRuns;

/// <summary>
/// Reads one run's result; a report counts only if it is readable and carries the run's own name.
/// </summary>
internal static class RunEvidenceReading
{
    public static RunEvidence Read(TestPlan plan, ReportRequest request, SandboxResult result, byte[]? report)
    {
        var evidence = new RunEvidence
        {
            ExitCode = result.ExitCode,
            ReportExpected = request.Expected,
            TimedOut = result.TimedOut,
            OutOfMemory = result.OutOfMemory,
        };
        // An empty file is what a redirection leaves of a command that never began.
        if (report is not { Length: > 0 })
            return evidence;

        return ReportParser.Parse(report, request.Format) switch
        {
            ReportReading.Read(var read) when IsOurs(read, request) => evidence with
            {
                Report = plan.Runner is TestRunner.Node ? NodeFiles.WithoutEmptyFiles(read) : read,
            },
            ReportReading.Read => evidence with
            {
                ReportProblem = "it does not carry the name that this run gave it",
            },
            ReportReading.Unreadable(var reason) => evidence with { ReportProblem = reason },
            _ => evidence,
        };
    }

    private static bool IsOurs(TestReport report, ReportRequest request) =>
        request.SuiteName is null || report.SuiteNames.Contains(request.SuiteName);
}
