using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Datacurve.Core.Redaction.Rules;

/// <summary>A keyword that a text holds, and where.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeywordHit(int Start, int Keyword);

/// <summary>
/// Finds keywords in bytes, whatever their case. Most text holds none, and this is all it ever meets.
/// </summary>
/// <remarks>
/// Own code: with hundreds of words <c>SearchValues</c> falls back to an automaton over UTF-16 that runs at
/// a third of this speed. Of each keyword four bytes that are rare in text are noted in a table of 64 KiB, of
/// which text asks a small part again and again: the first three say where, the fourth which of eight bits.
/// Only where the text's four bytes are in it is anything compared. Folding sets one bit, which is exact for
/// letters; a few other bytes fall together, so that a hit may be false and never missing.
/// </remarks>
internal sealed class KeywordFilter
{
    public const int LengthMin = 3;

    private const uint Fold = 0x202020;
    private const ulong FoldAll = 0x2020202020202020;
    private const byte AnyByte = 0xFF;
    private const int Classes = 8;
    private const uint MultiplierFirst = 0x9E3779B1;
    private const uint MultiplierStep = 0x0DE95386;
    private const uint MultipliersTried = 16;
    private const double FollowedMax = 0.3;
    private const double FollowedFactor = 60;
    private const double RarityScale = 300;
    private const int RankShift = 20;

    // From common to rare in English and code; what is not here is rarer still.
    private const string CommonFirst = " etaoinsrlcdhupmg.,=-/_fby:\"'(";

    // One bit for each byte, by which those that follow the same three fall apart.
    private static readonly byte[] ClassBits =
    [
        .. Enumerable.Range(0, 256).Select(value => (byte)(1 << ((value ^ (value >> 3)) % Classes))),
    ];

    // For each three bytes, by their hash, the classes of those that may follow them.
    private readonly byte[] _next = new byte[1 << 16];

    // For each three bytes, by their hash, where their entries begin; these end with the last of a kind.
    private readonly ushort[] _firsts = new ushort[1 << 16];
    private readonly uint _multiplier;
    private readonly Entry[] _entries;
    private readonly byte[][] _words;

    public KeywordFilter(IReadOnlyList<string> words)
    {
        Words = words;
        _words = [.. words.Select(word => Folded(Encoding.UTF8.GetBytes(word)))];
        var offsets = _words.Select(RarestPlace).ToArray();
        _multiplier = BestMultiplier([.. _words.Zip(offsets, (word, offset) => GramAt(word, offset))]);
        var byHash = Enumerable
            .Range(0, _words.Length)
            .GroupBy(index => Hash(GramAt(_words[index], offsets[index]), _multiplier));
        var entries = new List<Entry> { default };
        foreach (var same in byHash)
        {
            _firsts[same.Key] = (ushort)entries.Count;
            entries.AddRange(same.Select(index => EntryOf(index, _words[index], offsets[index])));
            entries[^1] = entries[^1] with { IsLast = true };
            foreach (var index in same)
                _next[same.Key] |= ClassOfNext(_words[index], offsets[index]);
        }
        _entries = [.. entries];
    }

    public IReadOnlyList<string> Words { get; }

    /// <summary>The filter for some rules and the words of detectors.</summary>
    public static KeywordFilter For(IEnumerable<Rule> rules, params IEnumerable<string> words) =>
        new([
            .. rules
                .SelectMany(rule => rule.Keywords)
                .Concat(words)
                .Where(word => Encoding.UTF8.GetByteCount(word) >= LengthMin)
                .Distinct(StringComparer.Ordinal),
        ]);

    /// <summary>
    /// Where some keyword is that begins at or behind a place, with none that is whole before it; -1 where
    /// there is none.
    /// </summary>
    public int IndexOfAny(ReadOnlySpan<byte> text, int from)
    {
        for (var at = from; (at = NextPlace(text, at)) >= 0; at++)
        {
            var index = FirstEntry(text, at);
            ref readonly var entry = ref _entries[index];
            for (; ; entry = ref _entries[++index])
            {
                if (at - entry.Offset >= from && Matches(text, at - entry.Offset, in entry))
                    return at - entry.Offset;
                if (entry.IsLast)
                    break;
            }
        }
        return -1;
    }

    /// <summary>All keywords in the text.</summary>
    public void Collect(ReadOnlySpan<byte> text, List<KeywordHit> hits)
    {
        for (var at = 0; (at = NextPlace(text, at)) >= 0; at++)
        {
            var index = FirstEntry(text, at);
            ref readonly var entry = ref _entries[index];
            for (; ; entry = ref _entries[++index])
            {
                if (Matches(text, at - entry.Offset, in entry))
                    hits.Add(new KeywordHit(at - entry.Offset, entry.Word));
                if (entry.IsLast)
                    break;
            }
        }
    }

    // The next place where the three bytes of some keyword may stand, of which there are entries.
    private int NextPlace(ReadOnlySpan<byte> text, int from)
    {
        ref var start = ref MemoryMarshal.GetReference(text);
        ref var next = ref MemoryMarshal.GetArrayDataReference(_next);
        ref var classes = ref MemoryMarshal.GetArrayDataReference(ClassBits);
        var multiplier = _multiplier;
        var at = from;

        // Four places a step, and one branch for all of them.
        for (; at + 8 <= text.Length; at += 4)
        {
            var eight = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at)) | FoldAll;
            var first = May(ref next, ref classes, eight, multiplier);
            var second = May(ref next, ref classes, eight >> 8, multiplier);
            var third = May(ref next, ref classes, eight >> 16, multiplier);
            var fourth = May(ref next, ref classes, eight >> 24, multiplier);
            if ((first | second | third | fourth) != 0)
                return at
                    + (
                        first != 0 ? 0
                        : second != 0 ? 1
                        : third != 0 ? 2
                        : 3
                    );
        }
        for (; at + LengthMin <= text.Length; at++)
            if (FirstEntry(text, at) != 0)
                return at;
        return -1;
    }

    private int FirstEntry(ReadOnlySpan<byte> text, int at) => _firsts[Hash(GramAt(text, at), _multiplier)];

    // The first eight bytes at once; hardly anything that is not the word gets beyond them.
    private bool Matches(ReadOnlySpan<byte> text, int start, in Entry entry)
    {
        if (start < 0 || start + entry.Length > text.Length)
            return false;
        if (start + 8 <= text.Length)
        {
            var eight = BinaryPrimitives.ReadUInt64LittleEndian(text[start..]) | FoldAll;
            if ((eight & entry.HeadMask) != entry.Head)
                return false;
            if (entry.Length <= 8)
                return true;
        }
        var word = _words[entry.Word];
        for (var i = 0; i < word.Length; i++)
            if ((text[start + i] | 0x20) != word[i])
                return false;
        return true;
    }

    private static Entry EntryOf(int index, byte[] word, int offset)
    {
        Span<byte> head = stackalloc byte[8];
        head.Clear();
        word.AsSpan(0, Math.Min(8, word.Length)).CopyTo(head);
        var mask = word.Length >= 8 ? ulong.MaxValue : (1UL << (8 * word.Length)) - 1;
        return new Entry(
            BinaryPrimitives.ReadUInt64LittleEndian(head),
            mask,
            index,
            offset,
            word.Length,
            false
        );
    }

    private static byte ClassOfNext(byte[] word, int offset) =>
        offset + LengthMin < word.Length ? ClassBits[word[offset + LengthMin]] : AnyByte;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int May(ref byte next, ref byte classes, ulong folded, uint multiplier) =>
        Unsafe.Add(ref next, Hash((uint)folded, multiplier)) & Unsafe.Add(ref classes, (byte)(folded >> 24));

    // Of the first three bytes: the product with 256 leaves no bit of the fourth.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(uint gram, uint multiplier) => (gram * multiplier) >> 16;

    private static uint GramAt(ReadOnlySpan<byte> text, int at) =>
        text[at] | ((uint)text[at + 1] << 8) | ((uint)text[at + 2] << 16) | Fold;

    private static byte[] Folded(byte[] word)
    {
        for (var i = 0; i < word.Length; i++)
            word[i] |= 0x20;
        return word;
    }

    // Where the four bytes stand that are likely the rarest, judged by the three at either end of them.
    private static int RarestPlace(byte[] word)
    {
        var (best, bestCost) = (0, double.MaxValue);
        for (var at = 0; at + LengthMin <= word.Length; at++)
        {
            var isFollowed = at + LengthMin < word.Length;
            var cost =
                FrequencyAt(word, at)
                * (isFollowed ? Math.Min(FollowedMax, FollowedFactor * FrequencyAt(word, at + 1)) : 1);
            if (cost < bestCost)
                (best, bestCost) = (at, cost);
        }
        return best;
    }

    // As words have it, a group's frequency falls with its rank; one that has none is rarer than all of them.
    private static double FrequencyAt(byte[] word, int at)
    {
        if (CommonGrams.Ranks.TryGetValue(GramAt(word, at), out var rank))
            return 1.0 / (rank + RankShift);
        var rarity = Rarity(word[at]) * Rarity(word[at + 1]) * Rarity(word[at + 2]);
        return 1.0 / (CommonGrams.Ranks.Count + RankShift) / (1 + (rarity / RarityScale));
    }

    // Of some multipliers the one under which the fewest common grams fall together with one looked for.
    private static uint BestMultiplier(HashSet<uint> grams)
    {
        var (best, bestCost) = (MultiplierFirst, double.MaxValue);
        for (var i = 0u; i < MultipliersTried; i++)
        {
            var multiplier = (MultiplierFirst + (i * MultiplierStep)) << 8;
            var hashes = grams.Select(gram => Hash(gram, multiplier)).ToHashSet();
            var cost = CommonGrams
                .Ranks.Where(common =>
                    !grams.Contains(common.Key) && hashes.Contains(Hash(common.Key, multiplier))
                )
                .Sum(common => 1.0 / (common.Value + RankShift));
            if (cost < bestCost)
                (best, bestCost) = (multiplier, cost);
        }
        return best;
    }

    private static int Rarity(byte folded)
    {
        var rank = CommonFirst.AsSpan().IndexOf((char)folded);
        return 2 + (rank < 0 ? CommonFirst.Length : rank);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(
        ulong Head,
        ulong HeadMask,
        int Word,
        int Offset,
        int Length,
        bool IsLast
    );
}
