using Datacurve.Core.Events;
using Datacurve.Core.Qa;

namespace Datacurve.Server.Qa.Judges;

/// <summary>What was run, and what came of it: experiments and the use of their signals.</summary>
internal sealed class RunMeasures(Evidence evidence)
{
    /// <summary>A thought or a text refers to another by this many words that both have.</summary>
    private const int SharedWords = 2;

    private readonly List<Recorded<TestRun>> failing = [.. evidence.Runs.Where(run => !run.Payload.Passed)];

    public DimensionVerdict Experiment() =>
        Measure.Verdict(
            "experiment_iterate_loop",
            Measure.Confidence(evidence.Runs.Count),
            [Reproduced(), EndsGreen(), Cycles(), Explained()]
        );

    public DimensionVerdict Signals() =>
        Measure.Verdict(
            "use_of_signals_tests_logs",
            Measure.Confidence(evidence.Alarms.Count + evidence.Runs.Count),
            [evidence.FailureBeforeEdit(0.25), OutputKept(), SignalUsed(), Turned()]
        );

    private Measure Reproduced()
    {
        var early = failing.FirstOrDefault(run => run.Seq < evidence.FirstEditSeq);
        var late = failing.FirstOrDefault(run => run.Seq < evidence.LastEditSeq);
        var (value, seen) =
            early is not null ? (1, $"failing run at seq {early.Seq}, before {evidence.FirstEdit}")
            : late is not null ? (0.5, $"failing run at seq {late.Seq}, only after {evidence.FirstEdit}")
            : (0, $"no run failed before {evidence.LastEdit}");
        return new("failure reproduced before the first edit", 0.35, value, seen, (early ?? late)?.EventId);
    }

    private Measure EndsGreen()
    {
        var last = evidence.LastRun;
        var seen =
            last is null ? "no run is recorded"
            : evidence.EndsGreen ? $"run at seq {last.Seq}, after {evidence.LastEdit}"
            : last.Payload.Passed ? $"the last run, at seq {last.Seq}, is not after {evidence.LastEdit}"
            : $"the last run, at seq {last.Seq}, failed";
        return new(
            "last run after the last edit passed",
            0.35,
            evidence.EndsGreen ? 1 : 0,
            seen,
            last?.EventId
        );
    }

    private Measure Cycles()
    {
        var value = evidence.Cycles switch
        {
            0 => 0,
            1 => 0.8,
            _ => 1,
        };
        var seen =
            evidence.Runs.Count == 0
                ? "no run is recorded"
                : $"{evidence.Cycles}, with runs at {Seqs(evidence.Runs)}";
        return new("cycles of run, edit, run", 0.20, value, seen, Ids(evidence.Runs));
    }

    private Measure Explained()
    {
        var explained = failing.Where(IsExplained).ToList();
        return new(
            "failing runs followed by a thought",
            0.10,
            ShareOfFailing(explained),
            OfFailing(explained),
            Ids(explained)
        );
    }

    private Measure OutputKept()
    {
        var kept = failing
            .Where(run => run.Payload.ReportBlobId is not null || evidence.OutputOf(run).Any())
            .ToList();
        return new(
            "what failing runs printed is recorded",
            0.20,
            ShareOfFailing(kept),
            OfFailing(kept),
            Ids(kept)
        );
    }

    private Measure SignalUsed()
    {
        var thought = evidence.Sound.FirstOrDefault(UsesSignal);
        var step = thought is null ? failing.Select(NextStep).OfType<ReadEvent>().FirstOrDefault() : null;
        var (value, seen) =
            thought is not null ? (1, $"seq {thought.Seq} does")
            : step is not null ? (0.5, $"none does, but seq {step.Event.Seq} turns to a file that it names")
            : (0, evidence.Alarms.Count == 0 ? "nothing failed" : "none does");
        return new(
            "a thought after a failure refers to it",
            0.30,
            value,
            seen,
            thought?.EventId ?? step?.Event.EventId
        );
    }

    private Measure Turned()
    {
        var before = failing.FirstOrDefault(run => run.Seq < evidence.LastEditSeq);
        var turned = evidence.EndsGreen ? before : null;
        var seen =
            turned is not null ? $"seq {turned.Seq} failed, seq {evidence.LastRun!.Seq} passed"
            : before is null ? $"no run failed before {evidence.LastEdit}"
            : $"seq {before.Seq} failed, and no run after {evidence.LastEdit} is the last and passes";
        return new(
            "a failing run before the fix passes after it",
            0.25,
            turned is null ? 0 : 1,
            seen,
            turned?.EventId
        );
    }

    private static IEnumerable<Guid?> Ids(IEnumerable<Recorded<TestRun>> runs) =>
        runs.Select(run => run.EventId);

    private static string Seqs(IEnumerable<Recorded<TestRun>> runs) =>
        Measure.Seqs(runs.Select(run => run.Seq));

    private double ShareOfFailing(List<Recorded<TestRun>> runs) =>
        failing.Count == 0 ? 0 : (double)runs.Count / failing.Count;

    private string OfFailing(List<Recorded<TestRun>> runs)
    {
        if (failing.Count == 0)
            return "no run failed";
        var others = failing.Except(runs).ToList();
        return $"{runs.Count} of {failing.Count}" + (others.Count > 0 ? $", not {Seqs(others)}" : "");
    }

    /// <summary>
    /// Before the next run there is a thought that speaks of the bug, or of what was printed since the run
    /// before: "ends at 4, as expected" says something about a failure without a name of the code.
    /// </summary>
    private bool IsExplained(Recorded<TestRun> run)
    {
        var last = evidence.Runs.LastOrDefault(other => other.Seq < run.Seq)?.Seq ?? 0;
        var next = SeqOfNext(run);
        return evidence.Remarks.Any(remark =>
            remark.Seq > run.Seq
            && remark.Seq < next
            && (remark.IsSound || remark.IsLanguage && SharesWords(remark, last))
        );
    }

    private long SeqOfNext(Recorded<TestRun> run) =>
        evidence.Runs.FirstOrDefault(other => other.Seq > run.Seq)?.Seq ?? long.MaxValue;

    /// <summary>
    /// It links to an alarm before it, or shares words with what was printed before it.
    /// </summary>
    private bool UsesSignal(Remark remark)
    {
        var alarms = evidence.Alarms.Where(read => read.Event.Seq < remark.Seq).ToList();
        if (alarms.Count == 0)
            return false;

        var links = remark.Thought.Payload.LinksTo.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return alarms.Any(read => read.Event.EventId is { } id && links.Contains(id.ToString()))
            || SharesWords(remark, 0);
    }

    private bool SharesWords(Remark remark, long sinceSeq) =>
        evidence.Printed.Any(printed =>
            printed.Seq > sinceSeq
            && printed.Seq < remark.Seq
            && printed.Words.Count(remark.Terms.Contains) >= SharedWords
        );

    /// <summary>
    /// The first look or edit after a failing run, where its file is one that the run's output names.
    /// </summary>
    private ReadEvent? NextStep(Recorded<TestRun> run)
    {
        var step = evidence.Trace.Events.FirstOrDefault(read =>
            read.Event.Seq > run.Seq && read.Event.Payload is FileEdit or Navigation
        );
        if (step is null || step.Event.Seq > SeqOfNext(run))
            return null;

        var path = step.Event.Payload is FileEdit edit
            ? edit.FilePath
            : ((Navigation)step.Event.Payload).FilePath;
        var name = Words.Form(ChangedFile.StemOf(path));
        var printed = evidence.OutputOf(run).Append(run.Read).SelectMany(read => Words.Of(read.Kept));
        return printed.Contains(name) ? step : null;
    }
}
