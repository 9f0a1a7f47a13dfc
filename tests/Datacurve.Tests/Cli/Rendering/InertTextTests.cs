using System.Globalization;
using System.Text;
using CsCheck;
using Datacurve.Cli.Rendering;

namespace Datacurve.Tests.Cli.Rendering;

public sealed class InertTextTests
{
    // Pieces from which sequences form, also across each other once one of them is taken out.
    private static readonly Gen<string> Hostile = Gen.OneOf(
            Gen.OneOf(
                "\e[31m",
                "\e[2J",
                "\e]8;;http://x.invalid\e\\",
                "\e]0;title\a",
                "\e]52;c;cGFzdGU=\a",
                "\e",
                "[",
                "]",
                "31m",
                "\a",
                "\b",
                "\r",
                "\r\n",
                "\n",
                "\t",
                "\0",
                "\u007f",
                "\u0085",
                "\u009b31m",
                "\u009d8;;x\u009c",
                "\u202e",
                "\u2066",
                "\u2069",
                "\u200f",
                "\u061c",
                "\u2028",
                "\ufeff",
                "\ud83d",
                "\U000E0041",
                "text",
                "\U0001F600"
            ),
            Gen.String
        )
        .List[0, 20]
        .Select(string.Concat);

    [Fact]
    public void No_control_reaches_the_terminal_but_the_line_feed() =>
        Hostile.Sample(text => IsInert(InertText.Block(text), allowLineFeed: true));

    [Fact]
    public void A_line_stays_one_line_within_its_columns() =>
        Gen.Select(Hostile, Gen.Int[2, 60])
            .Sample(
                (text, columns) =>
                {
                    var line = InertText.Line(text, columns);
                    return line.Length <= columns && IsInert(line, allowLineFeed: false);
                }
            );

    [Fact]
    public void What_is_inert_is_left_alone() =>
        Hostile.Sample(text => InertText.Block(InertText.Block(text)) == InertText.Block(text));

    [Fact]
    public void The_printer_lets_nothing_through_and_ends_no_line_in_a_space() =>
        Gen.Select(Hostile, Hostile)
            .Sample(
                (first, second) =>
                {
                    var output = new StringWriter();
                    var printer = new Printer(output, colours: false);
                    printer.Line(first, new Piece(second, Tone.Bad));
                    printer.Block(first, indent: 3);
                    printer.Wrapped(second, indent: 2, columns: 30);
                    printer.Labelled(first, second);
                    var text = output.ToString();
                    return IsInert(text, allowLineFeed: true)
                        && text.Split('\n').All(line => line.TrimEnd() == line);
                }
            );

    [Fact]
    public void A_piece_of_sequences_alone_leaves_no_space_before_it_at_the_end()
    {
        var output = new StringWriter();
        new Printer(output, colours: false).Labelled("branch", "\e]8;;http://x.invalid\e\\", "\e[0m");

        Assert.Equal("branch\n", output.ToString());
    }

    [Fact]
    public void Sentences_are_broken_where_the_terminal_ends()
    {
        var output = new StringWriter();
        new Printer(output, colours: false, columnsMax: 24).Wrapped("one two three four five six", 4, 100);

        Assert.Equal("    one two three four\n    five six\n", output.ToString());
    }

    [Fact]
    public void Colours_are_the_only_escapes_of_a_coloured_printer()
    {
        var output = new StringWriter();
        new Printer(output, colours: true).Line(new Piece("\e[31mred\e]8;;http://x.invalid\a", Tone.Good));

        Assert.Equal("\e[32mred\e[0m\n", output.ToString());
    }

    [Theory]
    [InlineData("\e[1;31mFAILED\e[0m", "FAILED")]
    [InlineData("see \e]8;;http://x.invalid\e\\here\e]8;;\e\\", "see here")]
    [InlineData("a\u202eb", @"a\u{202e}b")]
    [InlineData("50%\r100%", @"50%\u{d}100%")]
    [InlineData("a\r\nb", "a\nb")]
    [InlineData("a\tb", "a    b")]
    public void Sequences_are_removed_and_other_controls_are_written_out(string text, string inert) =>
        Assert.Equal(inert, InertText.Block(text));

    private static bool IsInert(string text, bool allowLineFeed) =>
        text.EnumerateRunes()
            .All(rune =>
                (rune.Value == '\n' && allowLineFeed)
                || rune.Value is 0x200c or 0x200d
                || Rune.GetUnicodeCategory(rune)
                    is not (
                        UnicodeCategory.Control
                        or UnicodeCategory.Format
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
                    )
            );
}
