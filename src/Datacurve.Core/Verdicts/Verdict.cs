using Datacurve.Core.Qa;

namespace Datacurve.Core.Verdicts;

/// <summary>
/// The outcome of a fix's runs. <see cref="Reason"/> is a sentence, null where the outcome is passed.
/// </summary>
public sealed record Verdict
{
    public required TestsOutcome Outcome { get; init; }
    public string? Reason { get; init; }
    public bool FinalPassed => Outcome is TestsOutcome.Passed;
    public bool ExitCodeOnly { get; init; }
    public IReadOnlyList<string> FailToPass { get; init; } = [];
    public IReadOnlyList<string> PassToPass { get; init; } = [];
    public IReadOnlyList<string> PassToFail { get; init; } = [];
    public IReadOnlyList<TestComparison> Cases { get; init; } = [];
    public IReadOnlyList<string> Flaky { get; init; } = [];
    public IReadOnlyList<TestsFlag> Flags { get; init; } = [];
}
