using Datacurve.Core.Redaction.Lines;

namespace Datacurve.Core.Redaction.Assigned;

internal enum GapKind
{
    /// <summary>What follows the name is not its value.</summary>
    None,

    /// <summary><c>=</c>, <c>:</c> and their like.</summary>
    Sign,

    /// <summary>The name was an argument, and the value is the next one.</summary>
    Comma,

    /// <summary>Blanks, behind an option or at the start of a line.</summary>
    Blank,

    /// <summary>They are cells of a row, of a table or of comma-separated values.</summary>
    Row,

    /// <summary>Words, as in <c>the API key for production is …</c>.</summary>
    Words,

    /// <summary>Blanks, a dash or a bracket, in a sentence or a list: <c>the client secret (…)</c>.</summary>
    Prose,
}

/// <summary>What stands between a name and its value.</summary>
/// <param name="Kind">How they are joined.</param>
/// <param name="End">Where the value begins.</param>
/// <param name="Length">Characters between them.</param>
internal readonly record struct Gap(GapKind Kind, int End, int Length)
{
    private const int LabelCharsMax = 40;

    public bool IsEnvironment { get; init; }

    /// <summary>Whether the name, a sign and the value are all of a line.</summary>
    public bool IsLine { get; init; }

    /// <summary>Whether the name is a function's, and the value its argument.</summary>
    public bool IsCall { get; init; }

    /// <summary>Whether the value is what stands in for the name's where it has none.</summary>
    public bool IsAlternative { get; init; }

    /// <summary>Whether the name is a word of a file of settings that have no sign.</summary>
    public bool IsDirective { get; init; }

    /// <summary>Whether the name is that of an option, such as <c>--password</c>.</summary>
    public bool IsOption { get; init; }

    public static Gap After(ReadOnlySpan<char> text, int nameStart, int nameEnd)
    {
        var at = nameEnd;
        var isQuoted = nameStart > 0 && text[nameStart - 1] is '"' or '\'' or '`';

        // Blanks may be what is left of the backslashes before a quote.
        if (ValueStart.SkipBlanks(text, at) is var quote && quote < text.Length && text[quote] is '"' or '\'')
            if (isQuoted || IsQuoteOfName(text, quote))
                at = quote;
        var quotes = at;
        var isStrong =
            nameStart > 0
            && (
                text[nameStart - 1] == '*'
                || text[at..].StartsWith("**") && text[..nameStart].Contains("**", StringComparison.Ordinal)
            );
        while (
            at < text.Length
            && at - quotes < 4
            && (text[at] is '"' or '\'' or '`' or ']' || isStrong && text[at] == '*')
        )
            at++;
        var wasQuoted = at > nameEnd;
        if (text[at..].StartsWith("[]"))
            at += 2;
        at = ValueStart.SkipBlanks(text, at);
        if (SaidValue.AfterAnswer(text, nameStart, at) is var answer and > 0)
            return new Gap(GapKind.Sign, answer, answer - nameEnd);
        var isOption = text[nameStart] == '-' || nameStart > 0 && text[nameStart - 1] == '-';
        if (!isOption && !wasQuoted && at > nameEnd)
            at = SaidValue.AfterInstance(text, at);
        if (at >= text.Length)
            return default;
        var name = nameStart..nameEnd;
        var gap =
            BehindSign(text, name, at, wasQuoted) is var sign and > 0 ? new Gap(GapKind.Sign, sign, 0)
            : BehindComma(text, name, at, wasQuoted) is { Kind: not GapKind.None } comma ? comma
            : at == nameEnd ? default
            : BehindWords(text, at, isOption) is { Kind: not GapKind.None } words ? words
            : wasQuoted ? default
            : BehindBlank(text, name, at, isOption) is { Kind: not GapKind.None } blank ? blank
            : new Gap(GapKind.Prose, SaidValue.AfterPunctuation(text, at), 0);
        return gap with { Length = gap.End - nameEnd, IsOption = isOption };
    }

    private static int BehindSign(ReadOnlySpan<char> text, Range name, int at, bool wasQuoted)
    {
        var (start, end) = (name.Start.Value, name.End.Value);
        if (ValueMember.After(text, at, wasQuoted) is var member and > 0)
            return ValueStart.SkipBlanks(text, member);
        if (IsOfElement(text[..start]) && ValueMember.AfterTags(text, at) is var element and > 0)
            return element;
        // {name, "value"}
        if (start > 0 && text[start - 1] == '{' && text[at] == ',')
            if (ValueStart.AfterWrapping(text, ValueStart.SkipBlanks(text, at + 1)) is var value)
                return value < text.Length && text[value] is '"' ? value : 0;
        // get(name) -> "value"
        if (text[at..].StartsWith(") -> ") && ValueStart.AfterWrapping(text, at + 5) is var returned)
            return returned < text.Length && text[returned] is '"' or '\'' ? returned : 0;
        // (setenv "NAME" "value"), as Emacs has it
        if (wasQuoted && text[at] == '"' && text[..start].EndsWith("(setenv \""))
            return at;
        if (wasQuoted && ValueMember.AfterAttributes(text, at) is var content and > 0)
            return content;
        if (text[at] == '>' && (wasQuoted || start > 0 && text[start - 1] is '<' or ':'))
            return at + 1;
        at = ValueStart.AfterHint(text, at);
        if (ValueStart.AfterSign(text, at) is var sign and > 0)
        {
            sign = ValueStart.SkipBlanks(text, ValueStart.AfterType(text, at, sign));
            sign = ValueStart.AfterPointer(text, sign);
            return ValueStart.AfterWrapping(text, sign);
        }
        if (ValueStart.AfterComparison(text, at) is var compared and > 0)
            return compared;
        // name - "value", in notes
        if (at > end && !wasQuoted && text[at..] is ['-', ' ', '"' or '\'', ..])
            return at + 2;
        if (ValueStart.AfterAccessors(text, at) is var accessors and > 0)
            return accessors;
        if (text[at] == '{' && at == end && at + 1 < text.Length && text[at + 1] is '"')
            return at + 1;
        return at > end && !wasQuoted && (start == 0 || text[start - 1] != '<')
            ? ValueStart.AfterTypeBefore(text, at)
            : 0;
    }

    // <td>Logs API Token</td>: words may stand before the name.
    private static bool IsOfElement(ReadOnlySpan<char> before)
    {
        before = before[Math.Max(0, before.Length - LabelCharsMax)..];
        var sign = before.LastIndexOfAnyExcept(ValueMember.LabelChars);
        return sign >= 0 && before[sign] == '>';
    }

    private static Gap BehindComma(ReadOnlySpan<char> text, Range name, int at, bool wasQuoted)
    {
        var (start, end) = (name.Start.Value, name.End.Value);
        if (text[at] == '(' && at == end && StringPrefix.IsAt(text, at + 1))
            return new Gap(GapKind.Comma, at + 1, 0) { IsCall = true };
        if (text[at] == '>' && AfterConstructor(text, at) is var argument and > 0)
            return new Gap(GapKind.Comma, argument, 0);
        if (text[at] == ',' && (wasQuoted || IsAtom(text, start, at)))
            return new Gap(
                GapKind.Comma,
                ValueStart.AfterArgumentName(text, ValueStart.SkipBlanks(text, at + 1)),
                0
            );
        if (ValueStart.AfterAlternative(text, at) is var other and > 0)
            return new Gap(GapKind.Comma, other, 0) { IsAlternative = true };
        return IsCell(text, start, end, at)
            ? new Gap(GapKind.Row, ValueStart.AfterWrapping(text, ValueStart.SkipBlanks(text, at + 1)), 0)
            : default;
    }

    private static Gap BehindWords(ReadOnlySpan<char> text, int at, bool isOption)
    {
        if (SaidValue.AfterVerb(text, at) is var verb and > 0)
            return new Gap(GapKind.Blank, ValueStart.AfterWrapping(text, verb), 0);
        return !isOption && SaidValue.AfterWords(text, at) is var words and > 0
            ? new Gap(GapKind.Words, ValueStart.AfterWrapping(text, words), 0)
            : default;
    }

    private static Gap BehindBlank(ReadOnlySpan<char> text, Range name, int at, bool isOption)
    {
        if (text[at..].StartsWith("- "))
            return default;
        var start = name.Start.Value;
        var isPlaced = isOption || LinePlace.IsStart(text, start) || IsSet(text, start, at);
        if (text[at] is '"' or '\'')
            return new Gap(isPlaced ? GapKind.Blank : GapKind.Comma, at, 0) { IsDirective = isPlaced };
        var isDirective = IsDirectiveName(text, start, name.End.Value);
        return isPlaced || isDirective
            ? new Gap(GapKind.Blank, at, 0)
            {
                IsDirective = isDirective || IsVariable(text[name]) && IsSet(text, start, at),
            }
            : default;
    }

    // The quote behind "two words": a sign follows it.
    private static bool IsQuoteOfName(ReadOnlySpan<char> text, int quote)
    {
        var at = ValueStart.SkipBlanks(text, quote + 1);
        return at < text.Length && text[at] is ':' or '=';
    }

    // NAME,value and NAME|value, with nothing else before the name; a cell behind a bar with one behind its
    // value, and of commas where the row has neither blanks nor quotes.
    private static bool IsCell(ReadOnlySpan<char> text, int nameStart, int nameEnd, int at)
    {
        var before = text[(text[..nameStart].LastIndexOf('\n') + 1)..nameStart];
        return text[at] switch
        {
            '|' => before.Trim().IsEmpty
                || before.TrimStart().StartsWith('|')
                || before.TrimEnd(" `").EndsWith('|')
                    && (IsVariable(text[nameStart..nameEnd]) || text[(at + 1)..].Contains('|')),
            ',' or ';' => at == nameEnd
                && (
                    nameStart == 0
                    || text[nameStart - 1] == ',' && (IsRow(text) || IsPairOfRow(text, nameStart, at))
                ),
            _ => false,
        };
    }

    // Neither blanks nor quotes, and no sign but the padding at the end of a cell.
    private static bool IsRow(ReadOnlySpan<char> text)
    {
        if (text.ContainsAny(" \"'("))
            return false;
        foreach (var cell in text.Split(','))
            if (text[cell].TrimEnd('=').Contains('='))
                return false;
        return true;
    }

    // 17,API_TOKEN,… : the number of a row, and a variable; what its cells hold does not matter.
    private static bool IsPairOfRow(ReadOnlySpan<char> text, int nameStart, int comma) =>
        IsVariable(text[nameStart..comma])
        && text[nameStart..comma].Contains('_')
        && !text[..(nameStart - 1)].Trim("+- ").ContainsAnyExceptInRange('0', '9');

    // :name, "value", as Ruby and Elixir have it.
    private static bool IsAtom(ReadOnlySpan<char> text, int nameStart, int comma) =>
        nameStart > 0 && text[nameStart - 1] == ':' && text[(comma + 1)..].TrimStart(' ').StartsWith('"');

    // StripeSecretClient->__construct('value'), as PHP prints a stack. The minus may be of a name.
    private static int AfterConstructor(ReadOnlySpan<char> text, int at)
    {
        const string Call = ">__construct(";
        var end = at + Call.Length;
        return text[at..].StartsWith(Call) && end < text.Length && text[end] is '"' or '\'' ? end : 0;
    }

    // requirepass value, in the settings of servers that have no sign between the two.
    private static bool IsDirectiveName(ReadOnlySpan<char> text, int nameStart, int nameEnd) =>
        text[nameStart..nameEnd]
            is "requirepass"
                or "masterauth"
                or "bindpw"
                or "rootpw"
                or "keyPassword"
                or "storePassword"
        && (LinePlace.IsStart(text, nameStart) || text[..nameStart].TrimEnd().EndsWith("SET"));

    public static bool IsVariable(ReadOnlySpan<char> name) =>
        name.ContainsAnyInRange('A', 'Z') && !name.ContainsAnyInRange('a', 'z');

    // setx NAME value, set -x NAME value, ENV NAME value.
    private static bool IsSet(ReadOnlySpan<char> text, int nameStart, int value)
    {
        var before = text[..nameStart].TrimEnd();
        if (before.EndsWith("#define"))
            return text[value] is '"' || text[value..].StartsWith("@\"");
        return before.EndsWith("setx", StringComparison.OrdinalIgnoreCase)
            || before.EndsWith("setenv", StringComparison.OrdinalIgnoreCase)
            || before.EndsWith("(setq")
            || before.EndsWith("config set")
            || before.EndsWith("config")
            || before.EndsWith("config --global")
            || before.EndsWith("config --local")
            || before.EndsWith("set-environment -g")
            || before.EndsWith("#+PROPERTY:")
            || before.EndsWith("--secret")
            || before.EndsWith("env add")
            || before.EndsWith("ENV")
            || before.EndsWith("et-header")
            || before.EndsWith("et_header")
            || before.EndsWith("add-header")
            || before.EndsWith("add_header")
            || before.Contains("wifi connect", StringComparison.Ordinal)
            || (before.EndsWith("x") && before.Contains("set -", StringComparison.Ordinal));
    }
}
