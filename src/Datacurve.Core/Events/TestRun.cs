using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datacurve.Core.Events;

/// <summary>
/// A run of the repository's tests by the developer; <see cref="DurationMs"/> in milliseconds. Exit codes
/// have more than 31 bits on Windows, where they are unsigned.
/// </summary>
public sealed record TestRun : EventPayload
{
    public required string Command { get; init; }
    public required TestRunner Runner { get; init; }
    public required long ExitCode { get; init; }

    [Range(0L, long.MaxValue)]
    public required long DurationMs { get; init; }
    public required bool Passed { get; init; }
    public BlobId? ReportBlobId { get; init; }

    protected override string Summarize() =>
        $"tests {(Passed ? "passed" : "failed")} (exit {ExitCode}): {Command}";
}

[JsonConverter(typeof(JsonStringEnumConverter<TestRunner>))]
public enum TestRunner
{
    [JsonStringEnumMemberName("pytest")]
    Pytest,

    [JsonStringEnumMemberName("go test")]
    GoTest,

    [JsonStringEnumMemberName("npm test")]
    NpmTest,

    [JsonStringEnumMemberName("make test")]
    MakeTest,

    [JsonStringEnumMemberName("custom")]
    Custom,
}
