using Datacurve.Server.Storage.Sealing;

namespace Datacurve.Server.Storage;

/// <summary>
/// The loop that keeps the store small: seals what is finished, and removes what has expired.
/// </summary>
internal sealed class StoreKeeper(
    TraceSealer sealer,
    ExpiredTraces expired,
    Options options,
    TimeProvider time,
    ILogger<StoreKeeper> log
) : BackgroundService
{
    private const int PageLength = 100;

    // For what has expired SQLite is written anew, and cached repositories go: once for all of an hour.
    private static readonly TimeSpan ExpireEvery = TimeSpan.FromHours(1);

    private long? _expired;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Keeping.SweepSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // What has expired is not sealed first; where that cannot be told, sealing goes on.
            await TryAsync(ExpireAsync, stoppingToken);
            await TryAsync(SealAsync, stoppingToken);
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> look, CancellationToken ct)
    {
        try
        {
            await look(ct);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            log.KeepingFailed(exception);
        }
    }

    private async Task ExpireAsync(CancellationToken ct)
    {
        if (_expired is { } last && time.GetElapsedTime(last) < ExpireEvery)
            return;
        if (await expired.RemoveAsync(ct) is > 0 and var removed)
            log.RemovedTraces(removed);
        _expired = time.GetTimestamp();
    }

    /// <summary>One look at every trace that is due: one that cannot be sealed holds up no other.</summary>
    private async Task SealAsync(CancellationToken ct)
    {
        var count = 0;
        var after = DueTrace.Start;
        List<DueTrace> page;
        do
        {
            page = await sealer.DueAsync(after, PageLength);
            foreach (var due in page)
            {
                after = due;
                try
                {
                    if (await sealer.SealAsync(due.TraceId, ct))
                        count++;
                }
                catch (Exception exception) when (!ct.IsCancellationRequested)
                {
                    log.SealFailed(due.TraceId.ToString(), exception);
                }
            }
        } while (page.Count == PageLength);

        if (count > 0)
            log.SealedTraces(count);
    }
}
