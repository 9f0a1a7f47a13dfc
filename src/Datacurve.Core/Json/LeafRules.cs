using System.Text.Json;

namespace Datacurve.Core.Json;

/// <summary>What a single JSON token must be for a shape that has no members.</summary>
internal static class LeafRules
{
    /// <summary>What is wrong with the reader's token, or null.</summary>
    public static string? Check(in Utf8JsonReader reader, Shape shape) =>
        reader.TokenType switch
        {
            JsonTokenType.Number when reader.ValueSpan.Length > ShapeValidator.NumberLengthMax =>
                $"has a number of more than {ShapeValidator.NumberLengthMax} characters",
            JsonTokenType.String => CheckString(in reader, shape),
            JsonTokenType.Number => CheckNumber(in reader, shape),
            JsonTokenType.True or JsonTokenType.False when shape.Kind is ShapeKind.Boolean or ShapeKind.Any =>
                null,
            _ => $"must be {Wanted(shape)}",
        };

    /// <summary>The token's text, or null where it holds a lone surrogate or a NUL.</summary>
    public static string? Text(in Utf8JsonReader reader)
    {
        try
        {
            var text = reader.GetString()!;
            return text.Contains('\0') ? null : text;
        }
        catch (InvalidOperationException)
        {
            // The reader's way of reporting an escaped lone surrogate.
            return null;
        }
    }

    /// <summary>
    /// The token for an error message: scalars only, cut; objects and arrays are never echoed.
    /// </summary>
    public static string? Shown(in Utf8JsonReader reader)
    {
        var text = reader.TokenType switch
        {
            JsonTokenType.String => Text(in reader),
            JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null =>
                System.Text.Encoding.UTF8.GetString(
                    reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 200)]
                ),
            _ => null,
        };
        return text is null ? null : FieldError.Cut(text);
    }

    private static string? CheckString(in Utf8JsonReader reader, Shape shape)
    {
        // The document is known to be UTF-8, so that only escapes can hide a bad character.
        if (!reader.ValueIsEscaped && shape.Kind is ShapeKind.String or ShapeKind.Any)
            return null;
        if (Text(in reader) is not { } text)
            return "has a lone surrogate or a NUL, which text cannot hold";

        var matches = shape.Kind switch
        {
            ShapeKind.String or ShapeKind.Any => true,
            ShapeKind.Enum => shape.EnumNames.Contains(text, StringComparer.Ordinal),
            ShapeKind.Uuid => Uuid.TryParse(text, out _),
            ShapeKind.BlobId => BlobId.TryParse(text, out _),
            _ => false,
        };
        return matches ? null : $"must be {Wanted(shape)}";
    }

    private static string? CheckNumber(in Utf8JsonReader reader, Shape shape)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Any:
                return null;
            case ShapeKind.Integer when reader.TryGetInt64(out var integer):
                if (shape.IsInt32 && integer is < int.MinValue or > int.MaxValue)
                    return "must be an integer of 32 bits";
                return OutOfRange(integer, shape);
            case ShapeKind.Number when reader.TryGetDouble(out var number) && double.IsFinite(number):
                return OutOfRange(number, shape);
            default:
                return $"must be {Wanted(shape)}";
        }
    }

    private static string? OutOfRange(double number, Shape shape) =>
        number < shape.Min ? $"must be at least {shape.Min}"
        : number > shape.Max ? $"must be at most {shape.Max}"
        : null;

    private static string Wanted(Shape shape) =>
        shape.Kind switch
        {
            ShapeKind.Object or ShapeKind.Map => "an object",
            ShapeKind.Array => "an array",
            ShapeKind.String => "a string",
            ShapeKind.Integer => "an integer of 64 bits",
            ShapeKind.Number => "a number",
            ShapeKind.Boolean => "true or false",
            ShapeKind.Enum => $"one of {string.Join(", ", shape.EnumNames)}",
            ShapeKind.Uuid => "a UUID",
            ShapeKind.BlobId => "sha256: and 64 lower-case hex digits",
            _ => "a JSON value",
        };
}
