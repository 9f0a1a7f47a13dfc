namespace Datacurve.Core.Json;

/// <summary>
/// One thing that is wrong with a document: which member (<c>events.3.payload.command</c>), why, and at most
/// <see cref="ValueLengthMax"/> characters of what was sent.
/// </summary>
public sealed record FieldError(string Field, string Message, string? Value)
{
    public const int ValueLengthMax = 100;
}
