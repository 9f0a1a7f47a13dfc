using Hangfire;

namespace Datacurve.Server.Qa.Queues;

/// <summary>A broker that was reached, with the connection that goes with it.</summary>
internal sealed record OpenBroker(JobStorage Storage, IDisposable? Connection = null);

/// <summary>
/// The broker as far as it is there: a service starts and takes finalizes without it, and connects as soon as
/// it can.
/// </summary>
/// <param name="connect">Throws where it cannot be reached now; called again until it is.</param>
internal sealed class QaBroker(Func<Task<OpenBroker>> connect, TimeProvider time, ILogger<QaBroker> log)
    : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource<JobStorage> _reached = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private OpenBroker? _open;

    /// <summary>Null until it was reached for the first time. It may be away again later.</summary>
    public JobStorage? Storage => _open?.Storage;

    public Task<JobStorage> ReachedAsync(CancellationToken ct) => _reached.Task.WaitAsync(ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                _open = await connect();
                _reached.SetResult(_open.Storage);
                return;
            }
            catch (Exception exception)
            {
                if (attempt == 1)
                    log.BrokerAway(exception);
            }

            await Task.Delay(Retry, time, stoppingToken);
        }
    }

    public override void Dispose()
    {
        _open?.Connection?.Dispose();
        (_open?.Storage as IDisposable)?.Dispose();
        base.Dispose();
    }
}
