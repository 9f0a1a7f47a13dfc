using System.Buffers;
using Datacurve.Core.Redaction.Names;

namespace Datacurve.Core.Redaction.Assigned;

/// <summary>
/// Where a value begins behind words, as people and programs say it in sentences. Each gives the place, or 0
/// where what it knows does not stand there.
/// </summary>
internal static class SaidValue
{
    private const int CharsMax = 48;
    private const int InstanceCharsMax = 28;

    // The longer before what they begin with.
    private static readonly string[] Verbs =
    [
        "lautet ",
        "ist ",
        "est ",
        "es ",
        "is now ",
        "is: ",
        "is ",
        "set to ",
        "was set to ",
        "changed to ",
        "was changed to ",
        "was reset to ",
        "was ",
        "to ",
    ];

    // Verbs that give a value only where it stands in quotes: much else "must be" something.
    private static readonly string[] VerbsOfStrings =
    [
        "must be \"",
        "must be '",
        "TO '",
        "with \"",
        "with '",
        "to equal \"",
        "to equal '",
        "to eq \"",
        "to eq '",
        "to be \"",
        "to be '",
    ];

    // What prints the value of a variable.
    private static readonly string[] Questions = ["echo ", "printenv ", "config:get ", "-raw "];

    private static readonly SearchValues<char> PhraseChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ()"
    );

    public static int AfterVerb(ReadOnlySpan<char> text, int at)
    {
        foreach (var verb in VerbsOfStrings)
            if (text[at..].StartsWith(verb))
                return at + verb.Length - 1;
        foreach (var verb in Verbs)
            if (text[at..].StartsWith(verb))
                return ValueStart.SkipBlanks(text, at + verb.Length);
        return 0;
    }

    // for production is, (staging):
    public static int AfterWords(ReadOnlySpan<char> text, int at)
    {
        var rest = text[at..Math.Min(text.Length, at + CharsMax)];
        var end = rest.IndexOfAnyExcept(PhraseChars);
        if (end < 0)
            return 0;
        var phrase = rest[..end];
        if (rest[end] is ':' or '=' && end + 1 < rest.Length && rest[end + 1] == ' ')
            return ValueStart.SkipBlanks(text, at + end + 1);
        if (rest[end..].StartsWith(ValueStart.Arrow))
            return ValueStart.SkipBlanks(text, at + end + ValueStart.Arrow.Length);
        var verb = phrase.LastIndexOf(" is ");
        // the secret's resource name is …
        return verb > 0 && !phrase[..verb].EndsWith("name") ? ValueStart.SkipBlanks(text, at + verb + 4) : 0;
    }

    // $ echo $API_KEY, and the line behind it, where a string has both.
    public static int AfterAnswer(ReadOnlySpan<char> text, int nameStart, int at)
    {
        if (at + 1 >= text.Length || text[at] != '\n')
            return 0;
        var before = text[..nameStart].TrimEnd("$\"{'");
        foreach (var question in Questions)
            if (before.EndsWith(question))
                return at + 1;
        // - name: API_KEY, and value: … behind it
        return before.EndsWith("name: ") || before.EndsWith("key: ")
            ? ValueMember.After(text, ValueStart.SkipLines(text, at), wasQuoted: false) is var value and > 0
                ? ValueStart.SkipBlanks(text, value)
                : 0
            : 0;
    }

    // the API key 2 is …, client secret live "…"
    public static int AfterInstance(ReadOnlySpan<char> text, int at)
    {
        var length = text[at..Math.Min(text.Length, at + InstanceCharsMax)].IndexOf(' ');
        return length > 0 && at + length + 1 < text.Length && SecretName.IsInstance(text.Slice(at, length))
            ? ValueStart.SkipBlanks(text, at + length)
            : at;
    }

    // "- value" and "(value", behind a name in a sentence or a list
    public static int AfterPunctuation(ReadOnlySpan<char> text, int at) =>
        text[at..].StartsWith("- ") ? ValueStart.SkipBlanks(text, at + 2)
        : text[at] == '(' ? at + 1
        : at;
}
