namespace Datacurve.Core.Redaction.Values;

/// <summary>Shannon entropy of the characters, in bits each.</summary>
internal static class Entropy
{
    public static double Of(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return 0;
        Span<int> counts = stackalloc int[128];
        counts.Clear();
        foreach (var c in text)
            counts[c & 0x7f]++;
        var entropy = 0.0;
        foreach (var count in counts)
            if (count > 0)
                entropy -= (double)count / text.Length * Math.Log2((double)count / text.Length);
        return entropy;
    }
}
