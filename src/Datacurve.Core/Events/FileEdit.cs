using System.Text.Json.Serialization;
using Datacurve.Core.Json;

namespace Datacurve.Core.Events;

/// <summary>
/// One change to one file, as a unified diff in a blob. The hashes are of the file before and after:
/// SHA-256 in hex, with or without <c>sha256:</c>.
/// </summary>
public sealed record FileEdit : EventPayload
{
    public required string FilePath { get; init; }
    public required EditKind EditKind { get; init; }
    public PatchFormat PatchFormat { get; set; } = PatchFormat.UnifiedDiff;
    public required BlobId PatchBlobId { get; init; }
    public string? PreHash { get; init; }
    public string? PostHash { get; init; }
    public Selection? Selection { get; init; }
    public string? ReasonRef { get; init; }

    protected override string Summarize() => $"edit {FilePath}";
}

[JsonConverter(typeof(JsonStringEnumConverter<EditKind>))]
public enum EditKind
{
    [JsonStringEnumMemberName("patch")]
    Patch,

    [JsonStringEnumMemberName("replace_range")]
    ReplaceRange,

    [JsonStringEnumMemberName("keystroke_batch")]
    KeystrokeBatch,
}

[JsonConverter(typeof(JsonStringEnumConverter<PatchFormat>))]
public enum PatchFormat
{
    [JsonStringEnumMemberName("unified_diff")]
    UnifiedDiff,
}

/// <summary>A range of a file: each end is <c>[line, column]</c>.</summary>
public sealed record Selection
{
    [Items(2, 2)]
    public required IReadOnlyList<long> Start { get; init; }

    [Items(2, 2)]
    public required IReadOnlyList<long> End { get; init; }
}
