namespace Datacurve.Server;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Pulled the image {Image}")]
    public static partial void ImagePulled(ILogger logger, string image);

    [LoggerMessage(Level = LogLevel.Information, Message = "Prepared the image {Image} in {Seconds} s")]
    public static partial void ImagePrepared(ILogger logger, string image, double seconds);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Removed {Count} sandboxes that an earlier run of job {QaJobId} left behind"
    )]
    public static partial void LeftoversRemoved(ILogger logger, Guid qaJobId, int count);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Tests run in {Kind} sandboxes (SANDBOX={Setting})"
    )]
    public static partial void SandboxChosen(ILogger logger, string kind, string setting);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No docker sandbox: {Fault}. The local one: {Local}")]
    public static partial void NoEngine(ILogger logger, string fault, string local);
}
