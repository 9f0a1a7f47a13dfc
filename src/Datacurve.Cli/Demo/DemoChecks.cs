using Datacurve.Cli.Client;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Qa;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Demo;

/// <summary>
/// One thing that must hold for the demo to have worked; <see cref="Found"/> is what was there.
/// </summary>
internal sealed record DemoCheck(string Claim, bool Holds, string Found);

/// <summary>
/// Checks what the service answered against what was sent, and against its own arithmetic.
/// </summary>
internal static class DemoChecks
{
    /// <summary>The service chooses.</summary>
    public const string AnySandbox = "auto";

    /// <param name="trace">As the service has it, events and all.</param>
    /// <param name="delivery">What was sent.</param>
    /// <param name="sandbox">The one that was asked for.</param>
    public static IReadOnlyList<DemoCheck> Of(TraceDocument trace, Delivery delivery, string sandbox)
    {
        var qa = trace.ReadQa();
        return
        [
            new(
                "every event that was recorded is in the trace once, in order",
                Seqs(trace).SequenceEqual(delivery.Recorded.Select(recorded => recorded.Seq)),
                $"{trace.Events.Count} of {delivery.Recorded.Count}"
            ),
            new(
                "what was sent twice is stored once",
                delivery.SentAgain == delivery.Sent && trace.Events.Count == delivery.Recorded.Count,
                $"{delivery.Sent} sent, {delivery.SentAgain} again, {trace.Events.Count} stored"
            ),
            new(
                "nothing is missing from the recording",
                delivery.Recorded.All(recorded => recorded.Payload is not RecordingGap),
                Quantity.Of(delivery.Recorded.Count(recorded => recorded.Payload is RecordingGap), "gap")
            ),
            new("QA is complete", trace.Status == TraceStatus.Complete, Status(trace, qa)),
            new(
                "the trace is valid",
                qa is { SchemaValid: true },
                Quantity.Of(qa?.SchemaFindings.Count ?? 0, "finding")
            ),
            .. OfTests(qa?.Tests, sandbox),
            new(
                "the replay is exact",
                qa?.Replay is { Exact: true },
                qa?.Replay?.Reason ?? "no reason given"
            ),
            .. OfJudge(qa?.Judge),
        ];
    }

    private static IEnumerable<DemoCheck> OfTests(TestsResult? tests, string sandbox) =>
        [
            new(
                "tests go from fail to pass",
                tests is { FailToPass.Count: > 0 },
                Quantity.Of(tests?.FailToPass.Count ?? 0, "test")
            ),
            new(
                "the tests pass with the fix",
                tests is { FinalPassed: true, PassToFail.Count: 0 },
                tests?.OutcomeReason ?? "no test result"
            ),
            new(
                sandbox == AnySandbox
                    ? "the tests ran in a sandbox"
                    : $"the tests ran in the {sandbox} sandbox",
                tests?.Sandbox is { } used && (sandbox == AnySandbox || sandbox == used),
                tests?.Sandbox ?? "no sandbox"
            ),
        ];

    private static IEnumerable<DemoCheck> OfJudge(JudgeResult? judge)
    {
        if (judge is null)
            return [new("six scores are given", false, "no verdict")];
        var scores = Rendering.TraceText.Scores(judge.Scores);
        return
        [
            new(
                "six scores lie between 0.0 and 5.0",
                scores.All(score => score.Score is >= 0 and <= Scores.Max),
                string.Join(", ", scores.Select(score => score.Score))
            ),
            new(
                "the overall score is their mean",
                judge.Overall == judge.Scores.Overall(),
                $"{judge.Overall}, the mean is {judge.Scores.Overall()}"
            ),
        ];
    }

    private static IEnumerable<long> Seqs(TraceDocument trace) =>
        trace.Events.Select(traceEvent => traceEvent.GetProperty("seq").GetInt64());

    private static string Status(TraceDocument trace, QaResult? qa) =>
        trace.Status.ToString().ToLowerInvariant() + (qa?.Error is { } error ? $": {error}" : "");
}
