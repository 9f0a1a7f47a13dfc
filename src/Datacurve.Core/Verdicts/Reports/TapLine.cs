using System.Globalization;

namespace Datacurve.Core.Verdicts.Reports;

/// <summary>One test point of a TAP stream, without its directive.</summary>
internal readonly record struct TapPoint(bool Ok, string Description, bool HasDirective);

/// <summary>The two lines of TAP that carry results: plan and test point.</summary>
internal static class TapLine
{
    /// <summary>N of <c>1..N</c>; null where the line is no plan.</summary>
    public static long? ReadPlan(ReadOnlySpan<char> line)
    {
        if (!line.StartsWith("1.."))
            return null;

        var count = line[3..];
        var end = count.IndexOfAnyExceptInRange('0', '9');
        if (end >= 0 && !char.IsWhiteSpace(count[end]))
            return null;
        if (end >= 0)
            count = count[..end];
        return count.Length is > 0 and < 10 ? long.Parse(count, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>
    /// <c>ok|not ok [number] [- description] [# directive]</c>; null where the line is none.
    /// </summary>
    public static TapPoint? ReadPoint(ReadOnlySpan<char> line)
    {
        var ok = !line.StartsWith("not ok");
        if (ok && !line.StartsWith("ok"))
            return null;

        var rest = ok ? line[2..] : line[6..];
        if (rest.Length > 0 && !char.IsWhiteSpace(rest[0]))
            return null;

        rest = SkipNumber(rest.Trim());
        var hash = DirectiveAt(rest);
        var description = (hash < 0 ? rest : rest[..hash]).TrimEnd();
        // Some producers open a block of subtests on the point's own line.
        if (description.EndsWith(" {"))
            description = description[..^2].TrimEnd();
        return new TapPoint(ok, Unescape(SkipDash(description)), hash >= 0);
    }

    private static ReadOnlySpan<char> SkipNumber(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        if (end < 0)
            return [];
        return end > 0 && char.IsWhiteSpace(text[end]) ? text[end..].TrimStart() : text;
    }

    private static ReadOnlySpan<char> SkipDash(ReadOnlySpan<char> text) =>
        text is "-" || text.StartsWith("- ") ? text[1..].TrimStart() : text;

    /// <summary>Where an unescaped <c># SKIP</c> or <c># TODO</c> begins; -1 where there is none.</summary>
    private static int DirectiveAt(ReadOnlySpan<char> text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at] == '#' && IsDirective(text[(at + 1)..].TrimStart()))
                return at;
        }
        return -1;
    }

    private static bool IsDirective(ReadOnlySpan<char> text) =>
        text.StartsWith("skip", StringComparison.OrdinalIgnoreCase)
        || (
            text.StartsWith("todo", StringComparison.OrdinalIgnoreCase)
            && (text.Length == 4 || !char.IsLetterOrDigit(text[4]))
        );

    private static string Unescape(ReadOnlySpan<char> text) =>
        text.ToString()
            .Replace("\\#", "#", StringComparison.Ordinal)
            .Replace("\\\\", "\\", StringComparison.Ordinal);
}
