using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Datacurve.Core;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;
using Datacurve.Core.Json;

namespace Datacurve.Cli.Spool.Control;

/// <summary>
/// A line from an editor: an event of the wire without <c>seq</c>, and <c>blobs</c>, the texts that its
/// payload refers to by the member that refers to them. Who acts is the editor unless the line says else.
/// </summary>
internal sealed record PipedEvent
{
    private const string BlobsMember = "blobs";

    /// <summary>What is wrong with the line; empty where it is an event.</summary>
    public required IReadOnlyList<string> Errors { get; init; }
    private JsonObject? Json { get; init; }
    private IReadOnlyDictionary<string, string> Blobs { get; init; } = new Dictionary<string, string>();

    public static PipedEvent Read(JsonElement line)
    {
        try
        {
            RequireTexts(line);
            return ReadEvent(line);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Wrong(e.Message);
        }
    }

    private static PipedEvent ReadEvent(JsonElement line)
    {
        if (line.ValueKind != JsonValueKind.Object)
            return Wrong("a line takes one JSON object");
        var json = JsonObject.Create(line.Clone())!;
        if (json.ContainsKey("seq"))
            return Wrong("seq is given by the recording");
        var blobs = new Dictionary<string, string>();
        if (json[BlobsMember] is { } texts)
        {
            if (
                texts is not JsonObject members
                || members.Any(m => m.Value?.GetValueKind() != JsonValueKind.String)
            )
                return Wrong("blobs takes texts by payload member");
            blobs = members.ToDictionary(m => m.Key, m => m.Value!.GetValue<string>());
            json.Remove(BlobsMember);
        }
        return Checked(json, blobs);
    }

    /// <summary>Its id; null where the line does not say.</summary>
    public Guid? EventId { get; private init; }

    /// <summary>The edit of a file that it is; null where it is something else.</summary>
    public ToldEdit? Edit { get; private init; }

    /// <summary>When it happened, in Unix milliseconds; null where the line does not say.</summary>
    public long? TsMs { get; private init; }

    /// <summary>Keeps the texts as blobs and makes the event that names them.</summary>
    /// <exception cref="RecordingException">It names a blob that is not there.</exception>
    public async Task<NewEvent> ToEventAsync(Recording recording, CancellationToken ct)
    {
        await RequireBlobsAsync(recording, ct);
        var json = (JsonObject)Json!.DeepClone();
        foreach (var (member, text) in Blobs)
            json["payload"]![member] = (
                await recording.AddBlobAsync(
                    Encoding.UTF8.GetBytes(text),
                    ContractContents.Of($"{json["type"]}.{member}"),
                    ct
                )
            ).ToString();
        using var document = JsonDocument.Parse(json.ToJsonString());
        var read = EventCatalog.Contract.Read(document.RootElement);
        return new NewEvent(read.Actor.Kind, read.Payload)
        {
            ActorId = read.Actor.Id,
            Context = read.Context,
            EventId = EventId,
            TsMs = TsMs,
            PayloadJson = document.RootElement.GetProperty("payload").Clone(),
        };
    }

    // What a reader finds wrong only when it comes to it would be found half way: a member that is there
    // twice, half a surrogate pair.
    private static void RequireTexts(JsonElement line)
    {
        var json = JsonMarshal.GetRawUtf8Value(line);
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                reader.GetString();
        using var once = JsonDocument.Parse(
            json.ToArray(),
            new JsonDocumentOptions { AllowDuplicateProperties = false }
        );
    }

    private static PipedEvent Checked(JsonObject json, Dictionary<string, string> blobs)
    {
        json["seq"] = 1;
        var hasTime = !json.TryAdd("ts_ms", 0);
        json.TryAdd("actor", new JsonObject { ["kind"] = "ide" });
        if (json["payload"] is JsonObject payload)
            foreach (var member in blobs.Keys)
                payload[member] = default(BlobId).ToString();
        var valid = ShapeValidator.Validate(
            Encoding.UTF8.GetBytes(json.ToJsonString()),
            EventCatalog.Contract.EventShape
        );
        if (valid.Errors.Count > 0)
            return Wrong([.. valid.Errors.Select(error => $"{error.Field} {error.Message}")]);
        var read = (JsonObject)JsonNode.Parse(valid.Json.Span)!;
        var given = EventCatalog.Contract.Read(valid.Json.Span);
        return new PipedEvent
        {
            Errors = [],
            Json = read,
            EventId = given.EventId,
            Edit = given.Payload is FileEdit edit ? new ToldEdit(edit, given.Actor.Kind) : null,
            TsMs = hasTime ? given.TsMs : null,
            Blobs = blobs,
        };
    }

    // The texts of the line itself are in no blob yet.
    private async Task RequireBlobsAsync(Recording recording, CancellationToken ct)
    {
        var given = EventCatalog.Contract.Read(Encoding.UTF8.GetBytes(Json!.ToJsonString()));
        foreach (var (member, blobId) in EventCatalog.Contract.BlobReferences(given))
            if (
                !Blobs.ContainsKey(member)
                && !Withholding.IsRefused(recording.Consent, ContractContents.Of($"{given.Type}.{member}"))
                && !await recording.HasBlobAsync(blobId, ct)
            )
                throw new RecordingException($"{blobId}, which {member} names, is not in this recording.");
    }

    private static PipedEvent Wrong(params IReadOnlyList<string> errors) => new() { Errors = errors };
}
