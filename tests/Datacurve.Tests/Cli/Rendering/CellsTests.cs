using Datacurve.Cli.Rendering;

namespace Datacurve.Tests.Cli.Rendering;

public sealed class CellsTests
{
    [Theory]
    [InlineData("abc", 3)]
    [InlineData("日本語", 6)]
    [InlineData("ｆｕｌｌ", 8)]
    [InlineData("한국", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("😀", 2)]
    [InlineData("äöü→", 4)]
    public void Wide_characters_take_two_cells_and_marks_none(string text, int cells) =>
        Assert.Equal(cells, Cells.Of(text));

    [Theory]
    [InlineData("日本語", 6, "日本語")]
    [InlineData("日本語", 5, "日本…")]
    [InlineData("日本語", 4, "日…")]
    [InlineData("日本語", 1, "…")]
    [InlineData("abc", 2, "a…")]
    public void A_text_is_cut_where_its_cells_end(string text, int cells, string fitted) =>
        Assert.Equal(fitted, Cells.Fit(text, cells));
}
