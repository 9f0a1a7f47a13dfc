namespace Datacurve.Server.Qa;

/// <summary>The steps of QA in their order. The names are stored and shown.</summary>
internal static class QaStep
{
    public const string RunTests = "run_tests";
    public const string RunJudge = "run_judge";
    public const string FinalizeQa = "finalize_qa";
    public const string Done = "done";
    public const string Failed = "failed";

    /// <summary>Where a QA can be.</summary>
    public static readonly IReadOnlyList<string> All = [RunTests, RunJudge, FinalizeQa, Done, Failed];

    /// <summary>The step that follows, <see cref="Done"/> after the last.</summary>
    public static string After(string step) =>
        step switch
        {
            RunTests => RunJudge,
            RunJudge => FinalizeQa,
            FinalizeQa => Done,
            _ => throw new ArgumentException($"nothing follows {step}", nameof(step)),
        };
}
