using Datacurve.Core.Qa;

namespace Datacurve.Server.Qa.Judges;

/// <summary>Scores the reasoning of one trace on the six dimensions of the rubric.</summary>
internal interface IJudge
{
    /// <summary>The model's name as stored in the verdict.</summary>
    string Model { get; }

    /// <exception cref="InfrastructureException">The model cannot be reached, or never answered
    /// usably.</exception>
    Task<JudgeResult> JudgeAsync(JudgeSubject subject, CancellationToken ct);
}

/// <summary>What the judge may look at: the trace, its fix and what QA found so far.</summary>
internal sealed record JudgeSubject
{
    public required QaSubject Trace { get; init; }

    /// <summary>The final diff as text, null where there is none.</summary>
    public required string? FinalDiff { get; init; }
    public required TestsResult Tests { get; init; }
    public required ReplayResult Replay { get; init; }
}
