using Datacurve.Core.Qa;
using Datacurve.Core.Traces;

namespace Datacurve.Server.Qa.Judges;

/// <summary>Scores the reasoning of one trace on the six dimensions of the rubric.</summary>
internal interface IJudge
{
    /// <summary>
    /// Who would judge under this consent, as stored in the verdict; null where the developer refuses all who
    /// could.
    /// </summary>
    string? ModelFor(ConsentFlags consent);

    /// <summary>Asked only where <see cref="ModelFor"/> names somebody.</summary>
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
