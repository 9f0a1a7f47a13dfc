using System.Buffers;
using Datacurve.Core.Redaction.Assigned;

namespace Datacurve.Core.Redaction.Values;

/// <summary>What says that a password stands in a place.</summary>
internal enum PasswordPlace
{
    /// <summary>A name before it, in code where a variable or a type may stand as well.</summary>
    Doubtful,

    /// <summary>A string of its own that a name is given, or all of an element.</summary>
    Literal,

    /// <summary>All of a line with its name: a setting, or what a variable is given.</summary>
    Line,

    /// <summary>A variable of a shell, an option, a part of a connection string: no code.</summary>
    Setting,
}

/// <summary>
/// Tells passwords that people choose, of words, years and signs, from the words of programs: labels,
/// types, names of settings and messages.
/// </summary>
internal static class ChosenPassword
{
    private const int WordCharsMin = 9;
    private const int PhraseCharsMax = 60;
    private const int SeparatedCharsMin = 11;

    private static readonly SearchValues<char> Signs = SearchValues.Create("!@#$%^&*~?+=|<>()[]{};:,/\\\"'`");
    private static readonly SearchValues<char> CodeSigns = SearchValues.Create("(){}[]<>=;|,:&");
    private static readonly SearchValues<char> Joints = SearchValues.Create("-_.");

    private static readonly SearchValues<char> LettersAndDigits = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789"
    );
    private static readonly SearchValues<char> HyphenatedChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz-"
    );
    private static readonly SearchValues<char> PhraseChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.&+"
    );
    private static readonly SearchValues<char> SpacedChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz "
    );

    // The first keys of a row: nobody's word begins so.
    private static readonly string[] Walks =
    [
        "qwertz",
        "qwert",
        "qwer1",
        "asdf",
        "zxcvb",
        "yxcvb",
        "1qaz",
        "q1w2",
    ];

    /// <summary>Whether it is one where no code stands.</summary>
    /// <param name="value">Neither an example nor a reference; not empty.</param>
    /// <param name="place">Where it stands.</param>
    public static bool Is(ReadOnlySpan<char> value, PasswordPlace place)
    {
        if (Passphrase.Is(value, place) || Passphrase.AreNumberedWords(value))
            return true;
        if (value.ContainsAny(" \t"))
            return place == PasswordPlace.Literal && IsSpacedPhrase(value);
        if (IsWalk(value) || IsWordAndNumber(value) || DrawnPassword.IsThreeOfSix(value))
            return true;
        if (place == PasswordPlace.Doubtful)
            return IsJoinedWithNumber(value);
        var digits = Count(value, '0', '9');
        var hasLetters = value.ContainsAnyInRange('a', 'z') || value.ContainsAnyInRange('A', 'Z');
        if (!hasLetters)
            return digits >= 6
                && (value.ContainsAny(Signs) || place == PasswordPlace.Literal && digits == value.Length);
        if (digits > 0)
            return Passphrase.IsNumbered(value)
                || !IsNameWithNumber(value, digits)
                    && (
                        place != PasswordPlace.Line
                        || !SecretValue.IsIdentifier(value)
                        || Words.Share(value) < 0.7
                        || digits > 1 && value.Length >= 8
                    );
        if (value.ContainsAny(Signs))
            return value.Length >= 6 && !IsSentence(value);
        return value.ContainsAny(Joints)
            ? IsPhrase(value) || value.Length >= 8 && !Words.AreMost(value)
            : IsJoinedWords(value) || value.Length >= 8 && !Words.AreMost(value) && HasBothCases(value);
    }

    /// <summary>Whether it begins with neighbours on the keyboard, and goes on.</summary>
    public static bool IsWalk(ReadOnlySpan<char> value)
    {
        if (value.Length is < 8 or > 40)
            return false;
        foreach (var walk in Walks)
            if (
                value.StartsWith(walk, StringComparison.OrdinalIgnoreCase)
                && !value.Contains("qwerty", StringComparison.OrdinalIgnoreCase)
            )
                return value[walk.Length..].ContainsAnyExcept(LettersAndDigits);
        return false;
    }

    /// <summary>Whether it is words with blanks between them, as a passphrase.</summary>
    public static bool IsPhraseOfWords(ReadOnlySpan<char> value) =>
        value.Contains(' ') && IsSpacedPhrase(value);

    /// <summary>Whether it is words and a number of two digits or more, and no name of a program's.</summary>
    public static bool IsWordsAndNumber(ReadOnlySpan<char> value)
    {
        var core = value.TrimEnd("!@#$%^&*?+=_-.");
        var words = core.TrimEnd("0123456789");
        var digits = core.Length - words.Length;
        // Lantern@2017
        if (digits == 4 && words.Length > 4 && words[^1] is '@' or '#' or '!' or '$' or '*')
            words = words[..^1];
        return digits is >= 2 and <= 4
            && words.Length >= 4
            && value.Length - core.Length <= 2
            && !words.ContainsAnyExcept(PhraseChars)
            && char.IsAsciiLetter(words[0])
            && !HasProgramWord(words)
            && !IsNumbered(value);
    }

    /// <summary>Whether it is two words and a number of two digits that no machine counts by.</summary>
    /// <remarks><c>harbor.Magnet47</c>: members have no such numbers.</remarks>
    public static bool IsDottedWords(ReadOnlySpan<char> value)
    {
        var words = value.TrimEnd("0123456789");
        var dot = words.IndexOf('.');
        return value.Length - words.Length == 2
            && value[^2..] is not ("16" or "32" or "64")
            && dot >= 4
            && words.Length - dot > 4
            && !words[..dot].ContainsAnyExceptInRange('a', 'z')
            && char.IsAsciiLetterUpper(words[dot + 1])
            && !words[(dot + 2)..].ContainsAnyExceptInRange('a', 'z')
            && !HasProgramWord(value);
    }

    /// <summary>Whether it is four words or more, or words with blanks.</summary>
    public static bool IsLongPhrase(ReadOnlySpan<char> value) =>
        IsPhraseOfWords(value) || value.Count('-') >= 3 && IsPhrase(value);

    // Summer2024!, anna1990_
    private static bool IsWordAndNumber(ReadOnlySpan<char> value)
    {
        var core = value.TrimEnd("!@#$%^&*?+=_-.");
        var word = core.TrimEnd("0123456789");
        return value.Length is >= 8 and <= 24
            && core.Length - word.Length is >= 3 and <= 4
            && value.Length - core.Length is 1 or 2
            && word.Length >= 3
            && IsLetters(word);
    }

    // blue-horse-42 and blue_horse.42: no variable ends so.
    private static bool IsJoinedWithNumber(ReadOnlySpan<char> value)
    {
        var word = value.TrimEnd("0123456789");
        return value.Length - word.Length is >= 2 and <= 4
            && word.Length >= 4
            && (word[^1] is '-' or '.' or '@' or '!' || word[^1] == '_' && word.ContainsAnyInRange('0', '9'))
            && !word[..^1].ContainsAnyExcept(Assignments.NameChars)
            && char.IsAsciiLetter(word[0])
            && !HasProgramWord(word[..^1]);
    }

    // sha256, oauth2, utf-8, my-setting-2
    private static bool IsNameWithNumber(ReadOnlySpan<char> value, int digits)
    {
        if (
            value.ContainsAny(Signs)
            || value.ContainsAnyInRange('A', 'Z') && value.ContainsAnyInRange('a', 'z')
        )
            return value.ContainsAny(CodeSigns) && (Words.Share(value) >= 0.75 || HasProgramWord(value));
        if (digits == value.Length - 1 || value.Length < 6)
            return true;

        // 7lantern, lantern7+: no name begins with a digit or ends so.
        if (digits <= 2 && value.Length <= 20 && (char.IsAsciiDigit(value[0]) || value[^1] is '-' or '_'))
            return HasProgramWord(value.Trim("0123456789-_"));
        return HasProgramWord(value) || digits == 1 && Words.Share(value) >= 0.7 || IsNumbered(value);
    }

    // page_12
    private static bool IsNumbered(ReadOnlySpan<char> value)
    {
        var word = value.TrimEnd("0123456789");
        return value.Length - word.Length <= 2 && word[^1] == '_' && IsLetters(word[..^1]);
    }

    // Words without a blank between them, as in a passphrase: no part of a program's own words.
    private static bool IsPhrase(ReadOnlySpan<char> value)
    {
        var parts = value.Count('-') + 1;
        return parts >= 3
            && value.Length is >= SeparatedCharsMin and <= PhraseCharsMax
            && !value.ContainsAnyExcept(HyphenatedChars)
            && AreWords(value, '-');
    }

    private static bool IsSpacedPhrase(ReadOnlySpan<char> value)
    {
        if (value.Length is < SeparatedCharsMin or > PhraseCharsMax || value[0] == ' ' || value[^1] == ' ')
            return false;
        var blanks = value.Count(' ');
        var last = value[(value.LastIndexOf(' ') + 1)..];
        var number = last.TrimEnd("!?.@#$*");
        if (number.Length is >= 1 and <= 4 && !number.ContainsAnyExceptInRange('0', '9'))
            return (blanks is 2 or 3 && number.Length > 1 && last.Length > number.Length || blanks is 3 or 4)
                && AreWords(value[..value.LastIndexOf(' ')], ' ');
        var words = value.EndsWith("!") ? value[..^1] : value;
        return blanks is >= 2 and <= 5 && !words.ContainsAnyExcept(SpacedChars) && AreWords(words, ' ');
    }

    private static bool AreWords(ReadOnlySpan<char> value, char joint)
    {
        foreach (var range in value.Split(joint))
        {
            var word = value[range];
            if (word.Length is < 3 or > 12 || !IsLetters(word) || ProgramWords.Has(word))
                return false;
        }
        return true;
    }

    /// <summary>Whether one of its parts is a word that programs are made of.</summary>
    public static bool HasProgramWord(ReadOnlySpan<char> value)
    {
        foreach (var range in value.SplitAny("-_.:/|"))
            if (ProgramWords.Has(value[range].TrimEnd("0123456789")))
                return true;
        return false;
    }

    // Two words that were written together; of one alone nobody can tell it from a program's.
    private static bool IsJoinedWords(ReadOnlySpan<char> value) =>
        value.Length is >= WordCharsMin and <= 24
        && !value.ContainsAnyExceptInRange('a', 'z')
        && !ProgramWords.Has(value)
        && !ProgramWords.EndsInOne(value);

    private static bool IsSentence(ReadOnlySpan<char> value) =>
        Words.AreMost(value)
        && (
            value.ContainsAny(CodeSigns)
            || value[^1] is '.' or '?'
            || HasProgramWord(value.TrimEnd("!@#$%^*~+"))
        );

    private static bool IsLetters(ReadOnlySpan<char> value)
    {
        foreach (var c in value)
            if (!char.IsAsciiLetter(c))
                return false;
        return !value.IsEmpty;
    }

    private static bool HasBothCases(ReadOnlySpan<char> value) =>
        value.ContainsAnyInRange('a', 'z') && value[1..].ContainsAnyInRange('A', 'Z');

    private static int Count(ReadOnlySpan<char> value, char first, char last)
    {
        var count = 0;
        foreach (var c in value)
            count += c >= first && c <= last ? 1 : 0;
        return count;
    }
}
