using System.Text.Json.Serialization;

namespace Datacurve.Core.Events;

/// <summary>
/// Here something is missing from the trace: that it is, and why, but not what. It stands where the first
/// missing event stood, so that whoever reads or replays the trace knows where it stops being whole.
/// </summary>
public sealed record RecordingGap : EventPayload
{
    public required GapReason Reason { get; init; }

    /// <summary>How many events are missing, or null where nobody can know.</summary>
    public long? Events { get; init; }

    /// <summary>
    /// How many of them were edits. Unless it is 0, the edits of the trace may not lead to its fix.
    /// </summary>
    public long? Edits { get; init; }

    protected override string Summarize() =>
        $"{Events?.ToString() ?? "some"} {(Events == 1 ? "event is" : "events are")} missing: "
        + Reason.ToString().ToLowerInvariant();
}

[JsonConverter(typeof(JsonStringEnumConverter<GapReason>))]
public enum GapReason
{
    /// <summary>The developer took them out before they were sent.</summary>
    [JsonStringEnumMemberName("dropped")]
    Dropped,

    /// <summary>The developer paused the recording.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,

    /// <summary>The recording had reached its limit, or the disk had no room.</summary>
    [JsonStringEnumMemberName("full")]
    Full,

    /// <summary>The recording was damaged on the developer's disk.</summary>
    [JsonStringEnumMemberName("damaged")]
    Damaged,
}
