namespace Datacurve.Server;

/// <summary>Every message of the service: ids and sizes, never content.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "A request to {Path} failed")]
    public static partial void RequestFailed(this ILogger log, string path, Exception exception);

    [LoggerMessage(2, LogLevel.Information, "Swept {Count} unfinished uploads")]
    public static partial void SweptUploads(this ILogger log, int count);

    [LoggerMessage(
        3,
        LogLevel.Information,
        "QA {QaJobId} of trace {TraceId}: {Step} begins (attempt {Attempt})"
    )]
    public static partial void StepBegins(
        this ILogger log,
        Guid qaJobId,
        string traceId,
        string step,
        int attempt
    );

    [LoggerMessage(4, LogLevel.Information, "QA {QaJobId}: {Step} is done")]
    public static partial void StepDone(this ILogger log, Guid qaJobId, string step);

    [LoggerMessage(20, LogLevel.Information, "Trace {TraceId}: {Count} chunks replaced that cut a secret")]
    public static partial void MendedSeams(this ILogger log, string traceId, int count);

    [LoggerMessage(
        21,
        LogLevel.Warning,
        "Trace {TraceId}: the chunk of event {Seq} cuts a secret and is too large to replace ({Bytes} bytes): "
            + "it is withheld"
    )]
    public static partial void SeamWithheld(this ILogger log, string traceId, long seq, long bytes);

    [LoggerMessage(5, LogLevel.Warning, "QA {QaJobId}: {Step} failed and is tried again: {Reason}")]
    public static partial void StepRetried(this ILogger log, Guid qaJobId, string step, string reason);

    [LoggerMessage(6, LogLevel.Error, "QA {QaJobId}: {Step} failed for the last time")]
    public static partial void StepFailed(this ILogger log, Guid qaJobId, string step, Exception exception);

    [LoggerMessage(
        7,
        LogLevel.Warning,
        "QA {QaJobId}: {Step} was taken over by another worker; its result is dropped"
    )]
    public static partial void StepFenced(this ILogger log, Guid qaJobId, string step);

    [LoggerMessage(8, LogLevel.Information, "Swept {Count} QA jobs that nobody worked on")]
    public static partial void SweptJobs(this ILogger log, int count);

    [LoggerMessage(10, LogLevel.Information, "QA {QaJobId}: {Step} is handed back; the server stops")]
    public static partial void StepHandedBack(this ILogger log, Guid qaJobId, string step);

    [LoggerMessage(11, LogLevel.Error, "QA {QaJobId}: {Step} met what nobody foresaw and is tried again")]
    public static partial void StepBroke(this ILogger log, Guid qaJobId, string step, Exception exception);

    [LoggerMessage(12, LogLevel.Warning, "QA {QaJobId}: the claim on {Step} could not be renewed")]
    public static partial void BeatFailed(this ILogger log, Guid qaJobId, string step, Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "QA {QaJobId}: what killed runs left could not be removed")]
    public static partial void LeftoversStay(this ILogger log, Guid qaJobId, Exception exception);

    [LoggerMessage(14, LogLevel.Warning, "QA {QaJobId} was not queued and waits for the next sweep")]
    public static partial void JobNotQueued(this ILogger log, Guid qaJobId, Exception exception);

    [LoggerMessage(15, LogLevel.Debug, "QA {QaJobId} waits for the next sweep: the broker is away")]
    public static partial void JobUnheard(this ILogger log, Guid qaJobId);

    [LoggerMessage(16, LogLevel.Warning, "The queue {Queue} cannot be read: {Reason}")]
    public static partial void QueueUnreadable(this ILogger log, string queue, string reason);

    [LoggerMessage(17, LogLevel.Warning, "The broker cannot be reached; QA waits until it can")]
    public static partial void BrokerAway(this ILogger log, Exception exception);

    [LoggerMessage(
        18,
        LogLevel.Warning,
        "REDIS_URL is set and cannot be reached; jobs queue in memory: {Reason}"
    )]
    public static partial void QueuesInMemory(this ILogger log, string reason);

    [LoggerMessage(
        19,
        LogLevel.Warning,
        "Signals between processes are away; live tails poll meanwhile: {Reason}"
    )]
    public static partial void SignalsAway(this ILogger log, string reason);

    [LoggerMessage(9, LogLevel.Error, "The sweep of QA jobs failed")]
    public static partial void SweepFailed(this ILogger log, Exception exception);

    [LoggerMessage(60, LogLevel.Information, "Sealed {Count} traces")]
    public static partial void SealedTraces(this ILogger log, int count);

    [LoggerMessage(61, LogLevel.Information, "Removed {Count} traces that have expired")]
    public static partial void RemovedTraces(this ILogger log, int count);

    [LoggerMessage(62, LogLevel.Error, "Trace {TraceId} could not be sealed and stays as it is")]
    public static partial void SealFailed(this ILogger log, string traceId, Exception exception);

    [LoggerMessage(63, LogLevel.Error, "The look for traces to seal or to remove failed")]
    public static partial void KeepingFailed(this ILogger log, Exception exception);

    [LoggerMessage(
        55,
        LogLevel.Warning,
        "{Length} acts wait to be audited; one that is done over and over was left out"
    )]
    public static partial void AuditOverflowed(this ILogger log, int length);

    [LoggerMessage(56, LogLevel.Error, "{Count} acts could not be audited")]
    public static partial void AuditFailed(this ILogger log, int count, Exception exception);

    [LoggerMessage(57, LogLevel.Warning, "The provider that browsers sign in with is away: {Reason}")]
    public static partial void ProviderAway(this ILogger log, string reason);
}
