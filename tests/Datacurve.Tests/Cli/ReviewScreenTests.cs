using Datacurve.Cli.Rendering;
using Datacurve.Cli.Reviewing;
using Datacurve.Cli.Spool;
using Datacurve.Tests.Cli.Spool;

namespace Datacurve.Tests.Cli;

public sealed class ReviewScreenTests
{
    private const int Width = 60;
    private const int Height = 12;
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_scrolls_with_the_cursor_and_an_event_opens_and_closes()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = await RecordedAsync(spool);
        var screen = ScreenOf(recording);

        Press(screen, ConsoleKey.End);
        var end = screen.Render(Width, Height);
        Press(screen, ConsoleKey.Enter);
        var text = screen.Render(Width, Height);
        Press(screen, ConsoleKey.Q);
        var back = screen.Render(Width, Height);

        Assert.Equal(Height, end.Count);
        Assert.Contains(end, line => line.StartsWith(">    31", StringComparison.Ordinal));
        Assert.Contains("the cursor goes back", text);
        Assert.Equal(end, back);
        Assert.Equal(ReviewStep.Quit, Press(screen, ConsoleKey.Q));
    }

    [Fact]
    public async Task A_drop_is_asked_about_and_only_a_yes_drops()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = await RecordedAsync(spool);
        var screen = ScreenOf(recording);

        Press(screen, ConsoleKey.D, 'd');
        var asked = screen.Render(Width, Height)[^1];
        var no = Press(screen, ConsoleKey.N, 'n');
        Press(screen, ConsoleKey.D, 'd');
        var yes = Press(screen, ConsoleKey.Y, 'y');

        Assert.Equal("Drop event 1 and its content for good? y / n", asked);
        Assert.Equal((ReviewStep.None, ReviewStep.Drop), (no, yes));
        Assert.Equal(1, screen.Chosen?.Seq);
    }

    [Fact]
    public async Task What_opens_the_trace_is_shown_and_cannot_be_dropped()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = await RecordedAsync(spool);
        var screen = ScreenOf(recording);

        Press(screen, ConsoleKey.O, 'o');
        var opening = screen.Render(Width, 60);
        Press(screen, ConsoleKey.D, 'd');

        Assert.Equal("What opens the trace", opening[0]);
        Assert.Contains(opening, line => line.Contains("It offers taken time.", StringComparison.Ordinal));
        Assert.Equal(ReviewStep.None, Press(screen, ConsoleKey.Y, 'y'));
    }

    [Fact]
    public async Task Nothing_recorded_is_drawn_as_a_control_and_no_line_is_too_long()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        await SpoolUnderTest.ThinkAsync(
            recording,
            "\e[2J\e]0;t\a\u202e\u009b\r\n" + string.Concat(Enumerable.Repeat("😀日本", 500))
        );
        await recording.AddAsync(SpoolUnderTest.Command("\e[31m" + new string('x', 500)), Ct);
        await recording.FlushAsync(Ct);
        var screen = ScreenOf(recording);

        foreach (
            var key in new[]
            {
                ConsoleKey.DownArrow,
                ConsoleKey.UpArrow,
                ConsoleKey.Enter,
                ConsoleKey.PageDown,
            }
        )
        {
            Press(screen, key);
            foreach (var width in new[] { 1, 2, 7, Width })
                Assert.All(
                    screen.Render(width, Height),
                    line =>
                    {
                        Assert.DoesNotContain(line, char.IsControl);
                        Assert.True(Cells.Of(line) <= width, line);
                    }
                );
        }
    }

    [Fact]
    public async Task One_event_is_told_as_one()
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        await recording.AddAsync(SpoolUnderTest.Command("make"), Ct);
        await recording.FlushAsync(Ct);

        var title = ScreenOf(recording).Render(200, Height)[0];

        Assert.Contains(": 1 event, ", title, StringComparison.Ordinal);
    }

    private static async Task<Recording> RecordedAsync(SpoolUnderTest spool)
    {
        var recording = spool.Create();
        for (var i = 0; i < 30; i++)
            await recording.AddAsync(SpoolUnderTest.Command($"echo {i}"), Ct);
        await SpoolUnderTest.ThinkAsync(recording, "the cursor goes back");
        await recording.FlushAsync(Ct);
        return recording;
    }

    private static ReviewScreen ScreenOf(Recording recording) =>
        new(recording.Files, Review.Of(recording.Files, recording.Manifest));

    private static ReviewStep Press(ReviewScreen screen, ConsoleKey key, char character = '\0') =>
        screen.Handle(new ConsoleKeyInfo(character, key, shift: false, alt: false, control: false));
}
