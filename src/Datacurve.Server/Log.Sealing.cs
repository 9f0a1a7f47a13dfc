namespace Datacurve.Server;

/// <summary>What is told of traces that are sealed, and of those that are kept no longer: 5500.</summary>
internal static partial class Log
{
    [LoggerMessage(5501, LogLevel.Information, "Sealed traces: {Count}")]
    public static partial void SealedTraces(this ILogger log, int count);

    [LoggerMessage(5502, LogLevel.Information, "Removed traces that have expired: {Count}")]
    public static partial void RemovedTraces(this ILogger log, int count);

    [LoggerMessage(5503, LogLevel.Error, "Trace {TraceId} could not be sealed and stays as it is")]
    public static partial void SealFailed(this ILogger log, string traceId, Exception exception);

    [LoggerMessage(5504, LogLevel.Error, "The look for traces to seal or to remove failed")]
    public static partial void KeepingFailed(this ILogger log, Exception exception);

    [LoggerMessage(5505, LogLevel.Error, "Trace {TraceId} has expired and could not be removed")]
    public static partial void ExpireFailed(this ILogger log, string traceId, Exception exception);
}
