using System.Globalization;
using System.Text.RegularExpressions;
using Datacurve.Core.Events;
using Datacurve.Core.Qa;
using Datacurve.Server.Qa.Judges;
using Xunit;

namespace Datacurve.Tests.Qa.Judges;

public sealed class RationaleTests : IDisposable
{
    private static readonly Regex Sentence = new(
        @"(?:^|\. )(?<says>[A-Z][^.:()]+) \((?<earned>[\d.]+) of (?<weight>[\d.]+)\): ",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    );

    private readonly FolderBlobs blobs = new();

    public void Dispose() => blobs.Dispose();

    /// <summary>The measures as a rationale lists them.</summary>
    public static IReadOnlyList<(string Says, double Earned, double Weight)> Measures(
        DimensionVerdict dimension
    ) =>
        [
            .. Sentence
                .Matches(dimension.Rationale)
                .Select(match =>
                    (
                        match.Groups["says"].Value,
                        double.Parse(match.Groups["earned"].Value, CultureInfo.InvariantCulture),
                        double.Parse(match.Groups["weight"].Value, CultureInfo.InvariantCulture)
                    )
                ),
        ];

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task No_measure_earns_more_than_its_weight_and_together_they_are_the_score(
        bool thoughts,
        bool runs
    )
    {
        var verdict = await JudgeAsync(await BugHunt.GoodAsync(blobs, thoughts, runs));

        Assert.All(
            verdict.Dimensions,
            dimension =>
            {
                var measures = Measures(dimension);
                Assert.InRange(measures.Count, 4, 5);
                Assert.All(measures, measure => Assert.InRange(measure.Earned, 0, measure.Weight));
                // Each is rounded to hundredths, so five of them may be off by a tenth of a point.
                Assert.InRange(
                    measures.Sum(measure => measure.Earned) * 4,
                    dimension.Score - 0.175,
                    dimension.Score + 0.175
                );
            }
        );
    }

    [Fact]
    public async Task It_points_at_events_by_seq()
    {
        var hunt = await BugHunt.GoodAsync(blobs);
        var hypothesis = Seq<Thought>(hunt, thought => thought.Kind == ThoughtKind.Hypothesis);
        var plan = Seq<Thought>(hunt, thought => thought.Kind == ThoughtKind.Plan);
        var edit = Seq<FileEdit>(hunt, edited => edited.FilePath == "src/cart.py");
        var failed = Seq<TestRun>(hunt, run => !run.Passed);
        var passed = Seq<TestRun>(hunt, run => run.Passed);

        var rationale = (await JudgeAsync(hunt)).Dimensions.Select(dimension => dimension.Rationale).ToList();

        var start = $"before the first edit of the program at seq {edit}.";
        Assert.Contains($"(0.3 of 0.3): first at seq {hypothesis}, {start}", rationale[0]);
        Assert.Contains($"(0.4 of 0.4): seq {plan}, {start}", rationale[1]);
        Assert.Contains($"(0.35 of 0.35): failing run at seq {failed}, {start}", rationale[2]);
        Assert.Contains($"(0.25 of 0.25): seq {failed} failed, seq {passed} passed.", rationale[3]);
        Assert.Contains($"(0.25 of 0.25): 4 lines.", rationale[4]);
        Assert.Contains("(0.35 of 0.35): hypothesis, plan, interpretation and postmortem.", rationale[5]);
    }

    [Fact]
    public async Task It_says_what_is_missing()
    {
        var hunt = new BugHunt(blobs) { PullRequest = null };
        await hunt.EditAsync("src/cart.py", "+    return discounted + shipping");

        var rationale = (await JudgeAsync(hunt)).Dimensions.Select(dimension => dimension.Rationale).ToList();

        Assert.Contains("(0 of 0.3): no hypothesis and no interpretation speaks of this bug.", rationale[0]);
        Assert.Contains("(0 of 0.15): nothing failed before the first edit of the program", rationale[0]);
        Assert.Contains("(0 of 0.4): no plan and no decision speaks of this bug.", rationale[1]);
        Assert.Contains("(0 of 0.35): no run is recorded.", rationale[2]);
        Assert.Contains("(0 of 0.2): no run failed.", rationale[3]);
        Assert.Contains("(0 of 0.25): neither says anything.", rationale[5]);
    }

    [Fact]
    public async Task It_says_by_what_and_why_a_score_is_lowered()
    {
        var hunt = await BugHunt.GoodAsync(blobs);
        hunt.Tests = hunt.Tests with { FinalPassed = false, Outcome = TestsOutcome.Failed };

        var verdict = await JudgeAsync(hunt);

        Assert.EndsWith(
            " All of it times 0.7, because the tests fail with the fix.",
            verdict.Dimensions[0].Rationale
        );
    }

    private static long Seq<T>(BugHunt hunt, Func<T, bool> isMeant)
        where T : EventPayload =>
        hunt.Events.First(recorded => recorded.Payload is T payload && isMeant(payload)).Seq;

    private Task<JudgeResult> JudgeAsync(BugHunt hunt) =>
        new HeuristicJudge(blobs, EventCatalog.Contract).JudgeAsync(
            hunt.Subject,
            TestContext.Current.CancellationToken
        );
}
