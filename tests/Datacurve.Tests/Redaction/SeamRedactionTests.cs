using System.Text;
using CsCheck;
using Datacurve.Core.Redaction;
using Datacurve.Core.Redaction.Documents;
using Datacurve.Server.Privacy;

namespace Datacurve.Tests.Redaction;

/// <summary>Pieces of one text, each redacted by itself and then looked at where they meet.</summary>
public sealed class SeamRedactionTests
{
    private const int KnownPartMax = 9;

    private readonly Cleanser _cleanser = new(RuleSet.Default, new byte[32]);
    private readonly Planted _planted = new(23);

    [Fact]
    public async Task A_token_is_found_wherever_it_is_cut()
    {
        var token = _planted.GitHubToken();
        var text = $"one\n  pushing with {token}, then on\nlast";
        var whole = Text(_cleanser.Content(Encoding.UTF8.GetBytes(text), _cleanser.NewReport()));
        for (var cut = 0; cut <= text.Length; cut++)
            Assert.Equal(whole, string.Concat(await MendAsync([text[..cut], text[cut..]])));
    }

    [Fact]
    public async Task A_token_may_be_cut_into_single_bytes()
    {
        var text = $"a {_planted.GitHubToken()}\r\nb {_planted.GitHubToken()}";

        var mended = await MendAsync([.. text.Select(c => c.ToString())]);

        Assert.Equal(text.Length, mended.Length);
        Assert.Equal(
            Text(_cleanser.Content(Encoding.UTF8.GetBytes(text), _cleanser.NewReport())),
            string.Concat(mended)
        );
    }

    [Fact]
    public async Task No_part_of_a_secret_stays_that_was_known_by_its_first_half()
    {
        var secret = _planted.Alphanumeric(64);
        var text = $"export API_TOKEN={secret}\nand on\n";
        for (var cut = text.IndexOf(secret, StringComparison.Ordinal); cut < text.Length; cut++)
        {
            var mended = string.Concat(await MendAsync([text[..cut], text[cut..]]));
            for (var at = 0; at + KnownPartMax < secret.Length; at++)
                Assert.DoesNotContain(
                    secret.Substring(at, KnownPartMax + 1),
                    mended,
                    StringComparison.Ordinal
                );
            Assert.EndsWith("\nand on\n", mended, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Pieces_without_secrets_stay_however_they_are_cut() =>
        Gen.String[Gen.Char["ab \n=:\r"], 0, 200]
            .Select(Gen.Int[0, 200].Array[0, 5])
            .Sample(
                (text, cuts) =>
                {
                    var pieces = Cut(text, cuts);
                    Assert.Equal(pieces, MendAsync(pieces).GetAwaiter().GetResult());
                },
                iter: 2000
            );

    [Fact]
    public async Task A_line_of_megabytes_is_looked_at_where_its_pieces_meet()
    {
        var token = _planted.GitHubToken();
        var (before, behind) = (new string('.', 1 << 20) + " ", " " + new string('.', 1 << 20));

        var mended = await MendAsync([before + token[..20], token[20..] + behind]);

        Assert.StartsWith(before + "REDACTED_github_pat_", mended[0], StringComparison.Ordinal);
        Assert.Equal(behind, mended[1]);
    }

    [Theory]
    [InlineData("export DB_PASSWORD=Tr0ub4d", "or&3#xK9!vQ2; ls", "; ls")]
    [InlineData("export DB_PASSWORD=Tr0ub4d.", "or3xK9vQ2\n", "\n")]
    [InlineData("in /home/ali", "ce/proj/src/Foo.cs(12,3): error", "/proj/src/Foo.cs(12,3): error")]
    [InlineData("to https://", "10.1.2.3:8080/x", "/x")]
    public async Task What_touches_the_placeholder_of_one_half_is_the_other(
        string first,
        string second,
        string rest
    )
    {
        var mended = await MendAsync([first, second]);

        Assert.StartsWith(first[..3], mended[0], StringComparison.Ordinal);
        Assert.EndsWith(rest, mended[1], StringComparison.Ordinal);
        Assert.True(mended[1].Length <= rest.Length + "REDACTED_ip_0123456789ab:8080".Length);
        Assert.Contains("REDACTED_", string.Concat(mended), StringComparison.Ordinal);
        if (first.EndsWith('/'))
            Assert.Equal(first, mended[0]);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(8192)]
    [InlineData(12_000)]
    [InlineData(16_384)]
    [InlineData(20_000)]
    [InlineData(32_767)]
    [InlineData(40_000)]
    public async Task Of_a_text_without_ends_of_lines_each_seam_is_looked_at(int length)
    {
        var text = new StringBuilder();
        while (text.Length < length * 12)
        {
            var seam = (text.Length / length + 1) * length - 17;
            text.Append('.', Math.Max(0, seam - text.Length)).Append("\r at ");
            text.Append(_planted.GitHubToken()).Append(' ');
        }
        var whole = text.Append("\r and so to its end").ToString();

        var mended = await MendAsync([.. whole.Chunk(length).Select(part => new string(part))]);

        Assert.Equal(
            Text(_cleanser.Content(Encoding.UTF8.GetBytes(whole), _cleanser.NewReport())),
            string.Concat(mended)
        );
    }

    [Fact]
    public async Task What_two_pieces_share_is_changed_once()
    {
        // A line of which head and tail would overlap, and that both lines it is a part of would change.
        var secret = _planted.Password() + _planted.Alphanumeric(12);
        var middle = new string('x', 8000) + "--password " + secret + new string('y', 4000);

        var mended = await MendAsync(["tool ", middle, " end"]);

        Assert.Equal(3, mended.Length);
        Assert.Equal("tool ", mended[0]);
        Assert.EndsWith(" end", mended[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_of_lines_keep_pieces_apart()
    {
        var token = _planted.GitHubToken();

        string[] pieces = [$"{token[..20]}\n", "and " + token[20..]];

        Assert.Equal(pieces, await MendAsync(pieces));
    }

    private static string[] Cut(string text, int[] cuts)
    {
        var places = cuts.Select(cut => Math.Min(cut, text.Length)).Order().ToList();
        return [.. places.Prepend(0).Zip(places.Append(text.Length), (start, end) => text[start..end])];
    }

    /// <summary>The pieces as a service has them at last: each redacted, then joined.</summary>
    private async Task<string[]> MendAsync(string[] pieces)
    {
        var kept = pieces
            .Select(piece => _cleanser.Content(Encoding.UTF8.GetBytes(piece), _cleanser.NewReport()))
            .ToList();
        var seams = new SeamRedaction(_cleanser, _cleanser.NewReport());
        foreach (var piece in kept)
            seams.Add(
                await PieceEnds.ReadAsync(new MemoryStream(piece), TestContext.Current.CancellationToken)
            );
        foreach (var edits in seams.Complete().GroupBy(edit => edit.Piece))
        {
            using var spliced = new SplicedStream(new MemoryStream(kept[edits.Key]), [.. edits]);
            using var read = new MemoryStream();
            await spliced.CopyToAsync(read, TestContext.Current.CancellationToken);
            kept[edits.Key] = read.ToArray();
        }

        return [.. kept.Select(Text)];
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
