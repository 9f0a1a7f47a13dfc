namespace Datacurve.Server.Upkeep;

/// <summary>
/// Removes what developers withhold, at the start and every minute. A look that finds something due reads all
/// names of the store, so that in a large one the looks are further apart: they take a thirtieth of the time.
/// </summary>
internal sealed class WithheldBlobsLoop(
    WithheldBlobs blobs,
    Options options,
    TimeProvider time,
    ILogger<WithheldBlobsLoop> log
) : BackgroundService
{
    private const int PauseFactor = 30;
    private static readonly TimeSpan PauseMin = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Roles.Worker)
            return;

        while (!stoppingToken.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            try
            {
                if (await blobs.RemoveAsync(stoppingToken) is > 0 and var removed)
                    log.RemovedWithheld(removed);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                log.RemovingWithheldFailed(exception);
            }

            var pause = PauseFactor * time.GetElapsedTime(started);
            await Task.Delay(pause > PauseMin ? pause : PauseMin, time, stoppingToken);
        }
    }
}
