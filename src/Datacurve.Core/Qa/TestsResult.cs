using System.Text.Json.Serialization;

namespace Datacurve.Core.Qa;

/// <summary>The repository's tests without and with the fix.</summary>
public sealed record TestsResult
{
    public required string Runner { get; init; }

    /// <summary>The image of the containers that the tests ran in; null where none ran.</summary>
    public string? ContainerImage { get; init; }
    public string? ImageDigest { get; init; }

    /// <summary>
    /// The system and the interpreter that the tests ran on, as in <c>debian-12, python 3.11.7</c>; null
    /// where they ran in containers, or not at all.
    /// </summary>
    public string? Machine { get; init; }

    /// <summary><c>docker</c> or <c>local</c>; null where nothing ran.</summary>
    public string? Sandbox { get; init; }
    public IReadOnlyList<TestInvocation> Invocations { get; set; } = [];
    public required bool FinalPassed { get; init; }
    public required TestsOutcome Outcome { get; init; }

    /// <summary>Why the outcome is what it is, in a sentence, where it is not <c>passed</c>.</summary>
    public string? OutcomeReason { get; init; }

    /// <summary>True where no machine-readable report was there and the exit code alone decided.</summary>
    public bool ExitCodeOnly { get; init; }
    public IReadOnlyList<string> FailToPass { get; set; } = [];
    public IReadOnlyList<string> PassToPass { get; set; } = [];
    public IReadOnlyList<string> PassToFail { get; set; } = [];
    public IReadOnlyList<TestComparison> Cases { get; set; } = [];

    /// <summary>Tests whose status differed between repeats of the same run.</summary>
    public IReadOnlyList<string> Flaky { get; set; } = [];
    public IReadOnlyList<TestsFlag> Flags { get; set; } = [];
}

[JsonConverter(typeof(JsonStringEnumConverter<TestsOutcome>))]
public enum TestsOutcome
{
    /// <summary>
    /// The after run passed and, where the fix brings tests, at least one went from fail to pass.
    /// </summary>
    [JsonStringEnumMemberName("passed")]
    Passed,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>
    /// The repository at its base, or the fix on it, cannot be rebuilt: a finding about the trace.
    /// </summary>
    [JsonStringEnumMemberName("not_reproducible")]
    NotReproducible,

    /// <summary>The command ran no test.</summary>
    [JsonStringEnumMemberName("no_tests")]
    NoTests,

    /// <summary>The developer withholds what would have to be run.</summary>
    [JsonStringEnumMemberName("not_run")]
    NotRun,
}

[JsonConverter(typeof(JsonStringEnumConverter<TestsFlag>))]
public enum TestsFlag
{
    [JsonStringEnumMemberName("deletes_tests")]
    DeletesTests,

    /// <summary>The fix changes conftest, runner configuration or another part of the test harness.</summary>
    [JsonStringEnumMemberName("changes_test_harness")]
    ChangesTestHarness,

    [JsonStringEnumMemberName("no_test_fails_before")]
    NoTestFailsBefore,

    /// <summary>The report contradicts the exit code or the other run, as a forged one would.</summary>
    [JsonStringEnumMemberName("report_untrusted")]
    ReportUntrusted,
}

[JsonConverter(typeof(JsonStringEnumConverter<RunPhase>))]
public enum RunPhase
{
    /// <summary>The base with the fix's test files only.</summary>
    [JsonStringEnumMemberName("before")]
    Before,

    /// <summary>The base with the whole fix.</summary>
    [JsonStringEnumMemberName("after")]
    After,
}

/// <summary>One run of the test command in a sandbox. Durations and times in milliseconds.</summary>
public sealed record TestInvocation
{
    public required Guid InvocationId { get; init; }
    public required RunPhase Phase { get; init; }
    public required long TsMs { get; init; }
    public required string Command { get; init; }
    public required int ExitCode { get; init; }
    public required long DurationMs { get; init; }
    public required bool Passed { get; init; }
    public BlobId? ReportBlobId { get; init; }
    public BlobId? StdoutBlobId { get; init; }
    public BlobId? StderrBlobId { get; init; }
    public bool TimedOut { get; init; }
    public bool OutOfMemory { get; init; }
    public bool OutputTruncated { get; init; }
}

/// <summary>One test in both runs; absent in a run is <see cref="CaseStatus.Missing"/>.</summary>
public sealed record TestComparison(
    string Name,
    CaseStatus Before,
    CaseStatus After,
    double? BeforeMs,
    double? AfterMs
);

/// <summary>Ordered from best to worst: of the same test named twice, the worse counts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaseStatus>))]
public enum CaseStatus
{
    [JsonStringEnumMemberName("passed")]
    Passed,

    [JsonStringEnumMemberName("skipped")]
    Skipped,

    [JsonStringEnumMemberName("missing")]
    Missing,

    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("error")]
    Error,
}
