using System.Buffers;
using Datacurve.Core.Redaction.Rules;

namespace Datacurve.Core.Redaction.Values;

/// <summary>Tells passwords that generators draw, and that are none of the keys with a form.</summary>
internal static class DrawnPassword
{
    /// <summary>Of four groups of four with blanks between them.</summary>
    public const int GroupedChars = 19;
    private const string GroupEnds = "\r\n\t,;\"'`<)}|";
    private static readonly SearchValues<char> Noise = SearchValues.Create("!@#$%^&*()+=~?|[]{};,<>/:");
    private static readonly SearchValues<char> PasswordSigns = SearchValues.Create("!@#$%^*");
    private static readonly SearchValues<char> CodeSigns = SearchValues.Create("(){}[]<>=;|,:&");

    /// <summary>
    /// Whether it is a string of many signs that a generator drew, such as a framework's secret key: it may
    /// look like code or a template, and is none.
    /// </summary>
    /// <param name="value">All of a string.</param>
    public static bool IsNoise(ReadOnlySpan<char> value)
    {
        if (value.Length is < 11 or > 128 || value.ContainsAny(" \t\n\\\"") || Words.AreMost(value))
            return false;
        if (SecretValue.IsVariable(value) || value.Contains("://", StringComparison.Ordinal))
            return false;
        var seen = UInt128.Zero;
        var (signs, different) = (0, 0);
        foreach (var c in value)
        {
            if (!Noise.Contains(c))
                continue;
            var bit = UInt128.One << (c & 0x7f);
            different += (seen & bit) == 0 ? 1 : 0;
            seen |= bit;
            signs++;
        }
        return different >= 3
            && signs * 7 >= value.Length
            && (value.ContainsAnyInRange('A', 'Z') || value.ContainsAnyInRange('0', '9'))
            && value.ContainsAnyInRange('a', 'z')
            && !Placeholder.IsIn(value);
    }

    /// <summary>
    /// Whether four groups of four small letters stand here and nothing behind them, as Google shows what an
    /// app signs in with.
    /// </summary>
    public static bool StartsWithGroups(ReadOnlySpan<char> text)
    {
        if (
            text.Length < GroupedChars
            || text.Length > GroupedChars && GroupEnds.IndexOf(text[GroupedChars]) < 0
        )
            return false;
        var value = text[..GroupedChars];
        for (var at = 0; at < GroupedChars; at++)
            if (at % 5 == 4 ? value[at] != ' ' : !char.IsAsciiLetterLower(value[at]))
                return false;
        return CommonGrams.AreFewIn(value);
    }

    /// <summary>
    /// Whether it is a key of letters and digits with a bracket or another sign of code among them, as some
    /// services draw their tokens.
    /// </summary>
    public static bool IsKeyWithSign(ReadOnlySpan<char> value)
    {
        if (
            value.Length is < 16 or > 64
            || CodeSigns.Contains(value[0])
            || !char.IsAsciiLetterOrDigit(value[^1])
        )
            return false;
        Span<char> letters = stackalloc char[value.Length];
        var count = 0;
        foreach (var c in value)
            if (char.IsAsciiLetterOrDigit(c))
                letters[count++] = c;
            else if (!CodeSigns.Contains(c))
                return false;
        ReadOnlySpan<char> plain = letters[..count];
        return value.Length - count is 1 or 2
            && plain.ContainsAnyInRange('0', '9')
            && plain.ContainsAnyInRange('a', 'z')
            && plain.ContainsAnyInRange('A', 'Z')
            && (CharClasses.Changes(plain) * 5 >= count * 2 || CommonGrams.AreFewIn(plain))
            && !Words.AreMost(plain)
            && Entropy.Of(plain) >= 3.6;
    }

    /// <summary>Whether it is as phones and browsers propose it: <c>kmqvwz-4tpbxc-Rdfgnh</c>.</summary>
    public static bool IsThreeOfSix(ReadOnlySpan<char> value)
    {
        if (value.Length != 20 || value[6] != '-' || value[13] != '-' || ChosenPassword.HasProgramWord(value))
            return false;
        var (vowels, others) = (0, 0);
        foreach (var c in value)
        {
            if (c != '-' && !char.IsAsciiLetterOrDigit(c))
                return false;
            vowels += "aeiouAEIOU".Contains(c) ? 1 : 0;
            others += char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) ? 1 : 0;
        }
        return vowels <= 6 && others is >= 1 and <= 4;
    }

    /// <summary>
    /// Whether it is what a generator drew so that it can be spoken: syllables with capitals and digits among
    /// them, and no word of a program's.
    /// </summary>
    public static bool IsSpoken(ReadOnlySpan<char> value)
    {
        if (value.Length is < 12 or > 32)
            return false;
        var (digits, capitals, from) = (0, 0, 0);
        for (var at = 0; at <= value.Length; at++)
        {
            var isEnd = at == value.Length;
            if (!isEnd && !char.IsAsciiLetterOrDigit(value[at]))
                return false;
            if (!isEnd && char.IsAsciiLetterLower(value[at]))
                continue;
            if (ProgramWords.Has(value[from..at]) || ProgramWords.IsOfCode(value[from..at]))
                return false;
            from = isEnd || !char.IsAsciiDigit(value[at]) ? at : at + 1;
            digits += !isEnd && at > 0 && at + 1 < value.Length && char.IsAsciiDigit(value[at]) ? 1 : 0;
            capitals += !isEnd && at > 0 && char.IsAsciiLetterUpper(value[at]) ? 1 : 0;
        }
        return digits is 1 or 2 && capitals is 1 or 2;
    }

    /// <summary>Whether it is drawn by a machine and shorter than keys are.</summary>
    public static bool IsShortKey(ReadOnlySpan<char> value) =>
        value.Length >= 8
        && Words.Share(value) < 0.3
        && value.ContainsAnyInRange('0', '9')
        && value.ContainsAnyInRange('a', 'z')
        && (value.ContainsAnyInRange('A', 'Z') || value.ContainsAny(PasswordSigns))
        && !value.ContainsAny(CodeSigns);
}
