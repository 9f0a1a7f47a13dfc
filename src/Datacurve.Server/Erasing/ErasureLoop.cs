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
            await LookAsync(stoppingToken);
            await WaitAsync(stoppingToken);
        }
    }

    /// <summary>
    /// Each part for itself: an engine that is away keeps what it has, and no erasure open.
    /// </summary>
    private async Task LookAsync(CancellationToken ct)
    {
        var (erased, done) = (new Erased(0, 0, 0), 0);
        if (options.Roles.Worker)
            await TryAsync(async () => erased = await eraser.RunAsync(ct), ct);
        await TryAsync(() => leftovers.SweepAsync(ct), ct);
        if (options.Roles.Worker)
            await TryAsync(async () => done = await eraser.EndAsync(ct), ct);
        if (erased is not (0, 0, 0) || done > 0)
            log.ErasedTraces(erased.Deleted, erased.BlobsRemoved, erased.BlobsShared, done);
    }

    private async Task TryAsync(Func<Task> part, CancellationToken ct)
    {
        try
        {
            await part();
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            log.ErasingFailed(exception);
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
