using System.Text;
using Datacurve.Core.Redaction;
using Datacurve.Core.Redaction.Rules;

namespace Datacurve.Tests.Redaction;

/// <summary>The search for keywords finds what a search for one after the other finds.</summary>
public sealed class KeywordFilterTests
{
    private const int Seed = 29;
    private static readonly KeywordFilter Filter = RuleSet.Default.Keywords;

    [Fact]
    public void Every_keyword_is_found_at_both_ends_of_a_text_and_wherever_it_stands()
    {
        for (var index = 0; index < Filter.Words.Count; index++)
            foreach (var word in (string[])[Filter.Words[index], Capitals(Filter.Words[index])])
                for (var before = 0; before < 9; before++)
                for (var behind = 0; behind < 9; behind += 4)
                {
                    var text = Encoding.UTF8.GetBytes(
                        new string('~', before) + word + new string('~', behind)
                    );
                    Assert.True(Filter.IndexOfAny(text, 0) >= 0, word);
                    Assert.Contains(new KeywordHit(before, index), Hits(text));
                }
    }

    [Fact]
    public void Pieces_of_keywords_give_what_comparing_each_word_at_each_place_gives()
    {
        var chance = new Random(Seed);
        var words = Filter.Words.Select(word => Folded(Encoding.UTF8.GetBytes(word))).ToList();
        for (var round = 0; round < 40; round++)
        {
            var text = string.Concat(Enumerable.Range(0, 40).Select(_ => Piece(chance)));
            var bytes = Folded(Encoding.UTF8.GetBytes(text));
            var expected = new List<KeywordHit>();
            for (var index = 0; index < words.Count; index++)
            for (var at = 0; at + words[index].Length <= bytes.Length; at++)
                if (bytes.AsSpan(at).StartsWith(words[index]))
                    expected.Add(new KeywordHit(at, index));
            var hits = Hits(Encoding.UTF8.GetBytes(text));
            Assert.True(
                expected.ToHashSet().SetEquals(hits) && hits.Count == expected.Count,
                $"seed {Seed}, round {round}: {text}"
            );
        }
    }

    private static string Piece(Random chance)
    {
        var word = Filter.Words[chance.Next(Filter.Words.Count)];
        return chance.Next(4) switch
        {
            0 => word,
            1 => Capitals(word),
            2 => word[..chance.Next(word.Length)],
            _ => word[chance.Next(word.Length)..],
        };
    }

    private static string Capitals(string word) =>
        string.Concat(word.Select(c => char.IsAscii(c) ? char.ToUpperInvariant(c) : c));

    private static List<KeywordHit> Hits(byte[] text)
    {
        var hits = new List<KeywordHit>();
        Filter.Collect(text, hits);
        return hits;
    }

    private static byte[] Folded(byte[] text) => [.. text.Select(value => (byte)(value | 0x20))];
}
