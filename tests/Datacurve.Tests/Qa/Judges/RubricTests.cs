using System.Text.Json;
using Datacurve.Core.Json;
using Datacurve.Core.Qa;
using Datacurve.Server.Qa.Judges;
using Xunit;

namespace Datacurve.Tests.Qa.Judges;

public sealed class RubricTests
{
    [Fact]
    public void The_rubric_has_the_six_dimensions_of_the_scores_in_their_order()
    {
        var members = DatacurveJson.Default.Scores.Properties.Select(property => property.Name);

        Assert.Equal(members, Rubric.Current.Dimensions.Select(dimension => dimension.Name));
        Assert.Equal(
            new JudgeResult
            {
                Model = "",
                Scores = Zero,
                Overall = 0,
            }.RubricVersion,
            Rubric.Current.Version
        );
    }

    [Fact]
    public void Every_dimension_says_what_each_level_looks_like_in_words_of_its_own()
    {
        Assert.All(
            Rubric.Current.Dimensions,
            dimension =>
            {
                Assert.Equal(Rubric.LevelMax + 1, dimension.Levels.Count);
                Assert.Equal(dimension.Levels.Count, dimension.Levels.Distinct().Count());
                Assert.All(dimension.Levels, level => Assert.InRange(level.Length, 15, 300));
                Assert.InRange(dimension.Definition.Length, 60, 300);
            }
        );
    }

    [Fact]
    public void Every_flag_of_the_wire_has_its_condition()
    {
        var wire = Enum.GetValues<JudgeFlag>().Select(flag => JsonSerializer.Serialize(flag).Trim('"'));

        Assert.Equal(wire, Rubric.Current.Flags.Select(flag => flag.Name));
    }

    [Fact]
    public void A_rubric_that_does_not_exist_is_refused() =>
        Assert.Throws<ArgumentException>(() => Rubric.Load("0.9"));

    private static Scores Zero =>
        new()
        {
            RootCauseIdentification = 0,
            PlanQuality = 0,
            ExperimentIterateLoop = 0,
            UseOfSignalsTestsLogs = 0,
            MinimalityOfFix = 0,
            Clarity = 0,
        };
}
