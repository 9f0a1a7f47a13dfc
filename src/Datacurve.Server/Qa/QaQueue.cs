using Datacurve.Server.Qa.Pipeline;
using Hangfire;

namespace Datacurve.Server.Qa;

/// <summary>
/// Brings a job's id to a worker, over Hangfire. It may lose ids and bring them twice: the database is the
/// truth, and a sweep finds what was lost.
/// </summary>
internal sealed class QaQueue(IBackgroundJobClient jobs)
{
    public void Enqueue(Guid qaJobId, TimeSpan delay = default)
    {
        if (delay > TimeSpan.Zero)
            jobs.Schedule<QaJob>(job => job.RunAsync(qaJobId, CancellationToken.None), delay);
        else
            jobs.Enqueue<QaJob>(job => job.RunAsync(qaJobId, CancellationToken.None));
    }
}
