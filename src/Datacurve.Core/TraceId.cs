using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Datacurve.Core;

/// <summary>
/// The id of a trace: a UUIDv7 (RFC 9562), so that new traces land together in an index.
/// Any UUID that a client quotes is accepted; written in lower case with hyphens.
/// </summary>
[JsonConverter(typeof(TraceIdJsonConverter))]
public readonly record struct TraceId(Guid Value)
{
    /// <summary>A new id whose leading 48 bits are <paramref name="now"/> in Unix milliseconds.</summary>
    public static TraceId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static bool TryParse([NotNullWhen(true)] string? text, out TraceId traceId)
    {
        var valid = Uuid.TryParse(text, out var value);
        traceId = new TraceId(value);
        return valid;
    }

    public override string ToString() => Value.ToString("D");
}

internal sealed class TraceIdJsonConverter : JsonConverter<TraceId>
{
    public override TraceId Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) =>
        TraceId.TryParse(reader.GetString(), out var traceId)
            ? traceId
            : throw new JsonException("a trace id is a UUID");

    public override void Write(Utf8JsonWriter writer, TraceId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
