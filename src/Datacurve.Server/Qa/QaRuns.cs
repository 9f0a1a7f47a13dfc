using System.Data.Common;
using System.Text.Json;
using Dapper;
using Datacurve.Core;
using Datacurve.Core.Json;
using Datacurve.Core.Qa;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Qa;

/// <summary>
/// A claim on one step: who holds <see cref="Fence"/> may write its result, and nobody else.
/// </summary>
internal sealed record ClaimedStep(
    Guid QaJobId,
    TraceId TraceId,
    ProjectId Project,
    string Step,
    long Fence,
    int Attempt,
    QaResult Result
);

/// <summary>
/// The truth about QA. A queue only brings a job's id; what is to be done, by whom and how often it was tried
/// stands here, and every change is compare-and-set under the fence.
/// </summary>
internal sealed class QaRuns(Database database, QaOptions options, TimeProvider time)
{
    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Adds a job, inside the transaction of the caller.</summary>
    public async Task<Guid> AddAsync(DbConnection connection, TraceId traceId)
    {
        var qaJobId = Guid.CreateVersion7(time.GetUtcNow());
        await connection.ExecuteAsync(
            """
            insert into qa_runs (qa_job_id, trace_id, number, state, result, created_at_ms)
            select @qaJobId, @traceId, coalesce(max(number), 0) + 1, 'run_tests', @result, @now
            from qa_runs where trace_id = @traceId
            """,
            new
            {
                qaJobId = qaJobId.Stored(),
                traceId = traceId.Stored(),
                result = Json(new QaResult { QaJobId = qaJobId }),
                now = NowMs,
            }
        );
        return qaJobId;
    }

    /// <summary>
    /// Takes the job's next step, or null where it is done, held by a live worker, not due yet, or none of
    /// <paramref name="steps"/>.
    /// </summary>
    public Task<ClaimedStep?> ClaimAsync(Guid qaJobId, IReadOnlyList<string> steps, CancellationToken ct) =>
        database.WriteAsync(
            async connection =>
            {
                var row = await connection.QuerySingleOrDefaultAsync<ClaimedRow>(
                    $"""
                    update qa_runs
                    set fence = fence + 1, attempts = attempts + 1, lease_until_ms = @leaseUntil
                    where qa_job_id = @qaJobId and {database.IsAny("state", "@steps")}
                        and lease_until_ms <= @now and not_before_ms <= @now
                    returning trace_id as TraceId, state, fence, attempts, result,
                        (select project_id from traces t where t.trace_id = qa_runs.trace_id) as ProjectId
                    """,
                    new
                    {
                        qaJobId = qaJobId.Stored(),
                        steps = steps.ToArray(),
                        now = NowMs,
                        leaseUntil = LeaseUntil(),
                    }
                );
                return row is null
                    ? null
                    : new ClaimedStep(
                        qaJobId,
                        new TraceId(Ids.ToGuid(row.TraceId)),
                        new ProjectId(Ids.ToGuid(row.ProjectId)),
                        row.State,
                        row.Fence,
                        (int)row.Attempts,
                        Result(row.Result)
                    );
            },
            ct
        );

    /// <summary>Shows progress and keeps the claim alive. False where another worker has it now.</summary>
    public Task<bool> RenewAsync(ClaimedStep step, string? progress, CancellationToken ct) =>
        ChangeAsync(
            step,
            "lease_until_ms = @leaseUntil, progress = coalesce(@text, progress)",
            new Change(Text: progress),
            ct
        );

    /// <summary>
    /// Stores the step's result and moves on to the next. False where another worker has the job now.
    /// </summary>
    public Task<bool> AdvanceAsync(ClaimedStep step, QaResult result, CancellationToken ct) =>
        ChangeAsync(
            step,
            "state = @text, result = @result, attempts = 0, lease_until_ms = 0, not_before_ms = 0, progress = null",
            new Change(Text: QaStep.After(step.Step), Result: Json(result)),
            ct
        );

    /// <summary>
    /// Gives back a step whose worker stops in good order. It was not the step's fault: no try is counted.
    /// </summary>
    public Task<bool> HandBackAsync(ClaimedStep step, CancellationToken ct) =>
        ChangeAsync(step, "lease_until_ms = 0, attempts = attempts - 1, progress = null", new Change(), ct);

    /// <summary>Gives the step back, to be tried again when <paramref name="delay"/> is over.</summary>
    public Task<bool> RetryAsync(ClaimedStep step, string reason, TimeSpan delay, CancellationToken ct) =>
        ChangeAsync(
            step,
            "lease_until_ms = 0, not_before_ms = @notBefore, progress = @text",
            new Change(Text: reason, NotBefore: NowMs + (long)delay.TotalMilliseconds),
            ct
        );

    /// <summary>
    /// Ends the job and its trace together: the trace is complete, or failed with the reason. A trace that
    /// was complete before stays so with the result it had, whatever became of a QA that was asked for
    /// later.
    /// </summary>
    public Task<bool> EndAsync(ClaimedStep step, QaResult result, CancellationToken ct) =>
        database.WriteAsync(
            async connection =>
            {
                var state = result.Error is null ? QaStep.Done : QaStep.Failed;
                var ended = await connection.ExecuteAsync(
                    """
                    update qa_runs set state = @state, result = @result, lease_until_ms = 0, progress = null,
                        finished_at_ms = @now
                    where qa_job_id = @qaJobId and fence = @Fence and state = @Step
                    """,
                    new
                    {
                        state,
                        result = Json(result),
                        now = NowMs,
                        qaJobId = step.QaJobId.Stored(),
                        step.Fence,
                        step.Step,
                    }
                );
                if (ended == 0)
                    return false;

                await connection.ExecuteAsync(
                    """
                    update traces
                    set status = @status, qa_job_id = @qaJobId, overall = @overall, passed = @passed
                    where trace_id = @traceId and (@status = 'complete' or status <> 'complete')
                    """,
                    new
                    {
                        status = result.Error is null ? "complete" : "failed",
                        qaJobId = step.QaJobId.Stored(),
                        overall = result.Judge?.Overall,
                        passed = result.Tests is { } tests ? (tests.FinalPassed ? 1 : 0) : (int?)null,
                        traceId = step.TraceId.Stored(),
                    }
                );
                return true;
            },
            ct
        );

    /// <summary>Jobs at one of the steps that are due and that no live worker holds.</summary>
    public Task<List<(Guid QaJobId, string Step)>> DueAsync(IReadOnlyList<string> steps, int limit) =>
        database.ReadAsync(async connection =>
        {
            var due = await connection.QueryAsync<(byte[] QaJobId, string Step)>(
                $"""
                select qa_job_id, state from qa_runs
                where {database.IsAny("state", "@steps")} and state not in ('done', 'failed')
                    and lease_until_ms <= @now and not_before_ms <= @now
                order by created_at_ms limit @limit
                """,
                new
                {
                    steps = steps.ToArray(),
                    now = NowMs,
                    limit,
                }
            );
            return due.Select(row => (Ids.ToGuid(row.QaJobId), row.Step)).ToList();
        });

    /// <summary>
    /// Ends every lease. Called at the start of the one process that holds the store: no worker but those of
    /// the process before can have one.
    /// </summary>
    public Task<int> EndLeasesAsync(CancellationToken ct) =>
        database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    "update qa_runs set lease_until_ms = 0, progress = null where lease_until_ms > 0"
                ),
            ct
        );

    private Task<bool> ChangeAsync(
        ClaimedStep step,
        string assignments,
        Change change,
        CancellationToken ct
    ) =>
        database.WriteAsync(
            async connection =>
                await connection.ExecuteAsync(
                    $"update qa_runs set {assignments} where qa_job_id = @qaJobId and fence = @Fence and state = @Step",
                    new
                    {
                        qaJobId = step.QaJobId.Stored(),
                        step.Fence,
                        step.Step,
                        leaseUntil = LeaseUntil(),
                        text = change.Text,
                        result = change.Result,
                        notBefore = change.NotBefore,
                    }
                ) == 1,
            ct
        );

    private long LeaseUntil() => NowMs + options.LeaseSeconds * 1000L;

    private static byte[] Json(QaResult result) =>
        JsonSerializer.SerializeToUtf8Bytes(result, DatacurveJson.Default.QaResult);

    private static QaResult Result(byte[] json) =>
        JsonSerializer.Deserialize(json, DatacurveJson.Default.QaResult)!;

    private sealed record ClaimedRow(
        byte[] TraceId,
        string State,
        long Fence,
        long Attempts,
        byte[] Result,
        byte[] ProjectId
    );

    private readonly record struct Change(string? Text = null, byte[]? Result = null, long NotBefore = 0);
}
