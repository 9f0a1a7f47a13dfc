namespace Datacurve.Core.Events;

/// <summary>An error that the developer's tools reported.</summary>
public sealed record RecordedError : EventPayload
{
    public required string ErrorType { get; init; }
    public required string Message { get; init; }
    public BlobId? StacktraceBlobId { get; init; }

    protected override string Summarize() => $"{ErrorType}: {Message}";
}
