using Datacurve.Core;

namespace Datacurve.Tests;

public sealed class QuantityTests
{
    [Theory]
    [InlineData(0, "0 edits are", "0 processes")]
    [InlineData(1, "1 edit is", "1 process")]
    [InlineData(2, "2 edits are", "2 processes")]
    public void A_count_agrees_with_its_noun_and_its_verb(long count, string edits, string processes)
    {
        Assert.Equal(edits, Quantity.Are(count, "edit"));
        Assert.Equal(
            edits.Replace("is", "was").Replace("are", "were"),
            Quantity.Were(count, "edit"),
            StringComparer.Ordinal
        );
        Assert.Equal(processes, Quantity.Of(count, "process", "processes"));
    }
}
