using System.Buffers;

namespace Datacurve.Core.Redaction.Values;

/// <summary>Tells passwords in sentences from the words and names that sentences are made of.</summary>
internal static class SaidPassword
{
    private const int CharsMin = 8;
    private const int CharsMax = 80;
    private const int PhraseWordsMin = 4;
    private static readonly SearchValues<char> Signs = SearchValues.Create("!#$%^&*?<>@+=~[];,");
    private static readonly SearchValues<char> SmallLetters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz_"
    );
    private static readonly SearchValues<char> Joints = SearchValues.Create("-_.");

    /// <summary>Whether it is a password that somebody has written into a sentence.</summary>
    public static bool Is(ReadOnlySpan<char> value)
    {
        if (value.Length is < CharsMin or > CharsMax || Examples.IsExample(value))
            return false;
        if (SecretValue.IsReference(value) || value.Contains("://", StringComparison.Ordinal))
            return false;
        // Signs of pages, ranges and calls.
        if (value.Contains("&#", StringComparison.Ordinal) || value.Contains("..", StringComparison.Ordinal))
            return false;
        if (value.IndexOf('(') is var call and > 0 && char.IsAsciiLetter(value[call - 1]))
            return false;
        // Elements of arrays, and types as Java's bytecode has them.
        if (value[^1] == ']' && value.Contains('[') || value.StartsWith("(L") && value.Contains(';'))
            return false;
        if (Passphrase.AreNumberedWords(value))
            return true;
        if (DrawnPassword.IsThreeOfSix(value) || SecretValue.IsRandom(value) || SecretValue.IsUuid(value))
            return true;
        if (value.IndexOfAny(Joints) is var joint and > 0 && value.Count(value[joint]) + 1 >= PhraseWordsMin)
            if (Passphrase.Is(value, PasswordPlace.Literal))
                return true;
        if (HasBothCases(value) && value.CountAny(Signs) > 1 && !Words.AreMost(value))
            return true;
        if (!value.ContainsAnyInRange('0', '9') || ChosenPassword.HasProgramWord(value))
            return false;
        return HasBothCases(value)
            ? value.ContainsAny(Signs) && value[..^1].IndexOf('@') <= 0
                || value[^1] is '_' or '-' or '.'
                || HasDigitWithin(value)
                || value.TrimEnd("0123456789") is [.., '_'] && value.Length > CharsMin + 2
            : IsWordSignYear(value) || IsWordsAndNumber(value);
    }

    // harbor_magnet_20
    private static bool IsWordsAndNumber(ReadOnlySpan<char> value)
    {
        var words = value.TrimEnd("0123456789");
        return value.Length - words.Length is 2 or 4
            && words[^1] == '_'
            && words.Count('_') == 2
            && words[0] != '_'
            && !words.Contains("__", StringComparison.Ordinal)
            && !words.ContainsAnyExcept(SmallLetters);
    }

    private static bool HasBothCases(ReadOnlySpan<char> value) =>
        value.ContainsAnyInRange('a', 'z') && value.ContainsAnyInRange('A', 'Z');

    // J0ulu_Garten, and not OAuth2 or Base64Url: a small letter stands on either side.
    private static bool HasDigitWithin(ReadOnlySpan<char> value)
    {
        var digits = 0;
        for (var i = 1; i + 1 < value.Length; i++)
            if (
                char.IsAsciiDigit(value[i])
                && char.IsAsciiLetter(value[i - 1])
                && char.IsAsciiLetter(value[i + 1])
            )
                digits++;
        return digits > 0
            && !value.ContainsAny("/()")
            && (digits > 1 || value.ContainsAny(Signs) || value.Contains('_'));
    }

    // falcon@2016, harbor&1981
    private static bool IsWordSignYear(ReadOnlySpan<char> value)
    {
        var word = value.TrimEnd("0123456789");
        return value.Length - word.Length == 4
            && word.Length > 4
            && word[^1] is '@' or '&' or '?' or '!' or '%' or '+'
            && !word[..^1].ContainsAnyExceptInRange('a', 'z');
    }
}
