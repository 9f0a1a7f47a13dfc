namespace Datacurve.Server.Upkeep;

/// <summary>Something in the store that does not hold.</summary>
/// <param name="Kind">What it is, as a program tells kinds apart: see docs/blobs.md.</param>
/// <param name="Subject">The blob, trace or place.</param>
/// <param name="Text">A sentence for people.</param>
internal sealed record Finding(string Kind, string Subject, string Text)
{
    /// <summary>
    /// Whether it is worth knowing and no fault of the store, as a blob that a client never sent.
    /// </summary>
    public bool Informative { get; init; }
}

/// <summary>The last line of a check.</summary>
internal sealed record FsckSummary(int Findings, int Informative, long Blobs, long Traces);
