using Datacurve.Core.Qa;

namespace Datacurve.Server.Qa.Pipeline;

/// <summary>
/// Works on one job at a time: claims its next step, keeps the claim alive while the step runs, and stores
/// what came of it. Every outcome is written under the claim's fence, so that a step that ran twice counts
/// once.
/// </summary>
internal sealed class QaWorker(
    QaRuns runs,
    IEnumerable<IQaStep> steps,
    QaQueue queue,
    QaOptions options,
    TimeProvider time,
    ILogger<QaWorker> log
)
{
    private readonly Dictionary<string, IQaStep> _steps = steps.ToDictionary(step => step.Name);

    /// <summary>Runs the job's next step, if it is due and free, and queues the one after it.</summary>
    public async Task RunAsync(Guid qaJobId, CancellationToken ct)
    {
        if (await runs.ClaimAsync(qaJobId, ct) is not { } step)
            return;

        log.StepBegins(qaJobId, step.TraceId.ToString(), step.Step, step.Attempt);
        using var activity = Telemetry.Source.StartActivity(step.Step);
        activity?.SetTag("datacurve.trace_id", step.TraceId.ToString());
        var started = time.GetTimestamp();
        try
        {
            // A worker that dies with its step leaves only the count of its claims behind.
            if (step.Attempt > options.Attempts)
                throw new InfrastructureException($"{step.Step} did not survive {options.Attempts} attempts");

            var result = await RunClaimedAsync(step, ct);
            Telemetry.QaStepSeconds.Record(
                time.GetElapsedTime(started).TotalSeconds,
                new KeyValuePair<string, object?>("step", step.Step)
            );
            await StoreAsync(step, result, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await runs.ReleaseAsync(
                step,
                "handed back by a worker that stopped",
                TimeSpan.Zero,
                CancellationToken.None
            );
            throw;
        }
        catch (OperationCanceledException)
        {
            log.StepFenced(qaJobId, step.Step);
        }
        catch (Exception exception)
        {
            await RetryOrFailAsync(step, exception, ct);
        }
    }

    /// <summary>The step under a heartbeat; cancelled when another worker has taken the claim.</summary>
    private async Task<QaResult> RunClaimedAsync(ClaimedStep step, CancellationToken ct)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var progress = new LatestMessage();
        var heartbeat = BeatAsync(step, progress, lost);
        try
        {
            return await _steps[step.Step].RunAsync(step, progress, lost.Token);
        }
        finally
        {
            await lost.CancelAsync();
            await heartbeat;
        }
    }

    private async Task BeatAsync(ClaimedStep step, LatestMessage progress, CancellationTokenSource lost)
    {
        var lease = TimeSpan.FromSeconds(options.LeaseSeconds / 3.0);
        var poll = TimeSpan.FromMilliseconds(250);
        var renewed = time.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(poll, time, lost.Token);
                var message = progress.Take();
                if (message is null && time.GetElapsedTime(renewed) < lease)
                    continue;
                if (!await runs.RenewAsync(step, message, lost.Token))
                    await lost.CancelAsync();
                renewed = time.GetTimestamp();
            }
        }
        catch (OperationCanceledException)
        {
            // The step is over, or was taken over.
        }
    }

    private async Task StoreAsync(ClaimedStep step, QaResult result, CancellationToken ct)
    {
        var last = QaStep.After(step.Step) == QaStep.Done;
        var stored = last ? await runs.EndAsync(step, result, ct) : await runs.AdvanceAsync(step, result, ct);
        if (!stored)
        {
            log.StepFenced(step.QaJobId, step.Step);
            return;
        }

        log.StepDone(step.QaJobId, step.Step);
        if (!last)
            queue.Enqueue(step.QaJobId);
    }

    private async Task RetryOrFailAsync(ClaimedStep step, Exception exception, CancellationToken ct)
    {
        if (step.Attempt >= options.Attempts)
        {
            log.StepFailed(step.QaJobId, step.Step, exception);
            var reason =
                exception is InfrastructureException
                    ? exception.Message
                    : $"{step.Step} failed: {exception.GetType().Name}";
            await runs.EndAsync(step, step.Result with { Error = reason }, ct);
            return;
        }

        log.StepRetried(step.QaJobId, step.Step, exception.Message);
        var delay = TimeSpan.FromSeconds(options.BackoffSeconds * Math.Pow(2, step.Attempt - 1));
        if (await runs.ReleaseAsync(step, $"attempt {step.Attempt}: {exception.Message}", delay, ct))
            queue.Enqueue(step.QaJobId, delay);
    }

    /// <summary>The newest message of a step, until the heartbeat takes it along.</summary>
    private sealed class LatestMessage : IProgress<string>
    {
        private string? _message;

        public void Report(string value) => Volatile.Write(ref _message, value);

        public string? Take() => Interlocked.Exchange(ref _message, null);
    }
}
