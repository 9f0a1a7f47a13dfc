namespace Datacurve.Server.Qa.Pipeline;

/// <summary>
/// Keeps a claim alive while its step runs and takes the step's messages along. <see cref="Token"/> ends the
/// step when the server stops or another worker has taken the claim.
/// </summary>
internal sealed class Heartbeat : IProgress<string>, IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    private readonly QaRuns _runs;
    private readonly ClaimedStep _step;
    private readonly TimeSpan _renewEvery;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _ended;
    private readonly Task _beating;
    private string? _message;

    public Heartbeat(
        QaRuns runs,
        ClaimedStep step,
        QaOptions options,
        TimeProvider time,
        ILogger log,
        CancellationToken ct
    )
    {
        (_runs, _step, _time, _log) = (runs, step, time, log);
        _renewEvery = TimeSpan.FromSeconds(options.LeaseSeconds / 3.0);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _beating = BeatAsync();
    }

    public CancellationToken Token => _ended.Token;

    /// <summary>Whether another worker has the claim now.</summary>
    public bool Lost { get; private set; }

    /// <summary>Shown with the next beat; of several messages in between only the newest.</summary>
    public void Report(string value) => Volatile.Write(ref _message, value);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _beating;
        _ended.Dispose();
    }

    private async Task BeatAsync()
    {
        var renewed = _time.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(Poll, _time, _ended.Token);
                var message = Interlocked.Exchange(ref _message, null);
                if (message is null && _time.GetElapsedTime(renewed) < _renewEvery)
                    continue;
                if (await RenewAsync(message))
                    renewed = _time.GetTimestamp();
            }
        }
        catch (OperationCanceledException)
        {
            // The step is over, or was taken over.
        }
    }

    private async Task<bool> RenewAsync(string? message)
    {
        try
        {
            Lost = !await _runs.RenewAsync(_step, message, _ended.Token);
            if (Lost)
                await _ended.CancelAsync();
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A store that is busy or full now may take the next beat; the lease has room for it.
            _log.BeatFailed(_step.QaJobId, _step.Step, exception);
            return false;
        }
    }
}
