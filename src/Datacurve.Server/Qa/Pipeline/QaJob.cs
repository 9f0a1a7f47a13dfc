using Datacurve.Server.Qa.Queues;
using Hangfire;

namespace Datacurve.Server.Qa.Pipeline;

/// <summary>
/// What Hangfire calls. Retries are the database's matter, so that Hangfire itself makes none, and keeps no
/// record of failed calls, which would never go.
/// </summary>
/// <remarks>
/// A step ends early when this server stops, and for no other reason: Hangfire's own token also falls when
/// the broker forgets a job, which changes nothing in what is to be done.
/// </remarks>
[AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
internal sealed class QaJob(QaWorker worker, IHostApplicationLifetime server)
{
    [Queue(QaLane.TestsQueue)]
    public Task RunTestsAsync(Guid qaJobId) =>
        worker.RunAsync(qaJobId, QaLane.Tests, server.ApplicationStopping);

    [Queue(QaLane.JudgingQueue)]
    public Task JudgeAsync(Guid qaJobId) =>
        worker.RunAsync(qaJobId, QaLane.Judging, server.ApplicationStopping);
}
