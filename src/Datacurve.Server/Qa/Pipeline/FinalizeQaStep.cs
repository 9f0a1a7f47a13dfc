using Datacurve.Core.Qa;

namespace Datacurve.Server.Qa.Pipeline;

/// <summary>
/// <c>finalize_qa</c>: the last claim, under which result and status are published in one transaction.
/// Refuses a result that lacks a part, so that a trace is complete only with all of them: but for a verdict
/// where the developer refuses every judge.
/// </summary>
internal sealed class FinalizeQaStep : IQaStep
{
    public string Name => QaStep.FinalizeQa;

    public Task<QaResult> RunAsync(ClaimedStep step, IProgress<string> progress, CancellationToken ct) =>
        step.Result
            is { Tests: not null, Replay: not null }
                and ({ Judge: not null } or { JudgeRefused: true })
            ? Task.FromResult(step.Result)
            : throw new InvalidOperationException(
                $"QA {step.QaJobId} reached its end without all of its parts"
            );
}
