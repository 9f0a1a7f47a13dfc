using Datacurve.Core;
using Datacurve.Core.Qa;

namespace Datacurve.Cli.Rendering;

/// <summary>What QA found, in sentences. Not inert: the printer sees to that.</summary>
internal static class TraceText
{
    /// <summary>What a score of the heuristic judge is, and is not.</summary>
    public const string Measured = ", measured from the log alone";
    public const string JudgeRefused = "none: the developer refuses to be judged";

    public static string Invocation(TestInvocation invocation)
    {
        string[] limits =
        [
            .. invocation.TimedOut ? ["timed out"] : Array.Empty<string>(),
            .. invocation.OutOfMemory ? ["out of memory"] : Array.Empty<string>(),
            .. invocation.OutputTruncated ? ["output cut"] : Array.Empty<string>(),
        ];
        var phase = invocation.Phase == RunPhase.Before ? "without the fix" : "with the fix";
        var outcome = invocation.Passed ? "passed" : "failed";
        var note = limits.Length > 0 ? $", {string.Join(", ", limits)}" : "";
        return $"tests {phase} {outcome} (exit {invocation.ExitCode}, {invocation.DurationMs} ms{note})";
    }

    public static string Replay(ReplayResult replay)
    {
        var applied =
            $"{replay.EditsApplied} of {Quantity.Of(replay.EditsTotal, "edit")} "
            + (replay.EditsTotal == 1 ? "applies" : "apply");
        if (replay.Exact)
            return $"replay is exact: {applied}, "
                + Quantity.Of(replay.HashesChecked, "hash matches", "hashes match")
                + ", the end is the final diff";
        var where = replay.BrokenAtSeq is { } seq ? $", broken at event {seq}" : "";
        var differing =
            replay.DifferingPaths.Count > 0 ? $"; differing: {string.Join(", ", replay.DifferingPaths)}" : "";
        return $"replay is not exact: {applied}{where}: {replay.Reason ?? "no reason given"}{differing}";
    }

    /// <summary>Each score with the wire's name of its dimension, in the rubric's order.</summary>
    public static IReadOnlyList<(string Dimension, double Score)> Scores(Scores scores) =>
        [
            ("root_cause_identification", scores.RootCauseIdentification),
            ("plan_quality", scores.PlanQuality),
            ("experiment_iterate_loop", scores.ExperimentIterateLoop),
            ("use_of_signals_tests_logs", scores.UseOfSignalsTestsLogs),
            ("minimality_of_fix", scores.MinimalityOfFix),
            ("clarity", scores.Clarity),
        ];
}
