using System.Threading.Channels;
using Datacurve.Server.Qa.Pipeline;
using Hangfire;

namespace Datacurve.Server.Qa.Queues;

/// <summary>
/// Brings a job's id to a worker, over Hangfire. It may lose ids and bring them twice: the database is the
/// truth, and a sweep finds what was lost.
/// </summary>
/// <remarks>
/// Whoever queues never waits for the broker: ids go to it from a loop of their own, and where it is away
/// they are dropped until it is back.
/// </remarks>
internal sealed class QaQueue(QaBroker broker, TimeProvider time, ILogger<QaQueue> log) : BackgroundService
{
    private const int WaitingMax = 10_000;

    /// <summary>
    /// How long nothing is sent to a broker that has failed, so that not each id costs a timeout.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<Word> _waiting = Channel.CreateBounded<Word>(
        new BoundedChannelOptions(WaitingMax) { SingleReader = true }
    );
    private long _unsent;
    private long? _failedAt;

    /// <summary>
    /// Takes note and returns: never waits, never throws. A broker that is away costs the wait for the next
    /// sweep, not the caller's work.
    /// </summary>
    /// <param name="step">The job's next step, one of <see cref="QaStep"/>.</param>
    public void Enqueue(Guid qaJobId, string step, TimeSpan delay = default)
    {
        Interlocked.Increment(ref _unsent);
        if (!_waiting.Writer.TryWrite(new Word(qaJobId, QaLane.Of(step), delay)))
            Interlocked.Decrement(ref _unsent);
    }

    /// <summary>How many ids wait for a worker of the lane, or null while the broker is away.</summary>
    public long? Length(QaLane lane)
    {
        try
        {
            // In this order an id that is sent meanwhile counts twice rather than not at all.
            var unsent = Volatile.Read(ref _unsent);
            return broker.Storage is { } storage
                ? unsent + storage.GetMonitoringApi().EnqueuedCount(lane.Queue)
                : null;
        }
        catch (ObjectDisposedException)
        {
            // The service ends, or could not start.
            return null;
        }
        catch (Exception exception)
        {
            log.QueueUnreadable(lane.Queue, exception.Message);
            return null;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What is queued already is still sent; what comes now would be lost.
        _waiting.Writer.TryComplete();
        await Task.WhenAny(ExecuteTask ?? Task.CompletedTask, Task.Delay(Pause, time, cancellationToken));
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var jobs = new BackgroundJobClient(await broker.ReachedAsync(stoppingToken));
        await foreach (var word in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            if (IsPaused())
                log.JobUnheard(word.QaJobId);
            else
                Send(jobs, word);
            Interlocked.Decrement(ref _unsent);
        }
    }

    private bool IsPaused() => _failedAt is { } failed && time.GetElapsedTime(failed) < Pause;

    private void Send(BackgroundJobClient jobs, Word word)
    {
        var (id, lane, delay) = word;
        try
        {
            if (lane == QaLane.Tests && delay > TimeSpan.Zero)
                jobs.Schedule<QaJob>(job => job.RunTestsAsync(id), delay);
            else if (lane == QaLane.Tests)
                jobs.Enqueue<QaJob>(job => job.RunTestsAsync(id));
            else if (delay > TimeSpan.Zero)
                jobs.Schedule<QaJob>(job => job.JudgeAsync(id), delay);
            else
                jobs.Enqueue<QaJob>(job => job.JudgeAsync(id));
            _failedAt = null;
        }
        catch (Exception exception)
        {
            _failedAt = time.GetTimestamp();
            log.JobNotQueued(id, exception);
        }
    }

    private sealed record Word(Guid QaJobId, QaLane Lane, TimeSpan Delay);
}
