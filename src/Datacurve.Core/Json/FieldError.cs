using System.Security.Cryptography;
using Datacurve.Core.Redaction;

namespace Datacurve.Core.Json;

/// <summary>
/// One thing that is wrong with a document: which member (<c>events.3.payload.command</c>), why, and at most
/// <see cref="ValueLengthMax"/> characters of what was sent.
/// </summary>
public sealed record FieldError(string Field, string Message, string? Value)
{
    public const int ValueLengthMax = 100;

    // What begins in the shown part and ends behind this is too long for any secret but a file of them.
    private const int LookedAtMax = 4096;

    // Placeholders in an answer are for nobody to compare, so that the key may end with the process.
    private static readonly Lazy<Redactor> Echoes = new(() =>
        new Redactor(RuleSet.Default, RandomNumberGenerator.GetBytes(Redactor.KeyBytesMin))
    );

    /// <summary>
    /// Outside text for a message: redacted before it is cut, since half a secret is found by no rule; then
    /// its first characters, none of them split.
    /// </summary>
    public static string Cut(string text) => Limited(Harmless(Limited(text, LookedAtMax)), ValueLengthMax);

    private static string Harmless(string text)
    {
        try
        {
            return Echoes.Value.Redact(text, Echoes.Value.NewReport());
        }
        catch (RedactionException)
        {
            return "";
        }
    }

    private static string Limited(string text, int lengthMax)
    {
        if (text.Length <= lengthMax)
            return text;

        var splits = char.IsHighSurrogate(text[lengthMax - 1]);
        return text[..(splits ? lengthMax - 1 : lengthMax)];
    }
}
