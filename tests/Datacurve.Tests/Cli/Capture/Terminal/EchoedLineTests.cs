using Datacurve.Cli.Capture.Terminal;

namespace Datacurve.Tests.Cli.Capture.Terminal;

public sealed class EchoedLineTests
{
    [Theory]
    [InlineData("ls", "ls", "ls")]
    [InlineData("lss\b\e[K", "lss", "ls")]
    [InlineData("wd\b\b\e[1@p\e[C\e[C", "wdp", "pwd")]
    [InlineData("xab\b\b\b\e[P", "xab", "ab")]
    [InlineData("\e]633;B\als\e]0;title\e\\", "ls", "ls")]
    [InlineData("\e[?2004h\e[5 qls\r\n\e[?2004l\r", "ls", "ls")]
    [InlineData("\e]0;never ended", "", "")]
    [InlineData("ab\b\e[D\e[Dcd", "abcd", "cd")]
    [InlineData("\e[2Jls", "ls", null)]
    [InlineData("a long line \rthat wraps", "a long line that wraps", null)]
    public void A_line_is_what_a_terminal_would_show(string echo, string drawn, string? left)
    {
        var line = EchoedLine.Of(echo);

        Assert.Equal((drawn, left), (line.Drawn, line.Left));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("\r\n", true)]
    [InlineData("ls\r\n", false)]
    [InlineData("\e[?2004l\r\n> \e[?2004l\r\n", true)]
    [InlineData("> ", true)]
    [InlineData("echo 'a\r\n> b'\r\n", false)]
    public void A_line_is_blind_where_nothing_of_it_was_drawn(string echo, bool isBlind) =>
        Assert.Equal(isBlind, EchoedLine.Of(echo).IsBlind);

    // What runs in the background prints here too.
    [Fact]
    public void A_line_does_not_grow_beyond_what_was_printed() =>
        Assert.Null(EchoedLine.Of("ab\b" + string.Concat(Enumerable.Repeat("\e[9999999@", 20))).Left);

    [Fact]
    public void Any_text_is_read_to_its_end()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < 2_000; i++)
            EchoedLine.Of(new string(random.GetItems("ab1;?[]P@KCDm\\\e\e\b\r\n\a".AsSpan(), 60)));
    }
}
