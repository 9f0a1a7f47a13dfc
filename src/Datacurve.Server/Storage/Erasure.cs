using Datacurve.Core;

namespace Datacurve.Server.Storage;

/// <summary>What stays of a trace that was erased: nothing of what it held.</summary>
internal sealed record Erasure
{
    /// <summary>Nobody can read or change the trace; its rows are still there.</summary>
    public const string Begun = "begun";

    /// <summary>Its rows are deleted; the store's files may still hold their bytes.</summary>
    public const string Deleted = "deleted";

    /// <summary>The store's files hold nothing of the rows; blobs may be left.</summary>
    public const string Purged = "purged";

    /// <summary>Every blob that was its own is gone.</summary>
    public const string Done = "done";

    /// <summary>
    /// Why a trace went that its project keeps no longer. Nobody orders that, and nobody is told of such a
    /// tombstone: the trace is unknown from then on.
    /// </summary>
    public const string Expired = "expired";

    /// <summary>Why somebody may have a trace erased; the first where nobody says.</summary>
    public static readonly IReadOnlyList<string> Reasons =
    [
        "consent_withdrawn",
        "legal_request",
        "recorded_by_mistake",
        "other",
    ];

    public required byte[] StoredId { get; init; }
    public required byte[] StoredProject { get; init; }
    public required long ErasedAtMs { get; init; }
    public required string Reason { get; init; }
    public required string ErasedBy { get; init; }
    public required string State { get; init; }
    public long? DoneAtMs { get; init; }

    /// <summary>Blobs of which it is not decided yet whether they go.</summary>
    public required long BlobsLeft { get; init; }

    public TraceId TraceId => new(Ids.ToGuid(StoredId));
}

/// <summary>Who has something erased, and why.</summary>
/// <param name="Project">The project whose traces it may erase.</param>
/// <param name="By">As the audit log names callers.</param>
/// <param name="Reason">One of <see cref="Erasure.Reasons"/>, or <see cref="Erasure.Expired"/>.</param>
/// <param name="AtOnce">Whether blobs go that somebody may have sent lately and not named yet.</param>
/// <param name="RequestId">As the audit log has it.</param>
internal sealed record ErasureOrder(
    ProjectId Project,
    string By,
    string Reason,
    bool AtOnce,
    string RequestId
);
