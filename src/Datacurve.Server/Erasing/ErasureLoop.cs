using System.Threading.Channels;

namespace Datacurve.Server.Erasing;

/// <summary>
/// Carries erasures through: when one begins in this process, and every so often, for those that began
/// elsewhere, that wait for a blob, or that a killed process left.
/// </summary>
internal sealed class ErasureLoop(
    TraceEraser eraser,
    MachineLeftovers leftovers,
    Options options,
    TimeProvider time,
    ILogger<ErasureLoop> log
) : BackgroundService
{
    private readonly Channel<bool> _woken = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>An erasure has begun.</summary>
    public void Wake() => _woken.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                log.ErasingFailed(exception);
            }

            await WaitAsync(stoppingToken);
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        var isEraser = options.Roles.Worker;
        var erased = isEraser ? await eraser.RunAsync(ct) : new Erased(0, 0, 0);
        try
        {
            await leftovers.SweepAsync(ct);
        }
        finally
        {
            // An engine that is away keeps what it has, and no erasure open.
            var done = isEraser ? await eraser.EndAsync(ct) : 0;
            if (erased is not (0, 0, 0) || done > 0)
                log.ErasedTraces(erased.Deleted, erased.BlobsRemoved, erased.BlobsShared, done);
        }
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var woken = _woken.Reader.ReadAsync(ended.Token).AsTask();
        var late = Task.Delay(TimeSpan.FromSeconds(options.Keeping.SweepSeconds), time, ended.Token);
        await Task.WhenAny(woken, late);
        await ended.CancelAsync();
    }
}
