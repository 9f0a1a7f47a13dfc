using Hangfire;

namespace Datacurve.Server.Qa.Pipeline;

/// <summary>The queue over Hangfire, in memory in the embedded service.</summary>
internal sealed class HangfireQueue(IBackgroundJobClient jobs) : IQaQueue
{
    public void Enqueue(Guid qaJobId, TimeSpan delay = default)
    {
        if (delay > TimeSpan.Zero)
            jobs.Schedule<QaJob>(job => job.RunAsync(qaJobId, CancellationToken.None), delay);
        else
            jobs.Enqueue<QaJob>(job => job.RunAsync(qaJobId, CancellationToken.None));
    }
}

/// <summary>What Hangfire calls. Retries are the database's matter, so that Hangfire itself makes none.</summary>
[AutomaticRetry(Attempts = 0)]
internal sealed class QaJob(QaWorker worker)
{
    public Task RunAsync(Guid qaJobId, CancellationToken ct) => worker.RunAsync(qaJobId, ct);
}
