using Datacurve.Server.Qa.Pipeline;
using Hangfire;
using Hangfire.States;

namespace Datacurve.Server.Qa;

/// <summary>
/// Brings a job's id to a worker, over Hangfire. It may lose ids and bring them twice: the database is the
/// truth, and a sweep finds what was lost.
/// </summary>
internal sealed class QaQueue(IBackgroundJobClient jobs, JobStorage storage, ILogger<QaQueue> log)
{
    /// <summary>How many ids wait for a worker.</summary>
    public long Length => storage.GetMonitoringApi().EnqueuedCount(EnqueuedState.DefaultQueue);

    /// <summary>
    /// Never throws: a broker that is away costs the wait for the next sweep, not the caller's work.
    /// </summary>
    public void Enqueue(Guid qaJobId, TimeSpan delay = default)
    {
        try
        {
            if (delay > TimeSpan.Zero)
                jobs.Schedule<QaJob>(job => job.RunAsync(qaJobId, CancellationToken.None), delay);
            else
                jobs.Enqueue<QaJob>(job => job.RunAsync(qaJobId, CancellationToken.None));
        }
        catch (Exception exception)
        {
            log.JobNotQueued(qaJobId, exception);
        }
    }
}
