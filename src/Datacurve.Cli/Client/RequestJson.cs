using System.Text.Json;
using System.Text.Json.Serialization;
using Datacurve.Core.Events;
using Datacurve.Core.Json;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Client;

/// <summary>Request bodies as UTF-8 JSON. Absent members are left out rather than sent as null.</summary>
internal static class RequestJson
{
    private static readonly DatacurveJson Json = new(
        new JsonSerializerOptions(DatacurveJson.Default.Options)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        }
    );

    private static readonly Dictionary<Type, string> TypeNames = EventCatalog.Contract.Payloads.ToDictionary(
        payload => payload.Value.Type,
        payload => payload.Key
    );

    /// <summary>The wire's name of an event with this payload.</summary>
    public static string TypeOf(EventPayload payload) => TypeNames[payload.GetType()];

    public static byte[] Write(NewTrace trace) => JsonSerializer.SerializeToUtf8Bytes(trace, Json.NewTrace);

    public static byte[] Write(FinalState finalState) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new FinalizeTrace { FinalState = finalState },
            Json.FinalizeTrace
        );

    /// <summary>One event as it stands in the body of an append.</summary>
    /// <param name="traceEvent">The event.</param>
    /// <param name="payload">Goes in place of the event's own, unknown members included.</param>
    public static byte[] Write(TraceEvent traceEvent, JsonElement? payload = null)
    {
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body))
            Write(writer, traceEvent, payload);
        return body.ToArray();
    }

    // The payload's type stands beside it on the wire, so it is written by its own metadata: through the
    // base class it would carry a second discriminator inside.
    private static void Write(Utf8JsonWriter writer, TraceEvent traceEvent, JsonElement? payload)
    {
        writer.WriteStartObject();
        if (traceEvent.EventId is { } eventId)
            writer.WriteString("event_id", eventId);
        writer.WriteNumber("seq", traceEvent.Seq);
        writer.WriteNumber("ts_ms", traceEvent.TsMs);
        writer.WriteString("type", traceEvent.Type);
        writer.WritePropertyName("actor");
        JsonSerializer.Serialize(writer, traceEvent.Actor, Json.Actor);
        if (traceEvent.Context is { } context)
        {
            writer.WritePropertyName("context");
            JsonSerializer.Serialize(writer, context, Json.EventContext);
        }
        writer.WritePropertyName("payload");
        if (payload is { } json)
            json.WriteTo(writer);
        else
            JsonSerializer.Serialize(
                writer,
                traceEvent.Payload,
                Json.GetTypeInfo(traceEvent.Payload.GetType())!
            );
        writer.WriteEndObject();
    }
}
