using Datacurve.Server.Qa.Queues;

namespace Datacurve.Server.Qa.Pipeline;

/// <summary>
/// Queues every job that is due and that nobody works on: those of a queue that lost them, of a worker that
/// was killed, and of the process before this one.
/// </summary>
internal sealed class QaSweeper(
    QaRuns runs,
    QaQueue queue,
    QaOptions options,
    TimeProvider time,
    ILogger<QaSweeper> log
) : BackgroundService
{
    private const int JobsQueuedMax = 1000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.SweepSeconds), time);
        do
        {
            try
            {
                foreach (var lane in QaLane.All)
                    await SweepAsync(lane);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                log.SweepFailed(exception);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // A job is due until a worker takes it, so that each sweep finds those again that only wait in a long
    // queue. Sweeps fill the queue up and never beyond.
    private async Task SweepAsync(QaLane lane)
    {
        if (queue.Length(lane) is not { } length)
            return;
        Telemetry.QaQueueLength.Record(length, new KeyValuePair<string, object?>("queue", lane.Queue));
        var room = JobsQueuedMax - length;
        if (room <= 0)
            return;
        var due = await runs.DueAsync(lane.Steps, (int)room);
        foreach (var (qaJobId, step) in due)
            queue.Enqueue(qaJobId, step);
        if (due.Count > 0)
            log.SweptJobs(due.Count);
    }
}
