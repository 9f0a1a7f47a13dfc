namespace Datacurve.Server.Qa.Queues;

/// <summary>
/// Steps that share a queue and its workers: tests, which hold a core and a sandbox, and judging, which
/// mostly waits for a model. Neither waits behind the other.
/// </summary>
internal sealed record QaLane(string Queue, IReadOnlyList<string> Steps)
{
    public const string TestsQueue = "tests";
    public const string JudgingQueue = "judging";

    public static readonly QaLane Tests = new(TestsQueue, [QaStep.RunTests]);
    public static readonly QaLane Judging = new(JudgingQueue, [QaStep.RunJudge, QaStep.FinalizeQa]);
    public static readonly IReadOnlyList<QaLane> All = [Tests, Judging];

    public static QaLane Of(string step) => All.Single(lane => lane.Steps.Contains(step));

    public int Workers(QaOptions options) => this == Tests ? options.TestWorkers : options.JudgeWorkers;
}
