namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Letters beyond ASCII in a piece, whose bytes are private-use characters: those of two bytes in UTF-8,
/// which are Latin, Greek, Cyrillic, Hebrew and Arabic. The signs and quotes around words have others.
/// </summary>
internal static class Letters
{
    /// <summary>Whether a character is one of the two bytes of such a letter.</summary>
    public static bool IsAt(ReadOnlySpan<char> text, int at) =>
        IsFirst(text[at])
            ? at + 1 < text.Length && IsSecond(text[at + 1])
            : IsSecond(text[at]) && at > 0 && IsFirst(text[at - 1]);

    private static bool IsFirst(char c) => c is >= '\ue0c3' and <= '\ue0df';

    private static bool IsSecond(char c) => c is >= '\ue080' and <= '\ue0bf';
}
