using System.Buffers;

namespace Datacurve.Core.Redaction.Assigned;

/// <summary>
/// Finds the value of a name that is itself a value: <c>&lt;add key="Password" value="…"/&gt;</c>,
/// <c>{"name": "DB_PASSWORD", "value": "…"}</c>, <c>&lt;key&gt;token&lt;/key&gt;&lt;string&gt;…</c>.
/// </summary>
internal static class ValueMember
{
    private const int MembersMax = 4;
    private const int TagsMax = 6;
    private const int CharsMax = 48;

    private static readonly SearchValues<char> WordChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."
    );

    /// <summary>What the words of a label are made of.</summary>
    public static readonly SearchValues<char> LabelChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 "
    );

    private static readonly string[] Options = ["--body ", "--value ", "/d ", "/t REG_SZ /d "];

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Members = new HashSet<string>(
        StringComparer.OrdinalIgnoreCase
    )
    {
        "value",
        "content",
        "default",
        "default_value",
        "defaultValue",
        "string_value",
        "stringValue",
        "plaintext",
        "data",
        "data-value",
        "equalTo",
        "inline_string",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Where the value begins, behind the sign of its member; 0 where there is none.</summary>
    /// <param name="text">The line.</param>
    /// <param name="at">Behind the name and its quotes.</param>
    /// <param name="wasQuoted">
    /// Whether the name stood in quotes, so that other members may stand before that of the value.
    /// </param>
    public static int After(ReadOnlySpan<char> text, int at, bool wasQuoted)
    {
        if (at < text.Length && text[at] == '{')
            at = ValueStart.SkipLines(text, at + 1);
        for (var members = 0; members < MembersMax; members++)
        {
            if (at < text.Length && text[at] == ',')
                at = ValueStart.SkipLines(text, at + 1);
            var start = at;
            if (at < text.Length && text[at] is '"' or '\'')
                at++;
            foreach (var option in Options)
                if (text[at..].StartsWith(option))
                    return at + option.Length;
            var member = Word(text, at);
            at += member.Length;
            if (member.IsEmpty)
                return 0;
            if (at < text.Length && text[at] is '"' or '\'')
                at++;
            at = ValueStart.SkipLines(text, at);
            if (at >= text.Length || text[at] is not ('=' or ':'))
                return 0;
            if (
                wasQuoted
                    ? Members.Contains(member)
                    : member.Equals("value", StringComparison.OrdinalIgnoreCase)
                        || member is "inline_string" or "equalTo"
            )
                return at + 1;
            at = wasQuoted ? AfterOther(text, ValueStart.SkipLines(text, at + 1)) : 0;
            if (at <= start)
                return 0;
        }
        return 0;
    }

    /// <summary>Where text begins behind two tags and more; 0 where there are none.</summary>
    public static int AfterTags(ReadOnlySpan<char> text, int at)
    {
        for (var tags = 0; tags < TagsMax; tags++)
        {
            if (
                at + 1 >= text.Length
                || text[at] != '<'
                || !(char.IsAsciiLetter(text[at + 1]) || text[at + 1] == '/')
            )
                return tags > 1 ? at : 0;
            var end = Window(text, at).IndexOf('>');
            if (end < 0)
                return 0;
            at = ValueStart.SkipLines(text, at + end + 1);
        }
        return 0;
    }

    /// <summary>Where text begins behind more attributes of the name's tag; 0 where there are none.</summary>
    public static int AfterAttributes(ReadOnlySpan<char> text, int at)
    {
        for (var attributes = 0; attributes < MembersMax; attributes++)
        {
            if (text[at] == '>')
                return attributes > 0 ? at + 1 : 0;
            var name = Word(text, at);
            at += name.Length;
            if (name.IsEmpty || at + 1 >= text.Length || text[at] != '=' || text[at + 1] is not ('"' or '\''))
                return 0;
            at = AfterOther(text, at + 1);
            if (at == 0 || at >= text.Length)
                return 0;
        }
        return 0;
    }

    // "type": "string", or type=text
    private static int AfterOther(ReadOnlySpan<char> text, int at)
    {
        if (at >= text.Length)
            return 0;
        if (text[at] is not ('"' or '\''))
            return Word(text, at) is { Length: > 0 } word ? ValueStart.SkipLines(text, at + word.Length) : 0;
        var length = Window(text, at + 1).IndexOf(text[at]);
        return length < 0 ? 0 : ValueStart.SkipLines(text, at + length + 2);
    }

    private static ReadOnlySpan<char> Word(ReadOnlySpan<char> text, int at)
    {
        var window = Window(text, at);
        var length = window.IndexOfAnyExcept(WordChars);
        return length < 0 ? window : window[..length];
    }

    private static ReadOnlySpan<char> Window(ReadOnlySpan<char> text, int at) =>
        at >= text.Length ? [] : text[at..Math.Min(text.Length, at + CharsMax)];
}
