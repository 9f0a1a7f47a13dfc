using System.Text.Json;
using System.Text.Json.Serialization;

namespace Datacurve.Core.Traces;

/// <summary>
/// The body that opens a trace. Status, QA and times are the server's and are not read from it.
/// </summary>
public sealed record NewTrace
{
    public required Repo Repo { get; init; }
    public required BugFixTask Task { get; init; }
    public required Developer Developer { get; init; }
    public required DevelopmentEnvironment Environment { get; init; }
    public Ingestion? Ingestion { get; init; }

    /// <summary>
    /// Blobs that belong to the trace as a whole. QA reads <c>base_snapshot_blob_id</c>: a tar, also with
    /// gzip or zstd, of the repository at <see cref="Repo.CommitBase"/>.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement>? Artifacts { get; init; }
}

public sealed record Repo
{
    public required string RepoId { get; init; }
    public string? RemoteUrl { get; init; }
    public string? DefaultBranch { get; init; }
    public required string CommitBase { get; init; }
    public RepoFingerprint? RepoFingerprint { get; init; }
}

public sealed record RepoFingerprint
{
    public string? TreeHash { get; init; }
    public string? DependenciesLockHash { get; init; }
}

public sealed record BugFixTask
{
    public string? TaskId { get; init; }
    public required BugReport BugReport { get; init; }
    public IReadOnlyList<string> Labels { get; set; } = [];
}

public sealed record BugReport
{
    public required string Title { get; init; }
    public required string Description { get; init; }
    public string? ReproSteps { get; init; }
    public string? Expected { get; init; }
    public string? Actual { get; init; }
    public IReadOnlyList<string> Links { get; set; } = [];
}

public sealed record Developer
{
    public required string DeveloperId { get; init; }
    public ExperienceLevel ExperienceLevel { get; set; } = ExperienceLevel.Unknown;
    public ConsentFlags ConsentFlags { get; set; } = new();
}

[JsonConverter(typeof(JsonStringEnumConverter<ExperienceLevel>))]
public enum ExperienceLevel
{
    [JsonStringEnumMemberName("junior")]
    Junior,

    [JsonStringEnumMemberName("mid")]
    Mid,

    [JsonStringEnumMemberName("senior")]
    Senior,

    [JsonStringEnumMemberName("unknown")]
    Unknown,
}

/// <summary>What the developer allows. A refusal is always obeyed.</summary>
public sealed record ConsentFlags
{
    public bool StoreRawCode { get; set; } = true;
    public bool StoreTerminalOutput { get; set; } = true;

    /// <summary>Whether a language model may score the trace.</summary>
    public bool AllowLlmJudge { get; set; } = true;

    /// <summary>Whether the judge that measures the event log may score it.</summary>
    public bool AllowHeuristicJudge { get; set; } = true;

    /// <summary>What both allow.</summary>
    public ConsentFlags And(ConsentFlags other) =>
        new()
        {
            StoreRawCode = StoreRawCode && other.StoreRawCode,
            StoreTerminalOutput = StoreTerminalOutput && other.StoreTerminalOutput,
            AllowLlmJudge = AllowLlmJudge && other.AllowLlmJudge,
            AllowHeuristicJudge = AllowHeuristicJudge && other.AllowHeuristicJudge,
        };
}

public sealed record DevelopmentEnvironment
{
    public string? Os { get; init; }
    public required Ide Ide { get; init; }
    public IReadOnlyList<string> Language { get; set; } = [];
    public bool Containerized { get; init; }
    public string? Timezone { get; init; }

    /// <summary>
    /// How the repository's tests are run; the server's environment variables where absent.
    /// </summary>
    public TestSetup? Test { get; init; }
}

public sealed record Ide
{
    public required string Name { get; init; }
    public string? Version { get; init; }
}

/// <summary>How to run one repository's tests. What is absent falls back to the server's settings.</summary>
public sealed record TestSetup
{
    public string? Image { get; init; }

    /// <summary>Shell commands run once per image, setup and lock file hash, before any test.</summary>
    public IReadOnlyList<string> Setup { get; set; } = [];
    public string? Command { get; init; }

    /// <summary>
    /// The runner whose report is read: pytest, unittest, go, node, jest, dotnet, cargo-nextest or tap.
    /// </summary>
    public string? Runner { get; init; }

    /// <summary>Where the command writes its report, from the workspace root.</summary>
    public string? ReportPath { get; init; }

    /// <summary>The folder the command runs in, from the workspace root.</summary>
    public string? Workdir { get; init; }
    public int? TimeoutSeconds { get; init; }

    /// <summary>A limit such as <c>512m</c> or <c>2g</c>.</summary>
    public string? Memory { get; init; }
}

public sealed record Ingestion
{
    public IngestionMode Mode { get; set; } = IngestionMode.Incremental;
    public string? ClientSessionId { get; init; }
    public long ClockSkewMsEst { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<IngestionMode>))]
public enum IngestionMode
{
    [JsonStringEnumMemberName("batch")]
    Batch,

    [JsonStringEnumMemberName("incremental")]
    Incremental,
}
