using System.Buffers;
using Datacurve.Core.Redaction.Assigned;

namespace Datacurve.Core.Redaction.Lines;

/// <summary>Where the value stands in a line below its name.</summary>
internal static class BelowValue
{
    private static readonly SearchValues<char> Closers = SearchValues.Create(" \t,;)]}\\`");
    private static readonly string[] Marks = ["=> ", "# ", "// ", "> ", "; "];

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> ValueMembers =
        new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "value",
            "ParameterValue",
            "OutputValue",
            "secret_value",
            "currentValue",
            "initialValue",
            "string",
            "stringValue",
            "default",
            "defaultValue",
            "default_value",
            "plaintext",
            "content",
            "data",
            "val",
        }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Where the value may stand in the next line; empty where it does not.</summary>
    public static Range In(ReadOnlySpan<char> text, NameWay way)
    {
        if (way == NameWay.Codes)
        {
            var end = text.TrimEnd().Length;
            return Math.Min(BehindNumber(text), end)..end;
        }
        if (way != NameWay.Member && Whole(text, BehindMark(text)) is var value && !value.Equals(default))
            return value;
        if (way is not (NameWay.Member or NameWay.Sign))
            return default;
        var sign = text.IndexOfAny(':', '=', '>');
        return sign > 0 && ValueMembers.Contains(LastWord(text[..sign])) ? Whole(text, sign + 1) : default;
    }

    // 2. 4886 3958
    private static int BehindNumber(ReadOnlySpan<char> text)
    {
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        return digits is 1 or 2 && text[digits..].StartsWith(". ") ? digits + 2 : 0;
    }

    // => "value", as Ruby answers; 4) "value", as Redis does; behind a comment's sign or a prompt's arrow
    private static int BehindMark(ReadOnlySpan<char> text)
    {
        foreach (var mark in Marks)
            if (text.StartsWith(mark))
                return mark.Length;
        var at = 0;
        while (at < text.Length && text[at] > '\x7f')
            at++;
        if (at > 0 && at < text.Length && text[at] == ' ')
            return at + 1;
        var bracket = text.IndexOf(") ");
        return bracket > 0 && !text[..bracket].ContainsAnyExceptInRange('0', '9') ? bracket + 2 : 0;
    }

    /// <summary>Whether a line is a member that may stand between name and value.</summary>
    public static bool IsOtherMember(ReadOnlySpan<char> text)
    {
        var sign = text.IndexOfAny(':', '=', '>');
        return sign > 0
            && LastWord(text[..sign]) is { IsEmpty: false } word
            && !word.EndsWith("name", StringComparison.OrdinalIgnoreCase)
            && !word.EndsWith("key", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The word that a text ends in, behind which quotes may stand.</summary>
    public static ReadOnlySpan<char> LastWord(ReadOnlySpan<char> text)
    {
        text = text.TrimEnd("\"'` ");
        return text[(text.LastIndexOfAnyExcept(Assignments.NameChars) + 1)..];
    }

    // What stands there up to the end of the line, without quotes and what ends an element, a list or a row.
    private static Range Whole(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
            at++;
        if (at >= text.Length)
            return default;
        if (text[at] is '"' or '\'' or '`')
        {
            var length = text[(at + 1)..].IndexOf(text[at]);
            return length > 0 && IsEnd(text[(at + length + 2)..]) ? (at + 1)..(at + 1 + length) : default;
        }
        var value = text[at..];
        value = value[..(value.IndexOf("</") is var tag and > 0 ? tag : value.Length)].TrimEnd(" \t\\");
        return value.IsEmpty || value.ContainsAny(' ', '\t', '\n') ? default : at..(at + value.Length);
    }

    private static bool IsEnd(ReadOnlySpan<char> rest)
    {
        foreach (var call in (string[])[".to_string()", ".into()", ".trim()"])
            if (rest.StartsWith(call))
                rest = rest[call.Length..];
        return !rest.ContainsAnyExcept(Closers);
    }
}
