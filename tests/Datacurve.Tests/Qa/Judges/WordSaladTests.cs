using Datacurve.Core.Events;
using Datacurve.Core.Qa;
using Datacurve.Server.Qa.Judges;
using Xunit;

namespace Datacurve.Tests.Qa.Judges;

/// <summary>Words of the bug are no thought about it, and few words may well be one.</summary>
public sealed class WordSaladTests : IDisposable
{
    private static readonly string[] WordsOfBug =
    [
        .. (
            "cart_total coupon shipping subtotal discounted apply_coupon cart total half because therefore "
            + "wrong instead check run test verify"
        ).Split(' '),
    ];

    private readonly FolderBlobs blobs = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 10)];

    public void Dispose() => blobs.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Words_of_the_bug_in_no_order_earn_what_silence_earns(int seed)
    {
        var chance = new Random(seed);
        var silent = await JudgeAsync(await BugHunt.GoodAsync(blobs, thoughts: false));

        var salad = await JudgeAsync(
            await BugHunt.GoodAsync(
                blobs,
                reworded: _ => string.Join(' ', chance.GetItems(WordsOfBug, chance.Next(4, 15)))
            )
        );

        Assert.Equal(silent.Scores, salad.Scores);
        Assert.Contains("not an English sentence", salad.Dimensions[0].Rationale);
    }

    /// <summary>Chance makes English now and then.</summary>
    [Fact]
    public async Task Shuffled_thoughts_do_not_score_as_the_thoughts_did()
    {
        var good = InText((await JudgeAsync(await BugHunt.GoodAsync(blobs))).Scores);
        var near = 0;
        for (var seed = 1; seed <= 10; seed++)
        {
            var chance = new Random(seed);
            var hunt = await BugHunt.GoodAsync(blobs, reworded: text => Shuffled(text, chance));
            near += InText((await JudgeAsync(hunt)).Scores) > good * 0.75 ? 1 : 0;
        }

        Assert.InRange(near, 0, 1);
    }

    [Fact]
    public async Task Of_shuffled_thoughts_most_earn_nothing()
    {
        var chance = new Random(20);
        var silent = InText((await JudgeAsync(await BugHunt.GoodAsync(blobs, thoughts: false))).Scores);
        var good = InText((await JudgeAsync(await BugHunt.GoodAsync(blobs))).Scores);
        var earned = new List<double>();
        for (var round = 0; round < 50; round++)
        {
            var hunt = await BugHunt.GoodAsync(blobs, reworded: text => Shuffled(text, chance));
            earned.Add((InText((await JudgeAsync(hunt)).Scores) - silent) / (good - silent));
        }

        Assert.InRange(earned.Average(), 0, 0.2);
    }

    /// <summary>What a forger wrote who tried for five minutes.</summary>
    [Fact]
    public async Task Salad_of_the_bugs_words_in_a_whole_session_earns_the_score_of_its_runs_alone()
    {
        string[] salad =
        [
            "check shipping discounted apply_coupon because subtotal",
            "subtotal shipping apply_coupon discounted because coupon",
            "shipping failed AssertionError discounted coupon because subtotal",
            "shipping coupon subtotal",
        ];
        var next = 0;
        var hunt = await BugHunt.GoodAsync(blobs, reworded: _ => salad[next++]);

        var verdict = await JudgeAsync(hunt);

        Assert.InRange(verdict.Scores.RootCauseIdentification, 0, 1);
        Assert.Equal(0, verdict.Scores.PlanQuality);
        Assert.InRange(verdict.Scores.Clarity, 0, 1);
        var postmortem = hunt.Events.Single(e => e.Payload is Thought { Kind: ThoughtKind.Postmortem }).Seq;
        Assert.Contains(
            $"none comes after the last edit of the program at seq {postmortem - 4}; not counted: "
                + $"seq {postmortem}, not an English sentence.",
            verdict.Dimensions[5].Rationale
        );
    }

    [Theory]
    [InlineData("cart_total discounts shipping")]
    [InlineData("shipping is discounted")]
    [InlineData("coupon also hits shipping")]
    [InlineData("wrong order: the coupon comes after shipping")]
    [InlineData("apply_coupon gets the sum with shipping")]
    [InlineData("subtotal + shipping goes into apply_coupon, so shipping gets discounted")]
    [InlineData("shipping shouldn't go into apply_coupon")]
    [InlineData("the coupon takes in the shipping")]
    [InlineData("coupon is taken off too late")]
    public async Task A_short_true_hypothesis_counts(string text)
    {
        var hunt = await BugHunt.GoodAsync(blobs, thoughts: false);
        var bare = (await JudgeAsync(hunt)).Scores;
        await hunt.ThinkAsync(ThoughtKind.Hypothesis, text);
        hunt.Insert(3, hunt.Events[^1]);

        var verdict = await JudgeAsync(hunt);

        Assert.Contains("(0.3 of 0.3): first at seq 4, before", verdict.Dimensions[0].Rationale);
        Assert.InRange(verdict.Scores.RootCauseIdentification, bare.RootCauseIdentification + 1.6, 4);
    }

    [Theory]
    [InlineData(ThoughtKind.Plan, "take shipping out of apply_coupon, then run the tests", 1)]
    [InlineData(ThoughtKind.Plan, "add shipping after the coupon", 1)]
    [InlineData(ThoughtKind.Decision, "only the subtotal gets the coupon", 1)]
    [InlineData(ThoughtKind.Interpretation, "fails at 52.5: shipping is discounted", 0)]
    public async Task Short_true_thoughts_of_other_kinds_count(ThoughtKind kind, string text, int dimension)
    {
        var hunt = await BugHunt.GoodAsync(blobs, thoughts: false);
        var bare = await JudgeAsync(hunt);
        await hunt.ThinkAsync(kind, text);
        hunt.Insert(5, hunt.Events[^1]);

        var verdict = await JudgeAsync(hunt);

        Assert.True(verdict.Dimensions[dimension].Score >= bare.Dimensions[dimension].Score + 1);
        Assert.DoesNotContain("not counted", verdict.Dimensions[5].Rationale);
    }

    [Theory]
    [InlineData("wip")]
    [InlineData("fix it")]
    [InlineData("this is a very hard one, I need a coffee first")]
    [InlineData("shipping")]
    public async Task Short_thoughts_that_say_nothing_do_not_count(string text)
    {
        var hunt = await BugHunt.GoodAsync(blobs, thoughts: false);
        var bare = (await JudgeAsync(hunt)).Scores;
        await hunt.ThinkAsync(ThoughtKind.Hypothesis, text);
        hunt.Insert(3, hunt.Events[^1]);

        Assert.Equal(bare, (await JudgeAsync(hunt)).Scores);
    }

    [Fact]
    public async Task A_commit_of_the_bugs_words_says_nothing()
    {
        var hunt = new BugHunt(blobs) { PullRequest = null };
        await hunt.EditAsync("src/cart.py", "+    return discounted + shipping");
        hunt.Add(
            "commit",
            new Commit { CommitSha = "fedcba", Message = "coupon shipping cart subtotal because total order" }
        );

        var verdict = await JudgeAsync(hunt);

        Assert.Contains("(0 of 0.25): neither reads as an English sentence", verdict.Dimensions[5].Rationale);
    }

    [Fact]
    public async Task Nothing_that_it_can_measure_makes_it_surer_of_words_than_of_runs()
    {
        var verdict = await JudgeAsync(await BugHunt.GoodAsync(blobs));

        Assert.Equal(
            [0.4, 0.4, 0.6, 0.6, 0.6, 0.4],
            verdict.Dimensions.Select(dimension => dimension.Confidence)
        );
    }

    private static double InText(Scores scores) =>
        scores.RootCauseIdentification + scores.PlanQuality + scores.Clarity;

    private static string Shuffled(string text, Random chance)
    {
        var words = text.Split(' ');
        chance.Shuffle(words);
        return string.Join(' ', words);
    }

    private Task<JudgeResult> JudgeAsync(BugHunt hunt) =>
        new HeuristicJudge(blobs, EventCatalog.Contract).JudgeAsync(
            hunt.Subject,
            TestContext.Current.CancellationToken
        );
}
