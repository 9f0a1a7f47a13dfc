namespace Datacurve.Server;

/// <summary>What is told of QA and its queues: 4000.</summary>
internal static partial class Log
{
    [LoggerMessage(
        4001,
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

    [LoggerMessage(4002, LogLevel.Information, "QA {QaJobId}: {Step} is done")]
    public static partial void StepDone(this ILogger log, Guid qaJobId, string step);

    [LoggerMessage(4003, LogLevel.Warning, "QA {QaJobId}: {Step} failed and is tried again: {Reason}")]
    public static partial void StepRetried(this ILogger log, Guid qaJobId, string step, string reason);

    [LoggerMessage(4004, LogLevel.Error, "QA {QaJobId}: {Step} failed for the last time")]
    public static partial void StepFailed(this ILogger log, Guid qaJobId, string step, Exception exception);

    [LoggerMessage(
        4005,
        LogLevel.Warning,
        "QA {QaJobId}: {Step} was taken over by another worker; its result is dropped"
    )]
    public static partial void StepFenced(this ILogger log, Guid qaJobId, string step);

    [LoggerMessage(4006, LogLevel.Information, "QA {QaJobId}: {Step} is handed back; the server stops")]
    public static partial void StepHandedBack(this ILogger log, Guid qaJobId, string step);

    [LoggerMessage(4007, LogLevel.Error, "QA {QaJobId}: {Step} met what nobody foresaw and is tried again")]
    public static partial void StepBroke(this ILogger log, Guid qaJobId, string step, Exception exception);

    [LoggerMessage(4008, LogLevel.Warning, "QA {QaJobId}: the claim on {Step} could not be renewed")]
    public static partial void BeatFailed(this ILogger log, Guid qaJobId, string step, Exception exception);

    [LoggerMessage(4009, LogLevel.Warning, "QA {QaJobId}: what killed runs left could not be removed")]
    public static partial void LeftoversStay(this ILogger log, Guid qaJobId, Exception exception);

    [LoggerMessage(4010, LogLevel.Warning, "QA {QaJobId} was not queued and waits for the next sweep")]
    public static partial void JobNotQueued(this ILogger log, Guid qaJobId, Exception exception);

    [LoggerMessage(4011, LogLevel.Debug, "QA {QaJobId} waits for the next sweep: the broker is away")]
    public static partial void JobUnheard(this ILogger log, Guid qaJobId);

    [LoggerMessage(4012, LogLevel.Information, "Swept QA jobs that nobody worked on: {Count}")]
    public static partial void SweptJobs(this ILogger log, int count);

    [LoggerMessage(4013, LogLevel.Error, "The sweep of QA jobs failed")]
    public static partial void SweepFailed(this ILogger log, Exception exception);

    [LoggerMessage(4014, LogLevel.Warning, "The queue {Queue} cannot be read: {Reason}")]
    public static partial void QueueUnreadable(this ILogger log, string queue, string reason);

    [LoggerMessage(4015, LogLevel.Warning, "The broker cannot be reached; QA waits until it can")]
    public static partial void BrokerAway(this ILogger log, Exception exception);

    [LoggerMessage(
        4016,
        LogLevel.Warning,
        "REDIS_URL is set and cannot be reached; jobs queue in memory: {Reason}"
    )]
    public static partial void QueuesInMemory(this ILogger log, string reason);

    [LoggerMessage(4017, LogLevel.Information, "Trace {TraceId}: replaced chunks that cut a secret: {Count}")]
    public static partial void MendedSeams(this ILogger log, string traceId, int count);

    [LoggerMessage(
        4018,
        LogLevel.Warning,
        "Trace {TraceId}: the chunk of event {Seq} cuts a secret and is too large to replace (bytes: {Bytes}): "
            + "it is withheld"
    )]
    public static partial void SeamWithheld(this ILogger log, string traceId, long seq, long bytes);
}
