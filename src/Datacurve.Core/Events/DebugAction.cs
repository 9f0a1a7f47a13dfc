using System.Text.Json;

namespace Datacurve.Core.Events;

/// <summary>A step in a debugger: a breakpoint set, a step over, a value looked at.</summary>
public sealed record DebugAction : EventPayload
{
    public required string Action { get; init; }
    public IReadOnlyDictionary<string, JsonElement>? Details { get; init; }

    protected override string Summarize() => $"debug {Action}";
}
