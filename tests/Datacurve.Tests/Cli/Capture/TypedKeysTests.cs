using System.Text;
using Datacurve.Cli.Capture.Files;
using Datacurve.Cli.Capture.Provenance;
using Datacurve.Cli.Capture.Terminal;
using Datacurve.Core.Events;
using Microsoft.Extensions.Time.Testing;

namespace Datacurve.Tests.Cli.Capture;

/// <summary>What is counted of keys that are typed at an editor, and what follows for its saves.</summary>
public sealed class TypedKeysTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddDays(1));
    private readonly CommandClock _clock = new();
    private readonly EditSources _sources;

    public TypedKeysTests()
    {
        _sources = new EditSources(_clock, _time);
        Run("vim a.py");
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    [Theory]
    [InlineData("x", "xab", "o|a|b|\e|:wq\r")]
    [InlineData("", "Größe 7\n", "iGr|ö|ß|e| |7|\e:wq\r")]
    [InlineData("f(a)\ng(a)\n", "f(a, 1)\ng(a, 2)\n", "a|1|\e|a|2|\e")]
    [InlineData("one\ntwo\n", "one\n", "dd|:wq\r")]
    [InlineData("", "    if(a)[b]\n", "i|i|f|a|b|\e")]
    [InlineData("", "O\n", "i|O|\e|\eOA|:wq\r")]
    public void What_was_put_in_was_typed(string before, string after, string keys)
    {
        Type(keys);
        Assert.Equal(EditProvenance.Human, Save(before, after));
    }

    [Theory]
    [InlineData("x", "xab", "")]
    [InlineData("x", "xab", "o|a|\e|:wq\r")]
    [InlineData("x", "xabab", "o|a|b|\e|.|:wq\r")]
    [InlineData("a\n", "a\na\n", "yy|p|:wq\r")]
    [InlineData("x", "xab", "i|a|b|\e[200~ab\e[201~|:wq\r")]
    [InlineData("x", "xab", "i|a|b|\e[200~ab|\e[201~|:wq\r")]
    [InlineData("", "123456789", "i|123456789|:wq\r")]
    [InlineData("", "ABCD", "\e[A|\e[B|\eOC|\e[1;5D|:wq\r")]
    [InlineData("", "rgb1e", "\e]11;rgb:1e1e/1e1e/1e1e\e\\|:wq\r")]
    [InlineData("", "rgb1e", "\e]11;rgb:1e1e/1e1e/1e1e\u0007|:wq\r")]
    public void What_was_put_in_is_not_known_to_have_been_typed(string before, string after, string keys)
    {
        Type(keys);
        Assert.Equal(EditProvenance.Unknown, Save(before, after));
    }

    [Fact]
    public void Files_that_are_saved_at_once_share_what_was_typed_and_the_next_save_has_its_own()
    {
        Type("i|a|b|:wa\r");
        var savedMs = NowMs;
        _time.Advance(TimeSpan.FromMilliseconds(150));

        Assert.Equal(EditProvenance.Human, Save("", "a", savedMs));
        Assert.Equal(EditProvenance.Human, Save("", "b", savedMs));
        Assert.Equal(EditProvenance.Unknown, Save("", "b", savedMs));

        _time.Advance(TimeSpan.FromSeconds(1));
        Type("i|c|:w\r");
        Assert.Equal(EditProvenance.Unknown, Save("", "a"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Type("i|c|:w\r");
        Assert.Equal(EditProvenance.Human, Save("", "c"));
    }

    [Fact]
    public void What_is_typed_at_another_command_or_long_before_is_not_what_was_saved()
    {
        Type("i|a|b|\e");
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(EditProvenance.Unknown, Save("", "a"));

        Type("i|a|b|\e");
        Run("cat");
        Type("a|b|\r");
        Run("nano a.py");
        Type("b|\u000f\r");
        Assert.Equal(EditProvenance.Unknown, Save("", "a"));
    }

    [Fact]
    public void A_look_that_found_a_change_says_nothing_of_who_typed()
    {
        Type("i|a|:wq\r");
        var hint = new PathHint(NowMs, NowMs, Open: false, Git: false, Partner: null);
        var source = _sources.Of(new Look(hint, LookReason.Found), () => Inserted("", "a"));
        Assert.Equal(EditProvenance.Unknown, source.Provenance);
    }

    [Fact]
    public void A_paste_is_one_however_it_is_cut_and_it_ends()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var keys = new TypedKeys();
            var text =
                $"kk\e[200~{new string('p', random.Next(4))}\e[31m{new string('\e', random.Next(2))}\e[201~";
            AddInParts(keys, Encoding.UTF8.GetBytes(text), random);
            Assert.True(keys.Take() is null, $"seed {seed}, round {round}");

            keys.Add("t"u8, 0);
            Assert.True(keys.Take()?.TryTake(Inserted("", "t")), $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void No_keys_break_the_count()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var keys = new TypedKeys();
            var bytes = new byte[random.Next(1, 64)];
            foreach (ref var b in bytes.AsSpan())
                b = "\e\e\e[[O]P0129~;?\u0007\\abz\u00c3\r"u8[random.Next(20)];
            AddInParts(keys, bytes, random);
            keys.Take();
            keys.Add("\e[201~"u8, 0);
            keys.Take();
            keys.Add("t"u8, 0);
            Assert.True(keys.Take()?.TryTake(Inserted("", "t")), $"seed {seed}, round {round}");
        }
    }

    // A lone escape is a key; a terminal sends more with it.
    private static void AddInParts(TypedKeys keys, ReadOnlySpan<byte> bytes, Random random)
    {
        while (!bytes.IsEmpty)
        {
            var length = random.Next(1, bytes.Length + 1);
            if (length == 1 && bytes[0] == '\e' && bytes.Length > 1)
                length = 2;
            keys.Add(bytes[..length], 0);
            bytes = bytes[length..];
        }
    }

    private static LetterCounts Inserted(string before, string after) =>
        LetterCounts.Inserted(Encoding.UTF8.GetBytes(before), Encoding.UTF8.GetBytes(after), editsMax: 800);

    private void Run(string line) =>
        _clock.Start(
            new ShellCommand
            {
                EventId = Guid.NewGuid(),
                CommandLine = line,
                Cwd = "/",
                StartMs = NowMs,
            }
        );

    // Each part is what one read of the terminal gives.
    private void Type(string keys)
    {
        foreach (var part in keys.Split('|', StringSplitOptions.RemoveEmptyEntries))
            _sources.Typed(Encoding.UTF8.GetBytes(part));
    }

    private EditProvenance Save(string before, string after) => Save(before, after, NowMs);

    private EditProvenance Save(string before, string after, long savedMs)
    {
        var hint = new PathHint(savedMs, savedMs, Open: false, Git: false, Partner: null);
        return _sources.Of(new Look(hint, LookReason.Heard), () => Inserted(before, after)).Provenance;
    }
}
