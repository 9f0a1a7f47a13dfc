using System.Text;
using Datacurve.Core.Qa;
using Datacurve.Server.Blobs;
using Datacurve.Server.Qa.Judges;

namespace Datacurve.Server.Qa.Pipeline;

/// <summary>
/// <c>run_judge</c>: scores the reasoning, with what the tests and the replay found beside it, where the
/// developer lets anybody do so.
/// </summary>
internal sealed class RunJudgeStep(QaSubjectReader subjects, IJudge judge, IBlobStore blobs) : IQaStep
{
    private const int DiffBytesMax = 16 << 20;

    public string Name => QaStep.RunJudge;

    public async Task<QaResult> RunAsync(ClaimedStep step, IProgress<string> progress, CancellationToken ct)
    {
        var subject = await subjects.ReadAsync(step.TraceId, step.QaJobId, ct);
        if (judge.ModelFor(subject.Consent) is not { } model)
            return step.Result with { JudgeRefused = true };

        var diff = step.Result.FinalDiffBlobId is { } diffId
            ? await blobs.ReadAsync(diffId, DiffBytesMax, ct)
            : null;
        progress.Report($"judging with {model}");
        var verdict = await judge.JudgeAsync(
            new JudgeSubject
            {
                Trace = subject,
                FinalDiff = diff is null ? null : Encoding.UTF8.GetString(diff),
                Tests = step.Result.Tests!,
                Replay = step.Result.Replay!,
            },
            ct
        );
        return step.Result with { Judge = verdict };
    }
}
