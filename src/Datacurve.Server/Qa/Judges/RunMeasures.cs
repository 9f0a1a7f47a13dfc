using Datacurve.Core.Events;
using Datacurve.Core.Qa;

namespace Datacurve.Server.Qa.Judges;

/// <summary>What was run, and what came of it: experiments and the use of their signals.</summary>
internal sealed class RunMeasures(Evidence evidence)
{
    /// <summary>Output belongs to a run that is at most this many events away.</summary>
    private const int OutputDistance = 3;

    private readonly List<Recorded<TestRun>> failing = [.. evidence.Runs.Where(run => !run.Payload.Passed)];

    public DimensionVerdict Experiment()
    {
        var early = failing.FirstOrDefault(run => run.Seq < evidence.FirstEditSeq);
        var late = failing.FirstOrDefault(run => run.Seq < evidence.LastEditSeq);
        var reproduced =
            early is not null ? 1
            : late is not null ? 0.5
            : 0;
        var cycles = evidence.Cycles switch
        {
            0 => 0,
            1 => 0.8,
            _ => 1,
        };
        var explained = failing.Where(IsExplained).ToList();
        return Measure.Verdict(
            "experiment_iterate_loop",
            Measure.Confidence(evidence.Runs.Count),
            [
                new("failure reproduced before the first edit", 0.35, reproduced, (early ?? late)?.EventId),
                new(
                    "last run after the last edit passed",
                    0.35,
                    evidence.EndsGreen ? 1 : 0,
                    evidence.LastRun?.EventId
                ),
                new("cycles of run, edit, run", 0.20, cycles, Ids(evidence.Runs)),
                new("failing runs followed by a thought", 0.10, ShareOfFailing(explained), Ids(explained)),
            ]
        );
    }

    public DimensionVerdict Signals()
    {
        var early = evidence.Alarms.FirstOrDefault(read => read.Event.Seq < evidence.FirstEditSeq);
        var kept = failing.Where(HasOutput).ToList();
        var reading = evidence.Sound.FirstOrDefault(UsesSignal);
        var turned = evidence.EndsGreen
            ? failing.FirstOrDefault(run => run.Seq < evidence.LastEditSeq)
            : null;
        return Measure.Verdict(
            "use_of_signals_tests_logs",
            Measure.Confidence(evidence.Alarms.Count + evidence.Runs.Count),
            [
                new("a failure before the first edit", 0.25, early is null ? 0 : 1, early?.Event.EventId),
                new("what failing runs printed is recorded", 0.20, ShareOfFailing(kept), Ids(kept)),
                new(
                    "a thought after a failure refers to it",
                    0.30,
                    reading is null ? 0 : 1,
                    reading?.EventId
                ),
                new(
                    "a failing run before the fix passes after it",
                    0.25,
                    turned is null ? 0 : 1,
                    turned?.EventId
                ),
            ]
        );
    }

    private static IEnumerable<Guid?> Ids(IEnumerable<Recorded<TestRun>> runs) =>
        runs.Select(run => run.EventId);

    private double ShareOfFailing(List<Recorded<TestRun>> runs) =>
        failing.Count == 0 ? 0 : (double)runs.Count / failing.Count;

    /// <summary>A thought about the bug stands between the run and the next one.</summary>
    private bool IsExplained(Recorded<TestRun> run)
    {
        var next = evidence.Runs.FirstOrDefault(other => other.Seq > run.Seq)?.Seq ?? long.MaxValue;
        return evidence.Sound.Any(remark => remark.Seq > run.Seq && remark.Seq < next);
    }

    /// <summary>A report of its own, or output recorded close to it.</summary>
    private bool HasOutput(Recorded<TestRun> run) =>
        run.Payload.ReportBlobId is not null
        || evidence
            .Trace.Events.Skip(Math.Max(0, run.Read.Index - OutputDistance))
            .Take(2 * OutputDistance + 1)
            .Any(read => read.Event.Payload is TerminalOutput);

    /// <summary>
    /// It links to an alarm before it, or shares two words with what was printed before it.
    /// </summary>
    private bool UsesSignal(Remark remark)
    {
        var alarms = evidence.Alarms.Where(read => read.Event.Seq < remark.Seq).ToList();
        if (alarms.Count == 0)
            return false;

        var links = remark.Thought.Payload.LinksTo.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return alarms.Any(read => read.Event.EventId is { } id && links.Contains(id.ToString()))
            || evidence.Printed.Any(printed =>
                printed.Seq < remark.Seq && printed.Words.Count(remark.Terms.Contains) >= 2
            );
    }
}
