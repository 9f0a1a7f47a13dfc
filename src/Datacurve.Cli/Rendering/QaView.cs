using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Datacurve.Core.Json;
using Datacurve.Core.Qa;

namespace Datacurve.Cli.Rendering;

/// <summary>
/// Prints what QA found: the tests side by side, the replay, and the scores with their reasons.
/// </summary>
internal sealed class QaView(Printer printer)
{
    private const int NameColumnsMax = 96;
    private const int RationaleColumns = 100;

    public void Print(QaResult qa)
    {
        if (qa.Error is { } error)
            printer.Labelled("error", new Piece(error, Tone.Bad));
        foreach (var finding in qa.SchemaFindings)
            printer.Labelled("schema", $"{Place(finding)}{finding.Field}: {finding.Message}");
        if (qa.Tests is { } tests)
            PrintTests(tests);
        if (qa.Replay is { } replay)
            printer.Labelled(
                "replay",
                new Piece(TraceText.Replay(replay), replay.Exact ? Tone.Good : Tone.Bad)
            );
        if (qa.Judge is { } judge)
            PrintJudge(judge);
        if (qa.JudgeRefused)
            printer.Labelled("judge", TraceText.JudgeRefused);
    }

    /// <summary>Every test that did not pass in both runs; the others are counted.</summary>
    public void PrintTests(TestsResult tests)
    {
        var steady = tests.Cases.Count(IsSteady);
        var shown = tests.Cases.Where(test => !IsSteady(test)).ToList();
        var width = shown.Select(test => InertText.Line(test.Name, NameColumnsMax).Length).Append(4).Max();
        printer.Line();
        if (shown.Count > 0)
            printer.Line(new Piece($"{"test".PadRight(width)}  before   after", Tone.Strong));
        foreach (var test in shown)
            printer.Line(
                InertText.Line(test.Name, NameColumnsMax).PadRight(width),
                "  ",
                Status(test.Before),
                Status(test.After)
            );
        if (steady > 0)
            printer.Line(
                new Piece($"{steady} {(shown.Count > 0 ? "more " : "")}passed in both runs", Tone.Faint)
            );
        if (tests.Cases.Count > 0)
            printer.Line();
        printer.Labelled("tests", Outcome(tests));
        printer.Labelled("sandbox", Sandbox(tests));
        if (tests.Flags.Count > 0)
            printer.Labelled("flags", string.Join(", ", tests.Flags.Select(Name)));
        if (tests.Flaky.Count > 0)
            printer.Labelled("flaky", string.Join(", ", tests.Flaky));
    }

    public void PrintJudge(JudgeResult judge)
    {
        printer.Labelled("judge", $"{judge.Model}, rubric {judge.RubricVersion}, {Samples(judge)}");
        printer.Line();
        foreach (var (dimension, score) in TraceText.Scores(judge.Scores))
        {
            var given = judge.Dimensions.FirstOrDefault(given => given.Dimension == dimension);
            printer.Line(
                $"{dimension, -26} ",
                new Piece($"{score:0.0}", ToneOf(score)),
                given is null ? "" : new Piece($"  confidence {given.Confidence:0.0#}", Tone.Faint)
            );
            if (given is not null)
                printer.Wrapped(given.Rationale, indent: 4, RationaleColumns, Tone.Faint);
        }
        printer.Line();
        printer.Line(
            new Piece($"Overall: {judge.Overall:0.0} / 5.0", Tone.Strong),
            judge.IsHeuristic ? TraceText.Measured : ""
        );
        printer.Line(
            $"Flags: {(judge.Flags.Count > 0 ? string.Join(", ", judge.Flags.Select(Name)) : "none")}"
        );
    }

    private static bool IsSteady(TestComparison test) =>
        test is { Before: CaseStatus.Passed, After: CaseStatus.Passed };

    private static Piece Status(CaseStatus status) =>
        new(
            $"{status.ToString().ToLowerInvariant(), -9}",
            status == CaseStatus.Passed ? Tone.Good
                : status == CaseStatus.Skipped ? Tone.Faint
                : Tone.Bad
        );

    private static Piece Outcome(TestsResult tests)
    {
        var counts =
            $"{tests.FailToPass.Count} from fail to pass, {tests.PassToPass.Count} stayed passing, "
            + $"{tests.PassToFail.Count} from pass to fail";
        var reason = tests.OutcomeReason is { } text ? $" ({text})" : "";
        return new Piece(
            $"{Name(tests.Outcome)}: {counts}{reason}",
            tests.FinalPassed ? Tone.Good : Tone.Bad
        );
    }

    // Older services name an image where the tests ran in none.
    private static string Sandbox(TestsResult tests) =>
        tests switch
        {
            { Sandbox: null } => "none, since nothing was run",
            { Machine: { } machine } => $"{tests.Sandbox} on {machine}, runner {tests.Runner}",
            { ContainerImage: { } image, Sandbox: not "local" } =>
                $"{tests.Sandbox}, image {image}, runner {tests.Runner}",
            _ => $"{tests.Sandbox}, runner {tests.Runner}",
        };

    private static string Samples(JudgeResult judge) =>
        judge.Samples == 1 ? "1 sample" : $"the median of {judge.Samples} samples";

    private static string Place(SchemaFinding finding) => finding.Seq is { } seq ? $"event {seq}, " : "";

    private static Tone ToneOf(double score) => score < 2 ? Tone.Bad : Tone.Plain;

    // The wire's names are the ones that people search for.
    private static string Name(TestsOutcome outcome) => Name(outcome, DatacurveJson.Default.TestsOutcome);

    private static string Name(TestsFlag flag) => Name(flag, DatacurveJson.Default.TestsFlag);

    private static string Name(JudgeFlag flag) => Name(flag, DatacurveJson.Default.JudgeFlag);

    private static string Name<T>(T value, JsonTypeInfo<T> type) =>
        JsonSerializer.SerializeToElement(value, type).GetString()!;
}
