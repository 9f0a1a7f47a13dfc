namespace Datacurve.Server.Auth;

/// <summary>A table for people: a line of heads, and columns as wide as what is in them.</summary>
internal static class TextTable
{
    /// <param name="heads">What stands over each column.</param>
    /// <param name="rows">As many texts each. Without rows there are no lines at all.</param>
    public static IEnumerable<string> Lines(string[] heads, IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0)
            return [];

        string[][] all = [heads, .. rows];
        var widths = heads.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        return all.Select(row => string.Join("  ", row.Zip(widths, Padded)).TrimEnd());
    }

    private static string Padded(string text, int width) => text.PadRight(width);
}
