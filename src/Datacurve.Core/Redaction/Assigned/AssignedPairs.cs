namespace Datacurve.Core.Redaction.Assigned;

/// <summary>
/// Tells names and values that stand among their like, as in connection strings, from those in code.
/// </summary>
internal static class AssignedPairs
{
    private const int NeighbourhoodChars = 256;
    private static readonly string[] PairOptions =
    [
        "--set ",
        "--set-string ",
        "--from-literal=",
        "--from-literal ",
        " -e ",
        "-e \"",
        "-e '",
    ];

    /// <summary>Whether it is <c>name=bob password=x</c>: a blank between pairs, which no code has.</summary>
    public static bool IsPair(ReadOnlySpan<char> text, AssignedValue value)
    {
        if (value.End < text.Length && text[value.End] is not (' ' or '\n' or '\r' or '"' or '\'' or '<'))
            return false;
        var before = BeforeName(text, value);
        if (before.IsEmpty)
            return false;
        if (EndsInOption(before))
            return true;
        if (before[^1] != ' ')
            return false;
        var pair = before.TrimEnd();
        pair = pair[(pair.LastIndexOfAny(" \n\t\"'") + 1)..];
        var sign = pair.IndexOf('=');
        return sign > 0
            && sign < pair.Length - 1
            && !pair[..sign].ContainsAnyExcept(Assignments.NameChars)
            && pair[^1] is not (',' or ';' or '=');
    }

    /// <summary>Whether it is of a data source, <c>host=db password=x</c>, or alone in brackets.</summary>
    public static bool IsDataSource(ReadOnlySpan<char> text, AssignedValue value)
    {
        var next = value.End < text.Length ? text[value.End] : ' ';
        var before = BeforeName(text, value);
        if (before.IsEmpty)
            return false;
        if (before[^1] == '[')
            return next == ']';
        if (next == ',' && EndsInOption(before))
            return true;
        before = before[(before.LastIndexOfAny("\"'") + 1)..];
        return before.EndsWith(' ')
            && next is ' ' or '"' or '\''
            && (
                before.Contains("host=", StringComparison.Ordinal)
                || before.Contains("dbname=", StringComparison.Ordinal)
            )
            && !before.ContainsAny(",;(");
    }

    /// <summary>Whether an option that takes pairs stands before.</summary>
    public static bool EndsInOption(ReadOnlySpan<char> before)
    {
        foreach (var option in PairOptions)
            if (before.EndsWith(option))
                return true;
        return false;
    }

    /// <summary>Whether a user's name is a part of the text around.</summary>
    public static bool IsConnectionString(ReadOnlySpan<char> text, AssignedValue value)
    {
        var start = Math.Max(0, value.Start - NeighbourhoodChars);
        var around = text[start..Math.Min(text.Length, value.End + NeighbourhoodChars)];
        return around.Contains("user id=", StringComparison.OrdinalIgnoreCase)
            || around.Contains("uid=", StringComparison.OrdinalIgnoreCase)
            || around.Contains("username=", StringComparison.OrdinalIgnoreCase)
            || around.Contains("user=", StringComparison.OrdinalIgnoreCase);
    }

    // What stands close before the name of a value that follows its sign at once; nothing at a line's start.
    private static ReadOnlySpan<char> BeforeName(ReadOnlySpan<char> text, AssignedValue value)
    {
        var nameStart = value.Start - 1;
        while (nameStart > 0 && Assignments.NameChars.Contains(text[nameStart - 1]))
            nameStart--;
        return text[Math.Max(0, nameStart - NeighbourhoodChars)..nameStart];
    }
}
