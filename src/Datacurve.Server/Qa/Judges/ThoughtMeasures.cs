using Datacurve.Core.Events;
using Datacurve.Core.Qa;

namespace Datacurve.Server.Qa.Judges;

/// <summary>What thoughts say, and when: root cause, plan and clarity.</summary>
internal sealed class ThoughtMeasures(Evidence evidence)
{
    private const int NameCharsMax = 40;
    private const string NoPlan = "there is no plan";

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
        var naming = evidence.Sound.MaxBy(remark => remark.Named.Count);
        var causal = evidence
            .Sound.Where(remark => remark.IsCausal && remark.Named.Count > 0)
            .MaxBy(remark => remark.Named.Count);
        var proven = evidence.Trace.Subject.Tests.Outcome != TestsOutcome.Failed;
        return Measure.Verdict(
            "root_cause_identification",
            Measure.ConfidenceInText(evidence.Remarks.Count),
            [
                Hypothesis(),
                new(
                    "a thought names what the fix changes",
                    0.25,
                    Naming(naming),
                    naming is { Named.Count: > 0 } ? Names(naming) : "none does",
                    naming?.EventId
                ),
                new(
                    "a thought gives a reason in those names",
                    0.20,
                    causal is null ? 0 : 1,
                    causal is null ? "none does" : $"seq {causal.Seq} does",
                    causal?.EventId
                ),
                evidence.FailureBeforeEdit(0.15),
                LookedAt(),
            ],
            proven ? 1 : 0.7,
            "because the tests fail with the fix"
        );
    }

    /// <summary>
    /// A plan to find the cause cannot name the place of the fix yet, so the decisions made before the first
    /// edit belong to it.
    /// </summary>
    public DimensionVerdict Plan()
    {
        var plans = Kinds(ThoughtKind.Plan).ToList();
        var early = plans.FirstOrDefault(remark => remark.Seq < evidence.FirstEditSeq);
        var decision = Kinds(ThoughtKind.Decision)
            .FirstOrDefault(remark => remark.Seq < evidence.FirstEditSeq);
        var plan = early ?? decision ?? plans.FirstOrDefault();
        var steps = Kinds(ThoughtKind.Plan, ThoughtKind.Decision)
            .Where(remark => remark == plan || remark.Seq < evidence.FirstEditSeq)
            .ToList();
        var naming = steps.MaxBy(remark => remark.Named.Count);
        var (presence, seen) =
            early is not null ? (1, $"seq {early.Seq}, before {evidence.FirstEdit}")
            : decision is not null ? (0.5, $"a decision at seq {decision.Seq}, before {evidence.FirstEdit}")
            : plan is not null ? (0.4, $"seq {plan.Seq}, only after {evidence.FirstEdit}")
            : (
                0,
                "no plan and no decision speaks of this bug"
                    + Uncounted(ThoughtKind.Plan, ThoughtKind.Decision)
            );
        return Measure.Verdict(
            "plan_quality",
            Measure.ConfidenceInText(evidence.Remarks.Count),
            [
                new("a plan before the first edit", 0.40, presence, seen, plan?.EventId),
                new(
                    "it names what the fix changes",
                    0.25,
                    Naming(naming),
                    naming is null ? NoPlan : Names(naming),
                    naming?.EventId
                ),
                SaysHowToCheck(steps),
                Checked(plan),
            ]
        );
    }

    public DimensionVerdict Clarity()
    {
        var sound = evidence.Sound.ToList();
        var closing = sound.FirstOrDefault(IsClosing);
        var kinds = sound.Select(remark => remark.Kind).Distinct().ToList();
        var concrete = sound.Where(remark => remark.Named.Count > 0).ToList();
        var thoughts = evidence.Remarks.Count;
        return Measure.Verdict(
            "clarity",
            Measure.ConfidenceInText(thoughts + evidence.All<Commit>().Count),
            [
                new(
                    "kinds of thoughts about this bug, of three",
                    0.35,
                    kinds.Count / 3.0,
                    (
                        kinds.Count == 0
                            ? "no thought speaks of it"
                            : Measure.Listed(kinds.Select(kind => kind.ToString().ToLowerInvariant()))
                    ) + evidence.Uncounted(_ => true),
                    Ids(sound)
                ),
                new(
                    "thoughts that name the code",
                    0.25,
                    thoughts == 0 ? 0 : (double)concrete.Count / thoughts,
                    $"{concrete.Count} of {thoughts}"
                ),
                new(
                    "a closing remark",
                    0.15,
                    closing is null ? 0 : 1,
                    closing is null
                        ? $"none comes after {evidence.LastEdit}" + evidence.Uncounted(IsClosing)
                        : $"{closing.Kind.ToString().ToLowerInvariant()} at seq {closing.Seq}",
                    closing?.EventId
                ),
                Description(),
            ]
        );
    }

    private bool IsClosing(Remark remark) =>
        remark.Seq > evidence.LastEditSeq && remark.Kind is ThoughtKind.Postmortem or ThoughtKind.Decision;

    private string Uncounted(params ThoughtKind[] kinds) =>
        evidence.Uncounted(remark => kinds.Contains(remark.Kind));

    private Measure Hypothesis()
    {
        var before = Kinds(ThoughtKind.Hypothesis)
            .FirstOrDefault(remark => remark.Seq < evidence.FirstEditSeq);
        var other = Kinds(ThoughtKind.Hypothesis, ThoughtKind.Interpretation).FirstOrDefault();
        var (value, seen) =
            before is not null ? (1, $"first at seq {before.Seq}, before {evidence.FirstEdit}")
            : other is null
                ? (
                    0,
                    "no hypothesis and no interpretation speaks of this bug"
                        + Uncounted(ThoughtKind.Hypothesis, ThoughtKind.Interpretation)
                )
            : other.Seq < evidence.FirstEditSeq ? (0.5, $"none, but an interpretation at seq {other.Seq}")
            : (0.5, $"first at seq {other.Seq}, only after {evidence.FirstEdit}");
        return new("a hypothesis before the first edit", 0.30, value, seen, (before ?? other)?.EventId);
    }

    private static IEnumerable<Guid?> Ids(IEnumerable<Remark> remarks) =>
        remarks.Select(remark => remark.EventId);

    private static double Naming(Remark? remark) => (remark?.Named.Count ?? 0) / 2.0;

    /// <summary>Of recorded text a rationale repeats nothing but words of ordinary length.</summary>
    private static string Names(Remark remark)
    {
        var named = remark.Named.Where(name => name.Length <= NameCharsMax).ToList();
        return named.Count == 0
            ? $"seq {remark.Seq} names none of it"
            : $"seq {remark.Seq} names {Measure.Listed(named)}";
    }

    private static Measure SaysHowToCheck(List<Remark> steps)
    {
        var saying = steps.FirstOrDefault(step =>
            step.Thought.Read.Kept.ToLowerInvariant()
                .Split(Separators, StringSplitOptions.RemoveEmptyEntries)
                .Any(CheckWords.Contains)
        );
        return new(
            "it says how to check the change",
            0.20,
            saying is null ? 0 : 1,
            saying is not null ? $"seq {saying.Seq} does"
                : steps.Count == 0 ? NoPlan
                : $"{Measure.Seqs(steps.Select(step => step.Seq))} does not",
            saying?.EventId
        );
    }

    private Measure Checked(Remark? plan)
    {
        var run = evidence.Runs.FirstOrDefault(run => run.Seq > evidence.LastEditSeq);
        var seen =
            plan is null ? NoPlan
            : run is null ? $"no run comes after {evidence.LastEdit}"
            : $"run at seq {run.Seq}, after {evidence.LastEdit}";
        return new(
            "the change was then checked",
            0.15,
            plan is null || run is null ? 0 : 1,
            seen,
            run?.EventId
        );
    }

    private IEnumerable<Remark> Kinds(params ThoughtKind[] kinds) =>
        evidence.Sound.Where(remark => kinds.Contains(remark.Kind));

    private Measure LookedAt()
    {
        var edited = evidence.Edits.GroupBy(edit => edit.Payload.FilePath).ToList();
        var found = edited
            .Select(edits => LookBefore(edits.Key, edits.First().Seq))
            .OfType<ReadEvent>()
            .ToList();
        var seqs = Measure.Seqs(found.Select(read => read.Event.Seq).Order());
        var seen =
            edited.Count == 0 ? "no edit is recorded"
            : found.Count == 0 ? $"none of {edited.Count}"
            : $"{found.Count} of {edited.Count}, at {seqs}";
        return new(
            "changed files looked at before their first edit",
            0.10,
            edited.Count == 0 ? 0 : (double)found.Count / edited.Count,
            seen,
            found.Select(read => read.Event.EventId)
        );
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
    private Measure Description()
    {
        var commits = evidence.All<Commit>();
        var texts = evidence
            .Trace.Reports.Where(report => report.Name.StartsWith("pull_request", StringComparison.Ordinal))
            .Select(report => report.Text.Kept)
            .Concat(commits.Select(commit => commit.Read.Line.Kept))
            .Concat(evidence.All<PrMetadata>().Select(pullRequest => pullRequest.Read.Line.Kept));
        var all = texts.ToList();
        var language = all.Where(text => WordOrder.Of(text).IsLanguage(meanShare: null)).ToList();
        var words = Words.Of(string.Join('\n', language));
        var (value, seen) =
            all.All(string.IsNullOrWhiteSpace) ? (0, "neither says anything")
            : words.Count == 0 ? (0, "neither reads as an English sentence")
            : !words.Any(evidence.SubjectTerms.Contains) ? (0, "neither has a word of this bug")
            : words.Count >= 6 ? (1, "in words of this bug")
            : (words.Count >= 3 ? 0.5 : 0, $"in few words ({words.Count} that carry meaning)");
        return new(
            "the commit or pull request says what and why",
            0.25,
            value,
            seen,
            commits.Select(commit => commit.EventId)
        );
    }
}
