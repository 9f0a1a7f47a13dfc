namespace Datacurve.Core.Events;

/// <summary>The pull request that carries the fix, as far as it is known.</summary>
public sealed record PrMetadata : EventPayload
{
    public string? Title { get; init; }
    public string? Description { get; init; }
    public BlobId? DiffBlobId { get; init; }
    public string? PrUrl { get; init; }

    protected override string Summarize() => $"pull request {Title ?? PrUrl ?? "without a title"}";
}
