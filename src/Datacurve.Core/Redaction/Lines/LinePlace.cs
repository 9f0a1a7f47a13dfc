using System.Buffers;

namespace Datacurve.Core.Redaction.Lines;

/// <summary>
/// Whether a place is where a line begins or ends, also in what shows lines of something else: a diff, a
/// mail's quote, a log, numbers of lines, names of files before them, a string with line feeds.
/// </summary>
internal static class LinePlace
{
    private const int MarkCharsMax = 24;
    private const int TemplateCharsMax = 80;
    private static readonly SearchValues<char> TemplateEnds = SearchValues.Create("}\"'`=\n");

    /// <summary>Whether a line, or a member of a list on it, begins here.</summary>
    public static bool IsStart(ReadOnlySpan<char> text, int at)
    {
        var before = text[Math.Max(0, at - MarkCharsMax)..at].TrimEnd(" \t+-");
        if (before.IsEmpty)
            return true;
        return before[^1] switch
        {
            '\n' or '>' or '|' or '`' or ']' or ';' => true,
            '"' or '\'' => before.Length == 1 || !char.IsAsciiLetterOrDigit(before[^2]),
            ':' => before.Length > 1 && (char.IsAsciiDigit(before[^2]) || before[^2] == ']'),
            'Z' => before.Length > 1 && char.IsAsciiDigit(before[^2]),
            >= '0' and <= '9' => IsNumber(text[..at], before),
            _ => false,
        };
    }

    /// <summary>Whether nothing follows on the line but the end of what holds it, or a comment.</summary>
    public static bool IsEnd(ReadOnlySpan<char> text, int at)
    {
        var rest = text[at..];
        var trimmed = rest.TrimStart(" \t\r");
        if (trimmed.IsEmpty)
            return true;
        return trimmed[0] switch
        {
            '\n' or '`' => true,
            '"' or '\'' => trimmed.Length == rest.Length,
            '<' => trimmed.Length > 1 && trimmed[1] == '/',
            '#' or ';' => trimmed.Length < rest.Length,
            _ => false,
        };
    }

    /// <summary>Whether it is a part of <c>{{user%password}}</c>, as pages of manuals have it.</summary>
    public static bool IsInTemplate(ReadOnlySpan<char> text, int at)
    {
        var opening = text[Math.Max(0, at - TemplateCharsMax)..at];
        var start = opening.LastIndexOf("{{");
        if (start < 0 || opening[start..].ContainsAny(TemplateEnds))
            return false;
        var closing = text[at..Math.Min(text.Length, at + TemplateCharsMax)];
        var end = closing.IndexOf("}}");
        return end >= 0 && !closing[..end].ContainsAny(TemplateEnds);
    }

    // 12: and 12- as grep has it, and a number in front of a tab.
    private static bool IsNumber(ReadOnlySpan<char> text, ReadOnlySpan<char> before)
    {
        var behind = text[text.TrimEnd(" \t+-").Length..];
        var mark = before.TrimEnd("0123456789");
        // As editors show them: all before the name is blanks and the number.
        if (behind.StartsWith(" ") && text.TrimStart(' ').Length <= MarkCharsMax && mark.Trim().IsEmpty)
            return text.Trim().Length <= 5;
        return (behind.StartsWith("-") || behind.StartsWith("\t"))
            && (mark.TrimEnd().IsEmpty || mark[^1] is '\n' or '-' or ':' or '>' or ' ');
    }
}
