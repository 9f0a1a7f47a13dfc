namespace Datacurve.Server;

/// <summary>What is told of blobs: 5600.</summary>
internal static partial class Log
{
    [LoggerMessage(
        5601,
        LogLevel.Information,
        "Blobs that nothing named, removed: {Removed}, bytes of them: {Bytes}, marked: {Marked}"
    )]
    public static partial void CollectedBlobs(this ILogger log, int removed, long bytes, int marked);

    [LoggerMessage(5602, LogLevel.Warning, "The collection of blobs failed and is tried again at its time")]
    public static partial void CollectionFailed(this ILogger log, Exception exception);

    [LoggerMessage(5603, LogLevel.Information, "Removed blobs that developers withhold: {Removed}")]
    public static partial void RemovedWithheld(this ILogger log, int removed);

    [LoggerMessage(
        5604,
        LogLevel.Warning,
        "The removal of withheld blobs failed and is tried again at its time"
    )]
    public static partial void RemovingWithheldFailed(this ILogger log, Exception exception);
}
