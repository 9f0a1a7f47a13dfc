namespace Datacurve.Core.Redaction.Lines;

/// <summary>
/// Sets of bytes for what is asked of every line, where a table is faster than SearchValues.
/// </summary>
internal static class ByteTable
{
    /// <returns>True at each of the members, of 256.</returns>
    public static bool[] Of(ReadOnlySpan<byte> members)
    {
        var table = new bool[256];
        foreach (var member in members)
            table[member] = true;
        return table;
    }
}
