using Datacurve.Cli.Client;

namespace Datacurve.Cli.Spool;

/// <summary>
/// Sends in the background while the recording goes on (<c>datacurve record --live</c>). A service that is
/// away, or refuses, changes nothing: it is tried again, and what is left goes with `datacurve push`.
/// </summary>
internal sealed class LiveShipping : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _shipping;

    private LiveShipping(Func<CancellationToken, Task> ship) => _shipping = ship(_stop.Token);

    /// <summary>Starts sending; disposing stops it, and sends nothing more.</summary>
    public static LiveShipping Start(
        Recording recording,
        ServiceClient client,
        ShipperOptions options,
        TimeProvider time
    ) => new(ct => RunAsync(recording, client, options, time, ct));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _shipping;
        _stop.Dispose();
    }

    private static async Task RunAsync(
        Recording recording,
        ServiceClient client,
        ShipperOptions options,
        TimeProvider time,
        CancellationToken ct
    )
    {
        // The developer's shell is on this terminal: nothing is printed, `datacurve status` says it.
        var backoff = new Backoff(options, time, _ => { });
        var shipper = recording.ShipperTo(client, backoff, options);
        try
        {
            while (true)
            {
                await Task.Delay(options.LiveInterval, time, ct);
                try
                {
                    await shipper.ShipAsync(ct);
                }
                catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
                {
                    // Whatever it is, the recording goes on.
                    await Task.Delay(options.PauseMax, time, ct);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The recording ends; what is left stays on disk.
        }
    }
}
