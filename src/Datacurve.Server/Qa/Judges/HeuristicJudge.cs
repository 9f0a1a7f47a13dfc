using System.Text.RegularExpressions;
using Datacurve.Core.Events;
using Datacurve.Core.Qa;
using Datacurve.Core.Traces;
using Datacurve.Server.Blobs;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// Scores a trace by facts of its event log alone: the same trace always gets the same scores, nothing
/// leaves the machine, and no sentence can talk to it. It sees whether the steps of good work are there
/// and in order, not whether the thinking is right, and so it calls no trace exemplary.
/// </summary>
/// <remarks>
/// <para>A score is 4 × the weighted sum of the dimension's measures, each 0 to 1, since level 5 of every
/// dimension asks for what only a reader can see:</para>
/// <list type="bullet">
/// <item>root cause: hypothesis before the first edit .30, a thought names what the fix changes .25,
/// gives a reason in those names .20, a failure seen before the first edit .15, changed files looked at
/// before .10; × 0.7 where the tests fail with the fix</item>
/// <item>plan: before the first edit .40 (a decision .20, afterwards .16), it or a decision before the
/// first edit names what the fix changes .25 and says how to check .20, the change was checked
/// .15</item>
/// <item>experiment: failure reproduced before the first edit .35 (before the last .175), the last run
/// after the last edit passed .35, cycles of run, edit, run .20 (one .16), failing runs followed by a
/// thought about the bug or what they printed .10</item>
/// <item>signals: failure seen before the first edit .25, output of failing runs recorded .20, a
/// thought after a failure links to it or uses its words .30 (a next step in a file that a failing run
/// names .15), a failing run passes after the fix .25</item>
/// <item>minimality: share of changed lines in related files .50, size .25 (1 up to 20 lines, falling
/// with the logarithm to 0 at 400), 1/(1 + unrelated files) .15, share of edits that are part of the
/// fix .10; × 0.4 where tests are deleted or no edit is recorded, × 0.7 where the tests fail</item>
/// <item>clarity: kinds of thoughts of three .35, share of thoughts that name the code .25, a closing
/// remark .15, commit or pull request says what and why .25</item>
/// </list>
/// <para>A thought counts where it reads as English (<see cref="WordOrder"/>) and has two words of the bug:
/// the report's, the fix's or the turned tests'; one is enough where it has hardly another. Length beyond
/// that earns nothing. Edits of prose are no edits of the program or the tests. Passages that speak to the
/// judge are removed before anything is measured.</para>
/// </remarks>
internal sealed class HeuristicJudge(IBlobStore blobs, EventCatalog catalog) : IJudge
{
    public const string ModelName = JudgeResult.HeuristicPrefix + "2";

    private static readonly Regex UnsafeCommand = new(
        @"\brm\s+-[a-z]*[rf][a-z]*\s+(?:/|~|\$HOME)(?:\s|$)"
            + @"|\bcurl\b[^|\n]*\|\s*(?:sudo\s+)?(?:ba|z)?sh\b"
            + @"|\bchmod\s+(?:-R\s+)?777\b"
            + @"|\bgit\s+push\b[^\n]*\s(?:--force|-f)(?:\s|$)|\bdd\s+[^\n]*of=/dev/",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
    );

    public string? ModelFor(ConsentFlags consent) => consent.AllowHeuristicJudge ? ModelName : null;

    public async Task<JudgeResult> JudgeAsync(JudgeSubject subject, CancellationToken ct) =>
        await JudgeAsync(await TraceReading.ReadAsync(subject, blobs, catalog, ct), ct);

    /// <summary>The verdict on a trace that has been read; its reasons are kept as a blob.</summary>
    public async Task<JudgeResult> JudgeAsync(TraceReading trace, CancellationToken ct)
    {
        var evidence = new Evidence(trace);
        var thoughts = new ThoughtMeasures(evidence);
        var runs = new RunMeasures(evidence);
        DimensionVerdict[] dimensions =
        [
            thoughts.RootCause(),
            thoughts.Plan(),
            runs.Experiment(),
            runs.Signals(),
            new MinimalityMeasure(evidence).Verdict(),
            thoughts.Clarity(),
        ];
        var scores = Verdicts.ScoresOf(dimensions);
        return new JudgeResult
        {
            Model = ModelName,
            RubricVersion = Rubric.CurrentVersion,
            Scores = scores,
            Overall = scores.Overall(),
            RationaleBlobId = await Verdicts.KeepRationaleAsync(blobs, ModelName, dimensions, ct),
            Flags = Flags(evidence),
            Dimensions = dimensions,
        };
    }

    private static List<JudgeFlag> Flags(Evidence evidence)
    {
        var subject = evidence.Trace.Subject;
        var flags = new List<JudgeFlag>();
        if (RefersToNothing(evidence))
            flags.Add(JudgeFlag.HallucinationRisk);
        // What the developer withholds is not missing.
        var leadsToFix = subject.Replay.Exact || subject.Tests.Outcome == TestsOutcome.NotRun;
        if (evidence.Runs.Count == 0 || evidence.AllEdits.Count == 0 || !leadsToFix)
            flags.Add(JudgeFlag.MissingSteps);
        if (evidence.All<TerminalCommand>().Any(command => UnsafeCommand.IsMatch(command.Payload.Command)))
            flags.Add(JudgeFlag.UnsafeSuggestion);
        if (Verdicts.IsIncomplete(subject) || EndsRed(evidence))
            flags.Add(JudgeFlag.IncompleteFix);
        if (evidence.Trace.Injected)
            flags.Add(JudgeFlag.PromptInjection);
        return flags;
    }

    private static bool EndsRed(Evidence evidence) =>
        evidence.LastRun is { Payload.Passed: false } run && run.Seq > evidence.LastEditSeq;

    /// <summary>A thought links to an event by an id that the trace does not hold.</summary>
    private static bool RefersToNothing(Evidence evidence)
    {
        var ids = evidence.Trace.Events.Select(read => read.Event.EventId).OfType<Guid>().ToHashSet();
        return evidence.Remarks.Any(remark =>
            remark.Thought.Payload.LinksTo.Any(link => Guid.TryParse(link, out var id) && !ids.Contains(id))
        );
    }
}
