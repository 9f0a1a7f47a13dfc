using Datacurve.Core.Events;
using Datacurve.Core.Qa;

namespace Datacurve.Server.Qa.Judges;

/// <summary>What thoughts say, and when: root cause, plan and clarity.</summary>
internal sealed class ThoughtMeasures(Evidence evidence)
{
    private static readonly string[] CheckWords =
    [
        "verify",
        "check",
        "reproduce",
        "rerun",
        "run",
        "running",
        "test",
        "tests",
        "assert",
        "confirm",
    ];

    private static readonly char[] Separators = [.. " \n\t.,;:()\"'`/_"];

    public DimensionVerdict RootCause()
    {
        var before = Kinds(ThoughtKind.Hypothesis)
            .FirstOrDefault(remark => remark.Seq < evidence.FirstEditSeq);
        var late = Kinds(ThoughtKind.Hypothesis, ThoughtKind.Interpretation).FirstOrDefault();
        var naming = evidence.Sound.MaxBy(remark => remark.CodeTermCount);
        var causal = evidence.Sound.FirstOrDefault(remark => remark.IsCausal && remark.CodeTermCount > 0);
        var alarm = evidence.Alarms.FirstOrDefault(read => read.Event.Seq < evidence.FirstEditSeq);
        var looked = LookedAt(out var looks);
        var proven = evidence.Trace.Subject.Tests.Outcome != TestsOutcome.Failed;
        var hypothesis = before ?? late;
        var presence =
            before is not null ? 1
            : hypothesis is not null ? 0.5
            : 0;
        return Measure.Verdict(
            "root_cause_identification",
            Measure.Confidence(evidence.Remarks.Count),
            [
                new("a hypothesis before the first edit", 0.30, presence, hypothesis?.EventId),
                new("a thought names what the fix changes", 0.25, Naming(naming), naming?.EventId),
                new("a thought gives a reason in those names", 0.20, causal is null ? 0 : 1, causal?.EventId),
                new("a failure before the first edit", 0.15, alarm is null ? 0 : 1, alarm?.Event.EventId),
                new("changed files looked at before their first edit", 0.10, looked, looks),
            ],
            proven ? 1 : 0.7,
            "because the tests fail with the fix"
        );
    }

    public DimensionVerdict Plan()
    {
        var plans = Kinds(ThoughtKind.Plan).ToList();
        var early = plans.FirstOrDefault(remark => remark.Seq < evidence.FirstEditSeq);
        var decision = Kinds(ThoughtKind.Decision)
            .FirstOrDefault(remark => remark.Seq < evidence.FirstEditSeq);
        var plan = early ?? decision ?? plans.FirstOrDefault();
        var presence =
            early is not null ? 1
            : decision is not null ? 0.5
            : plan is not null ? 0.4
            : 0;
        var followed = plan is not null && evidence.Runs.Any(run => run.Seq > evidence.LastEditSeq);
        return Measure.Verdict(
            "plan_quality",
            Measure.Confidence(evidence.Remarks.Count),
            [
                new("a plan before the first edit", 0.40, presence, plan?.EventId),
                new("it names what the fix changes", 0.25, Naming(plan), plan?.EventId),
                new("it says how to check the change", 0.20, SaysHowToCheck(plan) ? 1 : 0, plan?.EventId),
                new("the change was then checked", 0.15, followed ? 1 : 0, evidence.LastRun?.EventId),
            ]
        );
    }

    public DimensionVerdict Clarity()
    {
        var sound = evidence.Sound.ToList();
        var closing = sound.FirstOrDefault(remark =>
            remark.Seq > evidence.LastEditSeq && remark.Kind is ThoughtKind.Postmortem or ThoughtKind.Decision
        );
        var kinds = sound.Select(remark => remark.Kind).Distinct().Count();
        var concrete = sound.Count(remark => remark.CodeTermCount > 0);
        var commits = evidence.All<Commit>();
        var thoughts = evidence.Remarks.Count;
        return Measure.Verdict(
            "clarity",
            Measure.Confidence(thoughts + commits.Count),
            [
                new("kinds of thoughts about this bug, of three", 0.35, kinds / 3.0, Ids(sound)),
                new("thoughts that name the code", 0.25, thoughts == 0 ? 0 : (double)concrete / thoughts),
                new("a closing remark", 0.15, closing is null ? 0 : 1, closing?.EventId),
                new(
                    "the commit or pull request says what and why",
                    0.25,
                    Description(commits),
                    commits.Select(commit => commit.EventId)
                ),
            ]
        );
    }

    private static IEnumerable<Guid?> Ids(IEnumerable<Remark> remarks) =>
        remarks.Select(remark => remark.EventId);

    private static double Naming(Remark? remark) => (remark?.CodeTermCount ?? 0) / 2.0;

    private static bool SaysHowToCheck(Remark? plan) =>
        plan is not null
        && plan.Thought.Read.Kept.ToLowerInvariant()
            .Split(Separators, StringSplitOptions.RemoveEmptyEntries)
            .Any(CheckWords.Contains);

    private IEnumerable<Remark> Kinds(params ThoughtKind[] kinds) =>
        evidence.Sound.Where(remark => kinds.Contains(remark.Kind));

    private double LookedAt(out IEnumerable<Guid?> looks)
    {
        var edited = evidence.Edits.GroupBy(edit => edit.Payload.FilePath).ToList();
        var found = edited
            .Select(edits => LookBefore(edits.Key, edits.First().Seq))
            .OfType<ReadEvent>()
            .ToList();
        looks = found.Select(read => read.Event.EventId);
        return edited.Count == 0 ? 0 : (double)found.Count / edited.Count;
    }

    private ReadEvent? LookBefore(string path, long seq) =>
        evidence
            .Trace.Events.TakeWhile(read => read.Event.Seq < seq)
            .FirstOrDefault(read =>
                read.Event.Payload switch
                {
                    Navigation look => look.FilePath == path,
                    FileSnapshot snapshot => snapshot.FilePath == path,
                    TerminalCommand typed => typed.Command.Contains(
                        Path.GetFileName(path),
                        StringComparison.Ordinal
                    ),
                    _ => false,
                }
            );

    /// <summary>1 where six meaningful words include one of the bug; 0.5 where three do.</summary>
    private double Description(IEnumerable<Recorded<Commit>> commits)
    {
        var texts = evidence
            .Trace.Reports.Where(report => report.Name.StartsWith("pull_request", StringComparison.Ordinal))
            .Select(report => report.Text.Kept)
            .Concat(commits.Select(commit => commit.Read.Line.Kept))
            .Concat(evidence.All<PrMetadata>().Select(pullRequest => pullRequest.Read.Line.Kept));
        var words = Words.Of(string.Join('\n', texts));
        if (!words.Any(evidence.SubjectTerms.Contains))
            return 0;
        return words.Count >= 6 ? 1
            : words.Count >= 3 ? 0.5
            : 0;
    }
}
