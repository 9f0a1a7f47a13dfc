using Datacurve.Cli.Capture.Files;

namespace Datacurve.Cli.Capture.Provenance;

/// <summary>
/// How often each letter, digit and byte beyond ASCII stands in a text. White space and signs are left out:
/// editors put them in by themselves, as indentation and closing brackets.
/// </summary>
internal sealed class LetterCounts
{
    private readonly int[] _counts = new int[256];

    /// <summary>
    /// What a change put in. Lines in place of as many are compared one by one; of what differs, the part
    /// between the common beginning and end counts.
    /// </summary>
    public static LetterCounts Inserted(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after, int editsMax)
    {
        var (old, @new) = (new TextLines(before), new TextLines(after));
        var inserted = new LetterCounts();
        foreach (var change in LineDiff.Between(old, @new, editsMax))
            if (change.OldCount == change.NewCount)
                for (var line = 0; line < change.NewCount; line++)
                    inserted.AddDifference(old[change.OldStart + line], @new[change.NewStart + line]);
            else
                inserted.AddDifference(
                    old.Between(change.OldStart, change.OldStart + change.OldCount),
                    @new.Between(change.NewStart, change.NewStart + change.NewCount)
                );
        return inserted;
    }

    public void Add(byte character)
    {
        if (char.IsAsciiLetterOrDigit((char)character) || character >= 0x80)
            _counts[character]++;
    }

    public void Add(LetterCounts other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
    }

    /// <summary>Takes others out; where not all of them are there it takes none.</summary>
    public bool TryTake(LetterCounts others)
    {
        for (var i = 0; i < _counts.Length; i++)
            if (others._counts[i] > _counts[i])
                return false;
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] -= others._counts[i];
        return true;
    }

    private void AddDifference(ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new)
    {
        var start = old.CommonPrefixLength(@new);
        old = old[start..];
        @new = @new[start..];
        var end = 0;
        while (end < Math.Min(old.Length, @new.Length) && old[^(end + 1)] == @new[^(end + 1)])
            end++;
        foreach (var character in @new[..^end])
            Add(character);
    }
}
