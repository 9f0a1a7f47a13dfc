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
/// a third of this speed. Of each keyword the three bytes that are rarest in text are noted in a table of
/// 64 KiB, of which text asks a small part again and again, and only where the text's three bytes are in it
/// is anything compared. Folding sets one bit, which is exact for letters; a few other bytes fall together,
/// so that a hit may be false and never missing.
/// </remarks>
internal sealed class KeywordFilter
{
    public const int LengthMin = 3;

    private const uint Fold = 0x202020;
    private const ulong FoldAll = 0x2020202020202020;
    private const uint Gram = 0xFFFFFF;
    private const uint MultiplierFirst = 0x9E3779B1;
    private const uint MultiplierStep = 0x0DE95386;
    private const uint MultipliersTried = 16;

    // From common to rare in English and code; what is not here is rarer still.
    private const string CommonFirst = " etaoinsrlcdhupmg.,=-/_fby:\"'(";

    private readonly byte[] _isGram = new byte[1 << 16];
    private readonly ushort[] _slots = new ushort[1 << 16];
    private readonly uint _multiplier;
    private readonly Entry[][] _entries;
    private readonly byte[][] _words;

    public KeywordFilter(IReadOnlyList<string> words)
    {
        Words = words;
        _words = [.. words.Select(word => Folded(Encoding.UTF8.GetBytes(word)))];
        var offsets = _words.Select(RarestGram).ToArray();
        _multiplier = BestMultiplier([.. _words.Zip(offsets, (word, offset) => GramAt(word, offset))]);
        var slots = new List<List<Entry>> { new() };
        for (var index = 0; index < _words.Length; index++)
        {
            var offset = offsets[index];
            var hash = Hash(GramAt(_words[index], offset), _multiplier);
            _isGram[hash] = 1;
            if (_slots[hash] == 0)
            {
                _slots[hash] = (ushort)slots.Count;
                slots.Add([]);
            }
            slots[_slots[hash]].Add(EntryOf(index, _words[index], offset));
        }
        _entries = [.. slots.Select(slot => slot.ToArray())];
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
        for (var at = from; (at = NextGram(text, at)) >= 0; at++)
            foreach (ref readonly var entry in EntriesAt(text, at).AsSpan())
                if (at - entry.Offset >= from && Matches(text, at - entry.Offset, in entry))
                    return at - entry.Offset;
        return -1;
    }

    /// <summary>All keywords in the text.</summary>
    public void Collect(ReadOnlySpan<byte> text, List<KeywordHit> hits)
    {
        for (var at = 0; (at = NextGram(text, at)) >= 0; at++)
            foreach (ref readonly var entry in EntriesAt(text, at).AsSpan())
                if (Matches(text, at - entry.Offset, in entry))
                    hits.Add(new KeywordHit(at - entry.Offset, entry.Word));
    }

    private int NextGram(ReadOnlySpan<byte> text, int from)
    {
        ref var start = ref MemoryMarshal.GetReference(text);
        ref var isGram = ref MemoryMarshal.GetArrayDataReference(_isGram);
        var multiplier = _multiplier;
        var at = from;

        // Four places a step, and one branch for all of them.
        for (; at + 8 <= text.Length; at += 4)
        {
            var eight = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at)) | FoldAll;
            var any =
                At(ref isGram, (uint)eight, multiplier)
                | At(ref isGram, (uint)(eight >> 8), multiplier)
                | At(ref isGram, (uint)(eight >> 16), multiplier)
                | At(ref isGram, (uint)(eight >> 24), multiplier);
            if (any == 0)
                continue;
            for (var place = 0; place < 4; place++)
                if (At(ref isGram, (uint)(eight >> (8 * place)), multiplier) != 0)
                    return at + place;
        }
        for (; at + 3 <= text.Length; at++)
            if (At(ref isGram, GramAt(text, at), multiplier) != 0)
                return at;
        return -1;
    }

    private Entry[] EntriesAt(ReadOnlySpan<byte> text, int at) =>
        _entries[_slots[Hash(GramAt(text, at), _multiplier)]];

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
        return new Entry(BinaryPrimitives.ReadUInt64LittleEndian(head), mask, index, offset, word.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int At(ref byte isGram, uint folded, uint multiplier) =>
        Unsafe.Add(ref isGram, Hash(folded & Gram, multiplier));

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

    // What is not among the common grams is rarer than all of them.
    private static int RarestGram(byte[] word)
    {
        var best = 0;
        var bestScore = (-1, -1);
        for (var at = 0; at + 3 <= word.Length; at++)
        {
            var rank = CommonGrams.Ranks.GetValueOrDefault(GramAt(word, at), int.MaxValue);
            var score = (rank, Rarity(word[at]) * Rarity(word[at + 1]) * Rarity(word[at + 2]));
            if (score.CompareTo(bestScore) > 0)
                (best, bestScore) = (at, score);
        }
        return best;
    }

    // Of some multipliers the one under which the fewest common grams fall together with one looked for.
    private static uint BestMultiplier(HashSet<uint> grams)
    {
        var (best, bestCost) = (MultiplierFirst, double.MaxValue);
        for (var i = 0u; i < MultipliersTried; i++)
        {
            var multiplier = MultiplierFirst + (i * MultiplierStep);
            var hashes = grams.Select(gram => Hash(gram, multiplier)).ToHashSet();
            var cost = CommonGrams
                .Ranks.Where(common =>
                    !grams.Contains(common.Key) && hashes.Contains(Hash(common.Key, multiplier))
                )
                .Sum(common => 1.0 / (common.Value + 20));
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
    private readonly record struct Entry(ulong Head, ulong HeadMask, int Word, int Offset, int Length);
}
