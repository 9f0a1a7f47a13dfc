using System.Diagnostics;
using Datacurve.Core;
using Datacurve.Core.Qa;
using Datacurve.Server.Blobs;
using Datacurve.Server.Qa.Queues;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Qa.Pipeline;

/// <summary>
/// Works on one job at a time: claims its next step, keeps the claim alive while the step runs, and stores
/// what came of it. Every outcome is written under the claim's fence, so that a step that ran twice counts
/// once.
/// </summary>
internal sealed class QaWorker(
    QaRuns runs,
    IEnumerable<IQaStep> steps,
    CurrentProject project,
    QaQueue queue,
    QaOptions options,
    TimeProvider time,
    ILogger<QaWorker> log
)
{
    private readonly Dictionary<string, IQaStep> _steps = steps.ToDictionary(step => step.Name);

    /// <summary>Runs the job's next step, if it is due and free, and queues the one after it.</summary>
    /// <param name="qaJobId">Any id; one that is not in the store does nothing.</param>
    /// <param name="lane">A step of another lane is left to that lane's workers.</param>
    /// <param name="ct">The server stops: the step is handed back, for the next server to take.</param>
    public async Task RunAsync(Guid qaJobId, QaLane lane, CancellationToken ct)
    {
        // A job that comes while the server stops is left to another.
        if (ct.IsCancellationRequested || await runs.ClaimAsync(qaJobId, lane.Steps, ct) is not { } step)
            return;

        (project.Id, project.MadeOf) = (step.Project, step.TraceId);
        log.StepBegins(qaJobId, step.TraceId.ToString(), step.Step, step.Attempt);
        using var activity = Telemetry.Source.StartActivity(step.Step);
        activity?.SetTag("datacurve.trace_id", step.TraceId.ToString());
        activity?.SetTag("datacurve.attempt", step.Attempt);
        var started = time.GetTimestamp();
        var outcome = await RunClaimedAsync(step, ct);
        if (outcome != StepOutcome.Done)
            activity?.SetStatus(ActivityStatusCode.Error, outcome);
        Telemetry.QaStepSeconds.Record(
            time.GetElapsedTime(started).TotalSeconds,
            new KeyValuePair<string, object?>("step", step.Step),
            new KeyValuePair<string, object?>("outcome", outcome)
        );
    }

    /// <summary>
    /// The step under a heartbeat. What it throws is judged here and nowhere else: a stopping server and a
    /// lost claim make steps throw all kinds of things, and neither is the step's fault.
    /// </summary>
    private async Task<string> RunClaimedAsync(ClaimedStep step, CancellationToken ct)
    {
        var heartbeat = new Heartbeat(runs, step, options, time, log, ct);
        try
        {
            // A worker that dies with its step leaves only the count of its claims behind.
            if (step.Attempt > options.Attempts)
                return await GiveUpAsync(step, ct);

            var result = await _steps[step.Step].RunAsync(step, heartbeat, heartbeat.Token);
            return await StoreAsync(step, result);
        }
        catch (Exception) when (heartbeat.Lost)
        {
            log.StepFenced(step.QaJobId, step.Step);
            return StepOutcome.Fenced;
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            await runs.HandBackAsync(step, CancellationToken.None);
            log.StepHandedBack(step.QaJobId, step.Step);
            return StepOutcome.HandedBack;
        }
        catch (Exception exception)
        {
            return await RetryOrFailAsync(step, exception);
        }
        finally
        {
            await heartbeat.DisposeAsync();
        }
    }

    // What is finished is stored even where the server stops meanwhile: it would only be done again.
    private async Task<string> StoreAsync(ClaimedStep step, QaResult result)
    {
        var last = QaStep.After(step.Step) == QaStep.Done;
        var stored = last
            ? await runs.EndAsync(step, result, CancellationToken.None)
            : await runs.AdvanceAsync(step, result, CancellationToken.None);
        if (!stored)
        {
            log.StepFenced(step.QaJobId, step.Step);
            return StepOutcome.Fenced;
        }

        log.StepDone(step.QaJobId, step.Step);
        if (!last)
            queue.Enqueue(step.QaJobId, QaStep.After(step.Step));
        return StepOutcome.Done;
    }

    private async Task<string> GiveUpAsync(ClaimedStep step, CancellationToken ct)
    {
        try
        {
            await _steps[step.Step].RemoveLeftoversAsync(step.QaJobId, ct);
        }
        catch (InfrastructureException exception)
        {
            log.LeftoversStay(step.QaJobId, exception);
        }

        var reason =
            $"{step.Step} did not survive {Quantity.Of(options.Attempts, "attempt")}: its server ended each time";
        await runs.EndAsync(step, step.Result with { Error = reason }, CancellationToken.None);
        return StepOutcome.Failed;
    }

    private async Task<string> RetryOrFailAsync(ClaimedStep step, Exception exception)
    {
        // The message of a fault that nobody foresaw may hold anything, so that only the log has it.
        var storeAway = StoreFaults.IsAway(exception);
        var foreseen =
            storeAway
            || exception is InfrastructureException or BlobCorruptException or TraceTooLargeException;
        var reason = exception switch
        {
            _ when storeAway => "the store could not be reached",
            _ when foreseen => exception.Message,
            _ => $"{step.Step} met an unexpected {exception.GetType().Name}; "
                + $"see the server's log of QA {step.QaJobId}",
        };
        if (step.Attempt >= options.Attempts || exception is TraceTooLargeException)
        {
            log.StepFailed(step.QaJobId, step.Step, exception);
            await runs.EndAsync(step, step.Result with { Error = reason }, CancellationToken.None);
            return StepOutcome.Failed;
        }

        if (foreseen)
            log.StepRetried(step.QaJobId, step.Step, reason);
        else
            log.StepBroke(step.QaJobId, step.Step, exception);
        var delay = GrowingPause.After(
            TimeSpan.FromSeconds(options.BackoffSeconds),
            step.Attempt,
            QaOptions.BackoffMax
        );
        if (await runs.RetryAsync(step, $"attempt {step.Attempt}: {reason}", delay, CancellationToken.None))
            queue.Enqueue(step.QaJobId, step.Step, delay);
        return StepOutcome.Retried;
    }

    /// <summary>How a claim ended, as the metrics name it.</summary>
    private static class StepOutcome
    {
        public const string Done = "done";
        public const string Retried = "retried";
        public const string Failed = "failed";
        public const string Fenced = "fenced";
        public const string HandedBack = "handed_back";
    }
}
