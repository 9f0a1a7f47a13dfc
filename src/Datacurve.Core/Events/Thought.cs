using System.Text.Json.Serialization;

namespace Datacurve.Core.Events;

/// <summary>
/// What the developer was thinking, in a blob; <see cref="LinksTo"/> names what it is about.
/// </summary>
public sealed record Thought : EventPayload
{
    public required BlobId ContentBlobId { get; init; }
    public required ThoughtKind Kind { get; init; }
    public IReadOnlyList<string> LinksTo { get; set; } = [];

    protected override string Summarize() => Kind.ToString().ToLowerInvariant();
}

[JsonConverter(typeof(JsonStringEnumConverter<ThoughtKind>))]
public enum ThoughtKind
{
    [JsonStringEnumMemberName("hypothesis")]
    Hypothesis,

    [JsonStringEnumMemberName("plan")]
    Plan,

    [JsonStringEnumMemberName("interpretation")]
    Interpretation,

    [JsonStringEnumMemberName("decision")]
    Decision,

    [JsonStringEnumMemberName("postmortem")]
    Postmortem,
}
