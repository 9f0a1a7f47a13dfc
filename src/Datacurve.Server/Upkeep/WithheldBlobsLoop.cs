namespace Datacurve.Server.Upkeep;

/// <summary>
/// Removes what developers withhold, at the start and every hour: a look that finds something due reads all
/// names of the store.
/// </summary>
internal sealed class WithheldBlobsLoop(
    WithheldBlobs blobs,
    Options options,
    TimeProvider time,
    ILogger<WithheldBlobsLoop> log
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Roles.Worker)
            return;

        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                if (await blobs.RemoveAsync(stoppingToken) is > 0 and var removed)
                    log.RemovedWithheld(removed);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                log.RemovingWithheldFailed(exception);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
