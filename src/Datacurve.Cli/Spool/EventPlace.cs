using System.Text.Json;

namespace Datacurve.Cli.Spool;

/// <summary>Where an event stands, read from its JSON without building it.</summary>
internal readonly record struct EventPlace(long Seq, long TsMs, string Type)
{
    /// <exception cref="JsonException">The content is no event.</exception>
    public static EventPlace Of(ReadOnlyMemory<byte> json)
    {
        var (seq, tsMs, type) = (0L, 0L, "");
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isSeq = reader.ValueTextEquals("seq"u8);
            var isTime = reader.ValueTextEquals("ts_ms"u8);
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isSeq)
                seq = reader.GetInt64();
            else if (isTime)
                tsMs = reader.GetInt64();
            else if (isType)
                type = reader.GetString() ?? "";
            else
                reader.Skip();
        }
        return new EventPlace(seq, tsMs, type);
    }
}
