using System.Text;
using Datacurve.Cli.Capture.Terminal;

namespace Datacurve.Tests.Cli.Capture.Terminal;

public sealed class MarkScannerTests
{
    private const string Nonce = "0123456789abcdef0123456789abcdef";
    private const string OfPrompts = "fedcba9876543210fedcba9876543210";
    private const string Other = "0123456789abcdef0123456789abcdee";

    private static readonly MarkNonces Nonces = new(Nonce, OfPrompts);

    [Fact]
    public void Marks_are_taken_out_and_told_in_order()
    {
        var found = Scan(
            $"a\e]133;A;{Nonce}\ab\e]633;E;{Nonce};echo \\\\x\\x0a\\x3by\ac\e]133;D;{Nonce};7\a"
        );

        Assert.Equal("abc", found.Text);
        Assert.Equal([new('A', ""), new('E', "echo \\x\n;y"), new('D', "7")], found.Marks);
    }

    [Fact]
    public void Small_letters_mean_percent_encoding() =>
        Assert.Equal([new('E', "a b\n%é")], Scan($"\e]633;e;{Nonce};a%20b%0A%25%C3%A9\a").Marks);

    [Theory]
    [InlineData($"\e]133;A;{Other}\a")]
    [InlineData($"\e]133;B;{Nonce}\a")]
    [InlineData($"\e]633;E;{OfPrompts};ls\a")]
    [InlineData($"\e]133;D;{OfPrompts};0\a")]
    [InlineData("\e]133;A\a")]
    [InlineData("\e]633;E;ls;nonce\a")]
    [InlineData($"\e]134;A;{Nonce}\a")]
    [InlineData($"\e]133;1;{Nonce}\a")]
    [InlineData($"\e]633;E;{Nonce};line\nbreak\a")]
    [InlineData($"\e]633;E;{Nonce};cut off\e[0m")]
    [InlineData($"\e]633;E;{Nonce}no separator\a")]
    [InlineData("\e\e]\e]133\e]1333;")]
    public void What_is_no_mark_of_ours_passes(string stream)
    {
        var found = Scan($"before{stream}after");

        Assert.Equal($"before{stream}after", found.Text);
        Assert.Empty(found.Marks);
    }

    [Fact]
    public void A_mark_without_an_end_is_given_up_at_its_limit()
    {
        var stream = $"\e]633;E;{Nonce};" + new string('x', MarkScanner.MarkBytesMax + 10);

        Assert.Equal(stream, Scan(stream).Text);
    }

    [Fact]
    public void The_beginning_of_a_mark_is_held_until_it_is_released()
    {
        var scanner = new MarkScanner(Nonces);
        var found = new Found();

        scanner.Scan("a\e]133"u8, found);
        Assert.Equal(("a", true), (found.Text, scanner.HoldsOutput));
        scanner.Release(found);

        Assert.Equal(("a\e]133", false), (found.Text, scanner.HoldsOutput));
    }

    [Fact]
    public void However_a_stream_is_cut_the_same_comes_out()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var (stream, text, marks) = RandomStream(random);
            var scanner = new MarkScanner(Nonces);
            var found = new Found();
            for (var at = 0; at < stream.Length; )
            {
                var length = Math.Min(random.Next(1, random.Next(2, 200)), stream.Length - at);
                scanner.Scan(stream.AsSpan(at, length), found);
                at += length;
            }
            scanner.Release(found);

            Assert.Equal(Convert.ToHexString(text), Convert.ToHexString(found.Bytes));
            Assert.Equal(marks, found.Marks);
        }
    }

    private static (byte[] Stream, byte[] Text, List<ShellMark> Marks) RandomStream(Random random)
    {
        using var stream = new MemoryStream();
        using var text = new MemoryStream();
        var marks = new List<ShellMark>();
        for (var piece = random.Next(1, 12); piece > 0; piece--)
        {
            if (random.Next(3) == 0)
            {
                var letter = "ABCDEP"[random.Next(6)];
                var nonce = letter == 'B' ? OfPrompts : Nonce;
                var command = new string('c', random.Next(100));
                stream.Write(Encoding.ASCII.GetBytes($"\e]633;{letter};{nonce};{command}\a"));
                marks.Add(new ShellMark(letter, command));
                continue;
            }
            var bytes = RandomOutput(random);
            stream.Write(bytes);
            text.Write(bytes);
        }
        return (stream.ToArray(), text.ToArray(), marks);
    }

    // Bytes of all kinds, and beginnings of marks that break off; a bell in front parts them from what
    // follows.
    private static byte[] RandomOutput(Random random)
    {
        if (random.Next(2) == 0)
        {
            var mark = $"\e]133;A;{Nonce};x";
            return Encoding.ASCII.GetBytes($"\a{mark[..random.Next(1, mark.Length)]}\n");
        }
        var bytes = new byte[random.Next(60)];
        random.NextBytes(bytes);
        return [.. bytes, (byte)'\n'];
    }

    private static Found Scan(string stream)
    {
        var scanner = new MarkScanner(Nonces);
        var found = new Found();
        scanner.Scan(Encoding.UTF8.GetBytes(stream), found);
        scanner.Release(found);
        return found;
    }

    private sealed class Found : IMarkSink
    {
        private readonly List<byte> _bytes = [];

        public byte[] Bytes => [.. _bytes];
        public string Text => Encoding.UTF8.GetString(Bytes);
        public List<ShellMark> Marks { get; } = [];

        void IMarkSink.Text(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

        public void Mark(ShellMark mark) => Marks.Add(mark);
    }
}
