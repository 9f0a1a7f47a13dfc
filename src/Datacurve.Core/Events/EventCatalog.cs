using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Datacurve.Core.Json;

namespace Datacurve.Core.Events;

/// <summary>
/// The event types that this process knows: the discriminators of <see cref="EventPayload"/>, with the
/// metadata from which validation, the OpenAPI document and blob references follow.
/// </summary>
public sealed class EventCatalog
{
    private readonly Dictionary<string, JsonTypeInfo> _payloads;

    /// <param name="payloads">Each discriminator with the metadata of its record.</param>
    public EventCatalog(IEnumerable<KeyValuePair<string, JsonTypeInfo>> payloads)
    {
        _payloads = new(payloads);
        var variants = _payloads.ToDictionary(payload => payload.Key, payload => Shape.Of(payload.Value));
        EventShape = Shape.Of(DatacurveJson.Default.TraceEvent) with
        {
            Union = new ShapeUnion("type", "payload", variants),
        };
        var batch = Shape.Of(DatacurveJson.Default.EventBatch);
        var events = batch.Members[0];
        BatchShape = batch with
        {
            Members = [events with { Shape = events.Shape with { Item = EventShape } }],
        };
    }

    /// <summary>One event, its payload by its type.</summary>
    public Shape EventShape { get; }

    /// <summary>The body of an append.</summary>
    public Shape BatchShape { get; }

    /// <summary>The types of the contract.</summary>
    public static EventCatalog Contract { get; } = new(ContractTypes());

    /// <summary>Each discriminator with the metadata of its record, in the order of declaration.</summary>
    public IReadOnlyDictionary<string, JsonTypeInfo> Payloads => _payloads;

    /// <summary>
    /// Reads one stored event. Stored events have passed validation, so all members are there.
    /// </summary>
    /// <exception cref="JsonException">The text is not an event of a known type.</exception>
    public TraceEvent Read(ReadOnlySpan<byte> utf8Json)
    {
        var reader = new Utf8JsonReader(utf8Json);
        using var document = JsonDocument.ParseValue(ref reader);
        return Read(document.RootElement);
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
    public TraceEvent Read(JsonElement json)
    {
        var type = json.GetProperty("type").GetString() ?? "";
        if (!_payloads.TryGetValue(type, out var payloadInfo))
            throw new JsonException($"{type} is no event type of this catalog");

        return new TraceEvent
        {
            EventId = json.TryGetProperty("event_id", out var id) ? id.GetGuid() : null,
            Seq = json.GetProperty("seq").GetInt64(),
            TsMs = json.GetProperty("ts_ms").GetInt64(),
            Type = type,
            Actor = json.GetProperty("actor").Deserialize(DatacurveJson.Default.Actor)!,
            Context = json.TryGetProperty("context", out var context)
                ? context.Deserialize(DatacurveJson.Default.EventContext)
                : null,
            Payload = (EventPayload)json.GetProperty("payload").Deserialize(payloadInfo)!,
        };
    }

    /// <summary>The blobs that an event names, each with the payload member that names it.</summary>
    public IEnumerable<(string Member, BlobId BlobId)> BlobReferences(TraceEvent traceEvent)
    {
        foreach (var member in _payloads[traceEvent.Type].Properties)
            if (member.Get?.Invoke(traceEvent.Payload) is BlobId blobId)
                yield return (member.Name, blobId);
    }

    private static IEnumerable<KeyValuePair<string, JsonTypeInfo>> ContractTypes() =>
        DatacurveJson.Default.EventPayload.PolymorphismOptions!.DerivedTypes.Select(derived =>
            KeyValuePair.Create(
                (string)derived.TypeDiscriminator!,
                DatacurveJson.Default.GetTypeInfo(derived.DerivedType)!
            )
        );
}
