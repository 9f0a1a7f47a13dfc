using Datacurve.Server.Qa.Queues;
using Hangfire;
using Hangfire.AspNetCore;

namespace Datacurve.Server.Qa.Pipeline;

/// <summary>
/// The workers of this process: one Hangfire server for each lane, once the broker is there.
/// </summary>
internal sealed class QaServers(QaBroker broker, QaOptions options, IServiceScopeFactory scopes)
    : BackgroundService,
        IAsyncDisposable
{
    private static readonly TimeSpan SchedulePollingInterval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var storage = await broker.ReachedAsync(stoppingToken);
        var servers = QaLane.All.Select(lane => new BackgroundJobServer(OptionsOf(lane), storage)).ToList();
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The service stops. Steps that run hear of it too, and hand themselves back.
        }

        servers.ForEach(server => server.SendStop());
        foreach (var server in servers)
            await server.WaitForShutdownAsync(CancellationToken.None);
        servers.ForEach(server => server.Dispose());
    }

    /// <summary>
    /// Waits until the servers are gone. A host that is out of time for its stop goes on without them, and at
    /// the end of the process Hangfire waits for those that are there, and fails on one that goes meanwhile.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        if (ExecuteTask is { } running)
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Left to itself, Hangfire takes the activator from the process: that of whichever service was composed
    // last, and of one that is gone.
    private BackgroundJobServerOptions OptionsOf(QaLane lane) =>
        new()
        {
            Queues = [lane.Queue],
            WorkerCount = lane.Workers(options),
            Activator = new AspNetCoreJobActivator(scopes),
            SchedulePollingInterval = SchedulePollingInterval,
            ShutdownTimeout = Service.StopMax,
        };
}
