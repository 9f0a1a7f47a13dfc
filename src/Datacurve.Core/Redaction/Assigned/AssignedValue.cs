using System.Buffers;
using Datacurve.Core.Redaction.Lines;
using Datacurve.Core.Redaction.Names;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Assigned;

/// <summary>The value that stands behind a name.</summary>
/// <param name="Start">Where it begins, behind its quote.</param>
/// <param name="End">Where it ends.</param>
/// <param name="IsQuoted">Whether quotes or tags say where it ends.</param>
/// <param name="Gap">What stands before it.</param>
internal readonly record struct AssignedValue(int Start, int End, bool IsQuoted, Gap Gap)
{
    private static readonly SearchValues<char> Brackets = SearchValues.Create("<>()\"'=");
    private const int ValueCharsMax = 8192;
    private const int ElementCharsMax = 512;
    private const int SchemeCharsMax = 16;
    private static readonly SearchValues<char> ValueEnds = SearchValues.Create(
        " \n\t\r\0\a\e;,&\"'`<>(){}[]"
    );

    // Behind a blank it is no query string, in which an ampersand would end the value.
    private static readonly SearchValues<char> SpacedValueEnds = SearchValues.Create(
        " \n\t\r\0\a\e;,\"'`<>(){}[]"
    );
    private static readonly SearchValues<char> SchemeChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:"
    );
    private static readonly SearchValues<char> PhraseEnds = SearchValues.Create("\n\r\"'`<");
    private static readonly SearchValues<char> LooseValueEnds = SearchValues.Create(" \n\t\r\0\a\e\"'`");

    /// <summary>Reads the value behind a gap.</summary>
    public static AssignedValue Read(PieceText piece, int nameStart, Gap gap)
    {
        var text = piece.Read;
        var at = gap.End;
        if (WrappedValue.Find(text, at) is { } wrapped)
            return WithoutScheme(text, new AssignedValue(wrapped.Start, wrapped.End, true, gap));
        if (text[at - 1] == '>' && ReadElement(piece, gap) is { } element)
            return element;
        at = StringPrefix.Skip(text, at);
        if (text[at] is '"' or '\'' or '`')
        {
            var quote = text[at];
            var opening = at++;
            while (at < text.Length && text[at] == quote)
                at++;
            if (at - opening == 2)
                return new AssignedValue(at, DoubledEnd(text, at, quote), true, gap);
            var end = ClosingQuote(piece, opening, at);
            if (end > at)
                return WithoutScheme(text, new AssignedValue(at, WithoutBlanks(text, at, end), true, gap));
        }
        var isLoose = gap.Kind == GapKind.Sign && gap.Length == 1 && IsEnvironment(text, nameStart);
        var isLine = !isLoose && LinePlace.IsStart(text, nameStart) && !IsQuery(text, nameStart);
        var ends =
            isLoose ? LooseValueEnds
            : gap.Length > 1 || isLine ? SpacedValueEnds
            : ValueEnds;
        var stop = EndOf(text, at, ends);
        if (text[at..stop].IndexOf('&') is var sign and >= 0 && IsQueryMember(text[(at + sign)..stop]))
            stop = at + sign;
        if (
            isLoose
            && text[at..stop].IndexOf(';') is var next and >= 0
            && IsQueryMember(text[(at + next)..stop])
        )
            stop = at + next;
        var isStrong = at > 0 && text[at - 1] == '*';
        while (
            stop > at
            && (text[stop - 1] is ';' or ',' or '.' or ':' or ')' || isStrong && text[stop - 1] == '*')
            && !(text[stop - 1] == '.' && (isLine || stop < text.Length && text[stop] == '&'))
        )
            stop--;
        var name = text[nameStart..(gap.End - gap.Length)];
        if ((isLine || isLoose) && gap.Length == 1 && IsPassphraseName(name))
            stop = EndOfPhrase(text, at, stop);
        if (DrawnPassword.StartsWithGroups(text[at..]))
            return new AssignedValue(at, at + DrawnPassword.GroupedChars, true, gap);
        if ((isLine || isLoose) && gap.Kind == GapKind.Sign && SecretName.IsStrong(name))
            stop = EndOfNoise(text, at, stop);
        if (ValueStart.AfterAlternative(text, stop) is var other and > 0 && gap.Kind == GapKind.Sign)
        {
            var last = ClosingQuote(piece, other, other + 1);
            if (last > other + 1)
                return new AssignedValue(other + 1, last, true, gap);
        }
        var isSetting = isLoose || gap.Kind == GapKind.Sign && gap.Length == 1 && IsUpper(text, nameStart);
        gap = gap with
        {
            IsEnvironment = isSetting,
            IsLine =
                isLine
                && gap.Kind == GapKind.Sign
                && !text[..gap.End].TrimEnd().EndsWith(":=")
                && LinePlace.IsEnd(text, stop),
        };
        return WithoutScheme(text, new AssignedValue(at, stop, false, gap));
    }

    // ""value"", as a quote is written inside a cell of comma-separated values; nothing where it is empty.
    private static int DoubledEnd(ReadOnlySpan<char> text, int at, char quote)
    {
        var end =
            at < text.Length && char.IsAsciiLetterOrDigit(text[at]) ? Window(text, at).IndexOf(quote) : -1;
        return end > 0 && at + end + 1 < text.Length && text[at + end + 1] == quote ? at + end : at;
    }

    // A quote that is escaped more than the one that opens the string is a part of it.
    private static int ClosingQuote(PieceText piece, int opening, int from)
    {
        var text = piece.Read;
        var quote = text[opening];
        var depth = piece.Depth(opening);
        var stop = Math.Min(text.Length, from + ValueCharsMax);
        for (var at = from; at < stop; at++)
        {
            var next = text[at..stop].IndexOf(quote);
            if (next < 0)
                return -1;
            at += next;
            if (piece.Depth(at) <= depth)
                return at;
        }
        return -1;
    }

    // All that stands between an element's tags.
    private static AssignedValue? ReadElement(PieceText piece, Gap gap)
    {
        var text = piece.Read;
        var depth = piece.Depth(gap.End - 1);
        var stop = Math.Min(text.Length, gap.End + ElementCharsMax);
        for (var at = gap.End; at < stop; at++)
        {
            var next = text[at..stop].IndexOf('<');
            if (next < 0)
                return null;
            at += next;
            if (piece.Depth(at) <= depth)
                return at > gap.End && at + 1 < text.Length && text[at + 1] == '/'
                    ? new AssignedValue(gap.End, gap.End + text[gap.End..at].TrimEnd(' ').Length, true, gap)
                    : null;
        }
        return null;
    }

    private static bool IsUpper(ReadOnlySpan<char> text, int nameStart)
    {
        var end = nameStart;
        while (
            end < text.Length
            && (char.IsAsciiLetterUpper(text[end]) || char.IsAsciiDigit(text[end]) || text[end] == '_')
        )
            end++;
        return end - nameStart >= 3 && end < text.Length && text[end] == '=';
    }

    private static bool IsPassphraseName(ReadOnlySpan<char> name) =>
        name.EndsWith("passphrase", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("psk", StringComparison.OrdinalIgnoreCase);

    // wpa_passphrase=four words or so
    private static int EndOfPhrase(ReadOnlySpan<char> text, int at, int stop)
    {
        var end = EndOf(text, at, PhraseEnds);
        return ChosenPassword.IsPhraseOfWords(text[at..end]) ? end : stop;
    }

    // SECRET_KEY=(x&9…, in which signs end no value
    private static int EndOfNoise(ReadOnlySpan<char> text, int at, int stop)
    {
        var end = EndOf(text, at, LooseValueEnds);
        var value = text[at..end];
        return DrawnPassword.IsNoise(value) || DrawnPassword.IsKeyWithSign(value) ? end : stop;
    }

    // &name= and ;name=
    private static bool IsQueryMember(ReadOnlySpan<char> text)
    {
        var name = text[1..].IndexOfAnyExcept(Assignments.NameChars);
        return name > 0 && text[name + 1] == '=';
    }

    private static bool IsQuery(ReadOnlySpan<char> text, int nameStart) =>
        nameStart > 0 && text[nameStart - 1] is '?' or '&';

    private static int WithoutBlanks(ReadOnlySpan<char> text, int start, int end)
    {
        while (end > start && text[end - 1] is ' ' or '\\')
            end--;
        return end;
    }

    // What is exported, and a name in capitals at the start of a line, as in .env files and shells.
    private static bool IsEnvironment(ReadOnlySpan<char> text, int nameStart)
    {
        var before = text[..nameStart].TrimEnd();
        return before.EndsWith("export")
            || char.IsAsciiLetterUpper(text[nameStart])
                && (
                    before.IsEmpty
                    || before.EndsWith("env")
                    || before.EndsWith("ENV")
                    || before.EndsWith("-e")
                    || before.EndsWith("set")
                    || before.EndsWith("&&")
                    || before.EndsWith(";")
                    || before.EndsWith("$")
                    || before.EndsWith('"')
                );
    }

    // Bearer, Basic, token and the like, before the value proper.
    private static AssignedValue WithoutScheme(ReadOnlySpan<char> text, AssignedValue value)
    {
        var inside = text[value.Start..(value.IsQuoted ? value.End : text.Length)];
        var space = inside[..Math.Min(inside.Length, SchemeCharsMax + 1)].IndexOf(' ');
        if (space < 3 || !(IsAuthorization(text, value) || AuthorizationSchemes.IsScheme(inside[..space])))
            return value;
        if (inside[..space].ContainsAnyExcept(SchemeChars))
            return value;
        var start = value.Start + space;
        while (start < text.Length && text[start] == ' ')
            start++;
        // "Token abgelaufen", a message.
        if (value.IsQuoted && !text[start..value.End].ContainsAnyExceptInRange('a', 'z'))
            return value;
        if (value.IsQuoted)
            return value with { Start = Math.Min(start, value.End) };
        return value with { Start = start, End = EndOf(text, start, ValueEnds) };
    }

    // Behind this header whatever word comes first is a scheme.
    private static bool IsAuthorization(ReadOnlySpan<char> text, AssignedValue value) =>
        text[..(value.Gap.End - value.Gap.Length)]
            .EndsWith("authorization", StringComparison.OrdinalIgnoreCase);

    // A longer value is none, and looking for its end again and again would take forever.
    private static ReadOnlySpan<char> Window(ReadOnlySpan<char> text, int at) =>
        text[at..Math.Min(text.Length, at + ValueCharsMax + 1)];

    private static int EndOf(ReadOnlySpan<char> text, int at, SearchValues<char> ends)
    {
        var window = Window(text, at);
        var length = window.IndexOfAny(ends);
        return at + (length < 0 ? window.Length : length);
    }

    /// <summary>
    /// Whether what was read stands for no value: an option, <c>sk_test_...</c>, <c>&lt;set me&gt;</c>,
    /// <c>(sensitive value)</c>, and what <c>!Ref</c> names.
    /// </summary>
    public static bool IsNone(ReadOnlySpan<char> text, AssignedValue value)
    {
        var content = text[value.Start..value.End];
        var behind = text[value.End..];
        return content.StartsWith("--")
            || content[^1] is '_' or '-' && behind.StartsWith("...")
            || content[0] is '<' or '(' && behind.StartsWith(" ") && IsClosed(content[0], behind)
            || !value.IsQuoted && text[..value.Start].EndsWith("!Ref ");
    }

    private static bool IsClosed(char opening, ReadOnlySpan<char> behind) =>
        behind.IndexOfAny(Brackets) is >= 0 and var end && behind[end] == (opening == '<' ? '>' : ')');
}
