using System.ComponentModel.DataAnnotations;

namespace Datacurve.Core.Events;

/// <summary>
/// The end of a command; its <c>terminal_command</c> has the same <c>correlation_id</c>. Durations are in
/// milliseconds.
/// </summary>
public sealed record TerminalExit : EventPayload
{
    /// <summary>What the shell had in <c>$?</c>; absent where the end was not seen by the shell.</summary>
    public long? ExitCode { get; init; }

    [Range(0L, long.MaxValue)]
    public required long DurationMs { get; init; }

    /// <summary>The shell's folder after the command.</summary>
    public string? Cwd { get; init; }

    /// <summary>How many bytes the command printed, kept or not.</summary>
    [Range(0L, long.MaxValue)]
    public long? OutputBytes { get; init; }

    protected override string Summarize() =>
        $"{(ExitCode is { } code ? $"exit {code}" : "ended")} after {DurationMs / 1000.0:0.0} s";
}
