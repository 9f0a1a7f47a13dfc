namespace Datacurve.Core.Qa;

/// <summary>
/// What QA found about one trace. <see cref="Error"/> is why QA could not finish, in a sentence; a test that
/// fails is a finding in <see cref="Tests"/>, never an error.
/// </summary>
public sealed record QaResult
{
    public Guid? QaJobId { get; init; }

    /// <summary>Whether every event, blob reference and hash of the trace holds.</summary>
    public bool SchemaValid { get; set; } = true;

    /// <summary>What does not hold: one finding each, at most <see cref="SchemaFindingsMax"/>.</summary>
    public IReadOnlyList<SchemaFinding> SchemaFindings { get; set; } = [];
    public string? Error { get; init; }
    public TestsResult? Tests { get; init; }
    public ReplayResult? Replay { get; init; }

    /// <summary>The fix as a diff: the one that was sent, or the one that the edits add up to.</summary>
    public BlobId? FinalDiffBlobId { get; init; }
    public JudgeResult? Judge { get; init; }

    /// <summary>
    /// Whether the developer refuses every judge that could have scored the trace; <see cref="Judge"/> is then
    /// null.
    /// </summary>
    public bool JudgeRefused { get; init; }

    public const int SchemaFindingsMax = 100;
}

/// <summary>
/// Something in the trace that does not hold, at an event where <see cref="Seq"/> is known.
/// </summary>
public sealed record SchemaFinding(long? Seq, string Field, string Message);

/// <summary>
/// How far the recorded edits lead from the base to the final diff. <see cref="Exact"/>: every hash matched
/// and the last state equals the final diff, byte by byte.
/// </summary>
public sealed record ReplayResult
{
    public required bool Exact { get; init; }
    public required int EditsTotal { get; init; }
    public required int EditsApplied { get; init; }

    /// <summary>Edits that carried a pre or post hash, all of which matched up to the break.</summary>
    public int HashesChecked { get; init; }

    /// <summary>Edits whose only hashes are of a form that is not known here; they prove nothing.</summary>
    public int HashesUnchecked { get; init; }

    /// <summary>
    /// Snapshots of text that no recorded edit leads to. Replay goes on from the snapshot, but how the change
    /// came about is not in the trace, so it is not <see cref="Exact"/>.
    /// </summary>
    public int UnrecordedChanges { get; init; }

    /// <summary>The event that does not apply, or whose hash differs; null where all apply.</summary>
    public long? BrokenAtSeq { get; init; }
    public string? Reason { get; init; }

    /// <summary>Paths whose replayed content is not that of the final diff, sorted, at most 100.</summary>
    public IReadOnlyList<string> DifferingPaths { get; set; } = [];
}
