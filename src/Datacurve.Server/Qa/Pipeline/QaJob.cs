using Hangfire;

namespace Datacurve.Server.Qa.Pipeline;

/// <summary>
/// What Hangfire calls. Retries are the database's matter, so that Hangfire itself makes none, and keeps no
/// record of failed calls, which would never go.
/// </summary>
[AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
internal sealed class QaJob(QaWorker worker)
{
    public Task RunAsync(Guid qaJobId, CancellationToken ct) => worker.RunAsync(qaJobId, ct);
}
