namespace Datacurve.Core.Events;

/// <summary>The developer looked at a place in the code; <see cref="Line"/> counts from 1.</summary>
public sealed record Navigation : EventPayload
{
    public required string FilePath { get; init; }
    public string? Symbol { get; init; }
    public int? Line { get; init; }

    protected override string Summarize() =>
        $"look at {FilePath}{(Line is { } line ? $":{line}" : "")}{(Symbol is null ? "" : $" {Symbol}")}";
}
