namespace Datacurve.Server;

/// <summary>What is told of blobs.</summary>
internal static partial class Log
{
    [LoggerMessage(
        5601,
        LogLevel.Information,
        "Removed {Removed} blobs that nothing named, of {Bytes} bytes; marked {Marked}"
    )]
    public static partial void CollectedBlobs(this ILogger log, int removed, long bytes, int marked);

    [LoggerMessage(5602, LogLevel.Warning, "The collection of blobs failed and is tried again at its time")]
    public static partial void CollectionFailed(this ILogger log, Exception exception);

    [LoggerMessage(5603, LogLevel.Information, "Removed {Removed} blobs that developers withhold")]
    public static partial void RemovedWithheld(this ILogger log, int removed);

    [LoggerMessage(
        5604,
        LogLevel.Warning,
        "The removal of withheld blobs failed and is tried again at its time"
    )]
    public static partial void RemovingWithheldFailed(this ILogger log, Exception exception);
}
