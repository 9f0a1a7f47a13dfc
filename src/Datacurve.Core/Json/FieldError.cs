namespace Datacurve.Core.Json;

/// <summary>
/// One thing that is wrong with a document: which member (<c>events.3.payload.command</c>), why, and at most
/// <see cref="ValueLengthMax"/> characters of what was sent.
/// </summary>
public sealed record FieldError(string Field, string Message, string? Value)
{
    public const int ValueLengthMax = 100;

    /// <summary>Outside text for a message: its first characters, none of them split.</summary>
    public static string Cut(string text)
    {
        if (text.Length <= ValueLengthMax)
            return text;

        var splits = char.IsHighSurrogate(text[ValueLengthMax - 1]);
        return text[..(splits ? ValueLengthMax - 1 : ValueLengthMax)];
    }
}
