namespace Datacurve.Core.Events;

/// <summary>A commit that the developer made.</summary>
public sealed record Commit : EventPayload
{
    public required string CommitSha { get; init; }
    public required string Message { get; init; }
    public IReadOnlyList<string> ParentShas { get; set; } = [];

    protected override string Summarize() =>
        $"commit {CommitSha[..Math.Min(12, CommitSha.Length)]} {Message.Split('\n')[0]}";
}
