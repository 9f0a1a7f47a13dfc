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

    /// <summary>What wrote the change; null where the recorder does not say.</summary>
    public EditOrigin? Origin { get; init; }

    /// <summary>Who thought of the change, as far as that is known.</summary>
    public EditProvenance? Provenance { get; init; }

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

/// <summary>What wrote a change to the disk.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EditOrigin>))]
public enum EditOrigin
{
    /// <summary>An editor, or any other program of which nothing more is known.</summary>
    [JsonStringEnumMemberName("save")]
    Save,

    /// <summary>Git itself, as in a checkout, a rebase or a stash.</summary>
    [JsonStringEnumMemberName("git")]
    Git,

    /// <summary>A command that rewrites files: a formatter, a patch, a coding agent.</summary>
    [JsonStringEnumMemberName("tool")]
    Tool,

    /// <summary>
    /// Something that nobody watched: what was uncommitted when the recording began, what was done while it
    /// was paused or had died.
    /// </summary>
    [JsonStringEnumMemberName("unobserved")]
    Unobserved,

    /// <summary>
    /// Nothing on the disk: the file came under git's ignore rules, or out of them, and so left or entered
    /// the record.
    /// </summary>
    [JsonStringEnumMemberName("ignore_rules")]
    IgnoreRules,
}

/// <summary>Whose work a change is. Unknown is an honest answer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EditProvenance>))]
public enum EditProvenance
{
    [JsonStringEnumMemberName("human")]
    Human,

    [JsonStringEnumMemberName("ai")]
    Ai,

    [JsonStringEnumMemberName("mixed")]
    Mixed,

    [JsonStringEnumMemberName("unknown")]
    Unknown,
}

/// <summary>A range of a file: each end is <c>[line, column]</c>.</summary>
public sealed record Selection
{
    [Items(2, 2)]
    public required IReadOnlyList<long> Start { get; init; }

    [Items(2, 2)]
    public required IReadOnlyList<long> End { get; init; }
}
