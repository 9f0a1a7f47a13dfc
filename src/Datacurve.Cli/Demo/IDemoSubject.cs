using Datacurve.Core.Traces;

namespace Datacurve.Cli.Demo;

/// <summary>A real bug with its real fix, made on the record.</summary>
internal interface IDemoSubject
{
    /// <summary>The repository's name, and that of its folder.</summary>
    string Name { get; }

    /// <summary>
    /// Makes the repository at its base in an empty folder, and says how the bug is fixed in it.
    /// </summary>
    /// <exception cref="DemoException">The repository cannot be had, or a tool is missing.</exception>
    Task<DemoSession> PrepareAsync(GitRepository repository, CancellationToken ct);
}

/// <summary>A bug, how it is fixed, and how its tests are run.</summary>
internal sealed record DemoSession
{
    public required BugReport Bug { get; init; }
    public required TestSetup Test { get; init; }
    public required IReadOnlyList<SessionStep> Steps { get; init; }

    /// <summary>What opens the trace: what the recorder knows, and what only the session says.</summary>
    public NewTrace Describe(NewTrace recorded) =>
        recorded with
        {
            Task = new BugFixTask { BugReport = Bug },
            Developer = new Developer { DeveloperId = "demo" },
            Environment = recorded.Environment with { Language = ["python"], Test = Test },
        };
}
