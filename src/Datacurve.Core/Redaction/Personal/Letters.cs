namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Letters beyond ASCII in a piece, whose bytes are private-use characters: those of two bytes in UTF-8,
/// which are Latin, Greek, Cyrillic, Hebrew and Arabic. The signs and quotes around words have others.
/// </summary>
internal static class Letters
{
    // The letters behind each first byte, in order: U+00C0, U+0100 and U+0140 and those that follow.
    private const string Latin1 = "AAAAAAACEEEEIIIIDNOOOOO*OUUUUYTsaaaaaaaceeeeiiiidnooooo*ouuuuyty";
    private const string LatinA = "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiJjJjKkkLlLlLlL";
    private const string LatinB = "lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

    /// <summary>Whether a character is one of the two bytes of such a letter.</summary>
    public static bool IsAt(ReadOnlySpan<char> text, int at) =>
        IsFirst(text[at])
            ? at + 1 < text.Length && IsSecond(text[at + 1])
            : IsSecond(text[at]) && at > 0 && IsFirst(text[at - 1]);

    /// <summary>Writes the letters of a Latin name without what stands above and below them.</summary>
    /// <returns>How many characters that are.</returns>
    public static int WithoutAccents(ReadOnlySpan<char> text, Span<char> plain)
    {
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var letters = text[at] switch
            {
                '\ue0c3' => Latin1,
                '\ue0c4' => LatinA,
                '\ue0c5' => LatinB,
                _ => null,
            };
            if (letters is null || at + 1 == text.Length || !IsSecond(text[at + 1]))
                plain[length++] = text[at];
            else
                plain[length++] = letters[text[++at] - '\ue080'];
        }
        return length;
    }

    private static bool IsFirst(char c) => c is >= '\ue0c3' and <= '\ue0df';

    private static bool IsSecond(char c) => c is >= '\ue080' and <= '\ue0bf';
}
