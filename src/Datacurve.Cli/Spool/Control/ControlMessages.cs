using System.Text.Json;
using System.Text.Json.Serialization;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Spool.Control;

/// <summary>What a command asks of whoever holds the recording; one line of JSON on the socket.</summary>
internal sealed record ControlRequest
{
    public const string Note = "note";
    public const string Event = "event";
    public const string Pause = "pause";
    public const string Resume = "resume";
    public const string Drop = "drop";

    /// <summary>One of the constants above.</summary>
    public required string Op { get; init; }

    /// <summary>Of a note: its kind and text, and the events it is about, by seq or id.</summary>
    public ThoughtKind? Kind { get; init; }
    public string? Text { get; init; }
    public IReadOnlyList<string>? About { get; init; }

    /// <summary>Of a drop: what is meant.</summary>
    public EventChoice? Choice { get; init; }

    /// <summary>Of an event: what an editor says, see <see cref="PipedEvent"/>.</summary>
    public JsonElement? Piped { get; init; }
}

/// <summary>The answer, one line of JSON.</summary>
internal sealed record ControlAnswer
{
    public required bool Ok { get; init; }

    /// <summary>Where it is not ok: why, in a sentence.</summary>
    public string? Error { get; init; }
    public long? Seq { get; init; }
    public Guid? EventId { get; init; }
    public DropReport? Dropped { get; init; }

    public static ControlAnswer No(string error) => new() { Ok = false, Error = error };

    public static ControlAnswer Of(TraceEvent added) =>
        new()
        {
            Ok = true,
            Seq = added.Seq,
            EventId = added.EventId,
        };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlAnswer))]
internal sealed partial class ControlJson : JsonSerializerContext;
