namespace Datacurve.Core.Json;

/// <summary>
/// A document that was checked against a shape: what is wrong with it, or where its parts lie.
/// </summary>
public sealed class ValidatedJson
{
    /// <summary>Empty where the document is valid.</summary>
    public required IReadOnlyList<FieldError> Errors { get; init; }

    /// <summary>
    /// The document as it came, with the defaults of absent members put in. Empty where invalid.
    /// </summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>The objects of union shape in the document, in order. Slices of <see cref="Json"/>.</summary>
    public IReadOnlyList<UnionSpan> Unions { get; init; } = [];
}

/// <summary>
/// Where one object of union shape lies. Values are raw JSON as the client sent them, null where absent, in
/// the order of the shape's members.
/// </summary>
public sealed record UnionSpan(ReadOnlyMemory<byte> Json, IReadOnlyList<ReadOnlyMemory<byte>?> Values);
