using System.Buffers;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>What stands around a number in its piece, which tells what the number is.</summary>
internal static class Surroundings
{
    private static readonly SearchValues<char> NumberChars = SearchValues.Create("0123456789.eE+-");

    /// <summary>How far to the left of a number a word still speaks of it, in characters.</summary>
    public const int BeforeMax = 72;

    /// <summary>How far to the right.</summary>
    public const int AfterMax = 40;

    /// <summary>
    /// How many characters before the end of a text the last of some words ends; -1 where there is none. A
    /// word counts where it begins: behind what is no letter, or with a capital behind a small letter.
    /// </summary>
    public static int DistanceTo(ReadOnlySpan<char> text, SearchValues<string> words)
    {
        var window = text.Length > BeforeMax ? text[^BeforeMax..] : text;
        var distance = -1;
        for (var at = 0; at < window.Length; at++)
        {
            var next = window[at..].IndexOfAny(words);
            if (next < 0)
                break;
            at += next;
            if (IsWordStart(window, at))
                distance = window.Length - at;
        }
        return distance;
    }

    /// <summary>Whether one of some words stands within reach of a range.</summary>
    public static bool HasWord(ReadOnlySpan<char> text, int start, int end, SearchValues<string> words) =>
        DistanceTo(text[..start], words) >= 0
        || DistanceTo(text[end..Math.Min(text.Length, end + AfterMax)], words) >= 0;

    /// <summary>The last part of the word a value is given to: <c>id</c> of <c>"userId": "</c>.</summary>
    public static ReadOnlySpan<char> KeyBefore(ReadOnlySpan<char> text)
    {
        var end = text.TrimEnd(" \t\"'=:([{#>\\").Length;
        var start = end;
        while (start > 0 && char.IsAsciiLetter(text[start - 1]) && end - start < 24)
            start--;
        var word = text[start..end];
        for (var i = word.Length - 1; i > 0; i--)
            if (char.IsAsciiLetterUpper(word[i]) && char.IsAsciiLetterLower(word[i - 1]))
                return word[i..];
        return word;
    }

    /// <summary>Whether what separators divide from a range, on one side, is a number too.</summary>
    public static bool IsInRow(ReadOnlySpan<char> text, int start, int end, ReadOnlySpan<char> separators) =>
        IsNumber(TokenBefore(text[..start], separators)) || IsNumber(TokenAfter(text[end..], separators));

    /// <summary>Whether the piece has another number of at least so many digits.</summary>
    public static bool HasOtherNumber(ReadOnlySpan<char> text, int start, int end, int digits) =>
        HasNumber(text[..start], digits) || HasNumber(text[end..], digits);

    private static bool IsWordStart(ReadOnlySpan<char> text, int at) =>
        at == 0
        || !char.IsAsciiLetter(text[at])
        || !char.IsAsciiLetter(text[at - 1])
        || char.IsAsciiLetterUpper(text[at]) && char.IsAsciiLetterLower(text[at - 1]);

    private static ReadOnlySpan<char> TokenBefore(ReadOnlySpan<char> text, ReadOnlySpan<char> separators)
    {
        var trimmed = text.TrimEnd(separators);
        return trimmed.Length == text.Length ? default : trimmed[(trimmed.LastIndexOfAny(separators) + 1)..];
    }

    private static ReadOnlySpan<char> TokenAfter(ReadOnlySpan<char> text, ReadOnlySpan<char> separators)
    {
        var trimmed = text.TrimStart(separators);
        if (trimmed.Length == text.Length)
            return default;
        var end = trimmed.IndexOfAny(separators);
        return end < 0 ? trimmed : trimmed[..end];
    }

    private static bool IsNumber(ReadOnlySpan<char> token)
    {
        token = token.Trim("'\"+-");
        return token.Length > 0 && char.IsAsciiDigit(token[^1]) && !token.ContainsAnyExcept(NumberChars);
    }

    private static bool HasNumber(ReadOnlySpan<char> text, int digits)
    {
        for (var at = 0; at < text.Length; )
        {
            var next = text[at..].IndexOfAnyInRange('0', '9');
            if (next < 0)
                return false;
            var start = at + next;
            at = Numbers.DigitsEnd(text, start);
            if (at - start >= digits && !Numbers.IsWithinWord(text, start, at))
                return true;
        }
        return false;
    }
}
