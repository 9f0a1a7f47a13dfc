using System.Buffers;

namespace Datacurve.Core.Redaction.Values;

/// <summary>
/// Tells passphrases, which are three words and more that were joined, from names of programs, which are
/// joined as well: no word of a passphrase is one that programs are made of.
/// </summary>
internal static class Passphrase
{
    private const int CharsMin = 11;
    private const int CharsMax = 80;
    private const int WordsMax = 8;
    private const int WordCharsMin = 3;
    private const int WordCharsMax = 14;
    private static readonly SearchValues<char> PairJoints = SearchValues.Create("-_.!#$%&*+?");
    private static readonly SearchValues<char> Joints = SearchValues.Create("-_.+& ");

    /// <summary>Whether it is a passphrase in a place of this kind.</summary>
    /// <param name="value">Without its quotes.</param>
    /// <param name="place">Where code may stand, what a variable or a type may be called is none.</param>
    public static bool Is(ReadOnlySpan<char> value, PasswordPlace place)
    {
        if (value.Length is < CharsMin or > CharsMax)
            return false;
        var jointAt = value.IndexOfAny(Joints);
        if (jointAt < 0)
            return AreHumps(value, place == PasswordPlace.Doubtful ? 4 : 3);
        var joint = value[jointAt];
        var words = JoinedWords(value, joint);
        if (words < 3)
            return false;
        return place switch
        {
            PasswordPlace.Literal => joint != ' ' || HasOneCase(value),
            PasswordPlace.Setting => joint != ' ',
            PasswordPlace.Line => joint != ' ' && (!SecretValue.IsIdentifier(value) || words > 3),
            _ => false,
        };
    }

    /// <summary>Whether it is two words or more and a number, none of them a program's.</summary>
    /// <param name="value">Such as <c>AmberOtter7</c>.</param>
    public static bool IsNumbered(ReadOnlySpan<char> value)
    {
        var words = value.TrimEnd("0123456789");
        if (words.Length is < 9 or > 32 || value.Length - words.Length is 0 or > 2)
            return false;
        return AreHumps(words, 2) || words.Length >= 11 && IsLowerWord(words);
    }

    /// <summary>Whether it is two words with a number each, or a number between: Fern12.otter345.</summary>
    public static bool AreNumberedWords(ReadOnlySpan<char> value)
    {
        var at = value.IndexOfAnyExcept(CharClasses.LettersAndDigits);
        if (value.Length is < CharsMin or > 32 || at < WordCharsMin || !PairJoints.Contains(value[at]))
            return false;
        var first = value[..at];
        var second = value[(at + 1)..];
        var word = first.TrimEnd("0123456789");
        var other = second.Trim("0123456789");
        var numbers = first.Length - word.Length;
        var isBetween = numbers == 0 && second.Length - second.TrimStart("0123456789").Length == 3;
        return (numbers is >= 2 and <= 4 || isBetween && value[at] is not ('-' or '_' or '.'))
            && second.Length - other.Length is 2 or 3
            && IsWord(word, isOfCode: true)
            && IsWord(other, isOfCode: true);
    }

    // AmberOtterPebble
    private static bool AreHumps(ReadOnlySpan<char> value, int wordsMin)
    {
        var words = 0;
        for (var at = 0; at < value.Length; words++)
        {
            if (!char.IsAsciiLetterUpper(value[at]) || words == WordsMax)
                return false;
            var end = at + 1;
            while (end < value.Length && char.IsAsciiLetterLower(value[end]))
                end++;
            if (!IsWord(value[at..end], true))
                return false;
            at = end;
        }
        return words >= wordsMin;
    }

    // amber-otter-pebble7; the number of words, 0 where one is none. Words of one case, or all capitalised.
    private static int JoinedWords(ReadOnlySpan<char> value, char joint)
    {
        var (words, numbers, capitals, ofCode) = (0, 0, 0, 0);
        var isOfCode = joint is '_' or '.';
        foreach (var range in value.Split(joint))
        {
            var part = value[range];
            var word = part.TrimEnd("0123456789");
            // amber-otter-pebble-675
            if (word.IsEmpty && part.Length is >= 2 and <= 4 && words > 2 && range.End.Value == value.Length)
            {
                numbers++;
                continue;
            }
            if (part.Length - word.Length > 4 || !IsWord(word, isOfCode: false))
                return 0;
            ofCode += isOfCode && ProgramWords.IsOfCode(word) ? 1 : 0;
            numbers += word.Length < part.Length ? 1 : 0;
            capitals += char.IsAsciiLetterUpper(word[0]) ? 1 : 0;
            words++;
        }
        // Of many words one may be a type's name too.
        return
            numbers <= 1
            && (capitals == 0 || capitals == words)
            && words <= WordsMax
            && ofCode <= (words > 3 ? 1 : 0)
            ? words
            : 0;
    }

    // Two words without anything between them: no word of a program is as long, but for its endings.
    private static bool IsLowerWord(ReadOnlySpan<char> value) =>
        value.Length <= 24
        && !value.ContainsAnyExceptInRange('a', 'z')
        && !ProgramWords.Has(value)
        && !ProgramWords.EndsInOne(value);

    // With blanks a first capital alone begins a sentence.
    private static bool HasOneCase(ReadOnlySpan<char> value) =>
        char.IsAsciiLetterUpper(value[0]) == char.IsAsciiLetterUpper(value[value.LastIndexOf(' ') + 1]);

    private static bool IsWord(ReadOnlySpan<char> word, bool isOfCode)
    {
        if (word.Length is < WordCharsMin or > WordCharsMax || word[1..].ContainsAnyExceptInRange('a', 'z'))
            return false;
        return char.IsAsciiLetter(word[0])
            && !ProgramWords.Has(word)
            && (!isOfCode || !ProgramWords.IsOfCode(word));
    }
}
