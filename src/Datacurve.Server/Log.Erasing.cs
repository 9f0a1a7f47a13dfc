namespace Datacurve.Server;

/// <summary>What is told of erasures: 5700.</summary>
internal static partial class Log
{
    [LoggerMessage(
        5701,
        LogLevel.Information,
        "Erased traces, by their rows: {Traces}, blobs: {Blobs}; blobs that stay, since others name them: {Shared}; erasures that are done: {Done}"
    )]
    public static partial void ErasedTraces(this ILogger log, int traces, int blobs, int shared, int done);

    [LoggerMessage(
        5702,
        LogLevel.Error,
        "The look at erasures failed and is tried again; what has begun stays begun"
    )]
    public static partial void ErasingFailed(this ILogger log, Exception exception);

    [LoggerMessage(
        5703,
        LogLevel.Warning,
        "The events of the erased trace {TraceId} cannot be read: the blobs that they name are left to garbage collection"
    )]
    public static partial void ErasedUnread(this ILogger log, string traceId, Exception exception);
}
