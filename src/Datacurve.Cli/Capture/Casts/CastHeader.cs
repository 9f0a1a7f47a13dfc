using System.Text.Json;
using System.Text.Json.Serialization;

namespace Datacurve.Cli.Capture.Casts;

/// <summary>
/// The first line of an asciicast, of version 2 or 3: docs.asciinema.org/manual/asciicast.
/// </summary>
internal sealed record CastHeader
{
    public required int Version { get; init; }

    /// <summary>Of version 2.</summary>
    public int? Width { get; init; }

    /// <summary>Of version 2.</summary>
    public int? Height { get; init; }

    /// <summary>Of version 3.</summary>
    public CastTerm? Term { get; init; }

    /// <summary>When it began, in Unix seconds; null where it does not say.</summary>
    public long? Timestamp { get; init; }
    public string? Title { get; init; }
    public string? Command { get; init; }

    [JsonIgnore]
    public int? Columns => Term?.Cols ?? Width;

    [JsonIgnore]
    public int? Rows => Term?.Rows ?? Height;
}

internal sealed record CastTerm
{
    public required int Cols { get; init; }
    public required int Rows { get; init; }
    public string? Type { get; init; }
}

/// <summary>
/// One event: its kind (o output, i input, m marker, r resize, x exit), its data, and when.
/// </summary>
/// <param name="AfterMs">Milliseconds since the beginning, in both versions.</param>
internal sealed record CastEvent(double AfterMs, string Code, string Data);

/// <summary>A file is no asciicast; the message says which line and why.</summary>
internal sealed class CastException(string message) : Exception(message);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true
)]
[JsonSerializable(typeof(CastHeader))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class CastJson : JsonSerializerContext;
