namespace Datacurve.Server.Upkeep;

/// <summary>Collects blobs every so often, where that is asked for.</summary>
internal sealed class BlobCollectorLoop(
    BlobCollector collector,
    Options options,
    TimeProvider time,
    ILogger<BlobCollectorLoop> log
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Blobs.CollectEveryHours == 0)
            return;

        using var timer = new PeriodicTimer(TimeSpan.FromHours(options.Blobs.CollectEveryHours), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var collected = await collector.RunAsync(dryRun: false, progress: null, stoppingToken);
                log.CollectedBlobs(collected.Removed, collected.RemovedBytes, collected.Marked);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                log.CollectionFailed(exception);
            }
        }
    }
}
