using Datacurve.Core.Verdicts.Reports;

namespace Datacurve.Server.Qa.TestRuns;

/// <summary>
/// One run's command, made to leave a report under a name that nobody can know before it starts.
/// </summary>
internal sealed record ReportRequest
{
    /// <summary>The shell line to run.</summary>
    public required string Command { get; init; }
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the report will be, inside the sandbox; null where none can be asked for.</summary>
    public string? ReportPath { get; init; }

    /// <summary>Null where the report's own beginning tells.</summary>
    public ReportFormat? Format { get; init; }

    /// <summary>Whether the runner certainly gets the request, so that no report means trouble.</summary>
    public bool Expected { get; init; }

    /// <summary>
    /// A suite name that the report must carry to be this run's; null where the format has no place.
    /// </summary>
    public string? SuiteName { get; init; }
}
