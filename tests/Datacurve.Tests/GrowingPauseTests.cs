using Datacurve.Core;

namespace Datacurve.Tests;

public sealed class GrowingPauseTests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(5, 32)]
    [InlineData(6, 60)]
    [InlineData(100, 60)]
    [InlineData(int.MaxValue, 60)]
    public void Each_is_twice_the_last_up_to_the_longest(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), GrowingPause.After(First, failures, Longest));

    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void Where_the_first_is_none_none_is(int failures) =>
        Assert.Equal(TimeSpan.Zero, GrowingPause.After(TimeSpan.Zero, failures, Longest));

    [Fact]
    public void Spread_pauses_differ_and_are_at_least_half()
    {
        var spread = Enumerable.Range(0, 100).Select(_ => GrowingPause.Spread(Longest)).ToList();

        Assert.All(spread, pause => Assert.InRange(pause, Longest / 2, Longest));
        Assert.True(spread.Distinct().Count() > 1);
    }
}
