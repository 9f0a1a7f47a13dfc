using System.Buffers;

namespace Datacurve.Core.Redaction.Values;

/// <summary>Small letters, capitals, digits and signs.</summary>
internal static class CharClasses
{
    public static readonly SearchValues<char> LettersAndDigits = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    );

    /// <summary>
    /// How often a character is of another class than the one before it: at two of three places in what is
    /// random.
    /// </summary>
    public static int Changes(ReadOnlySpan<char> text)
    {
        var changes = 0;
        for (var at = 1; at < text.Length; at++)
            changes += Of(text[at]) != Of(text[at - 1]) ? 1 : 0;
        return changes;
    }

    private static int Of(char c) =>
        char.IsAsciiLetterLower(c) ? 0
        : char.IsAsciiLetterUpper(c) ? 1
        : char.IsAsciiDigit(c) ? 2
        : 3;
}
