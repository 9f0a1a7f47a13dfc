namespace Datacurve.Server;

/// <summary>What is told of sandboxes and their images: 4200.</summary>
internal static partial class Log
{
    [LoggerMessage(4201, LogLevel.Information, "Pulled the image {Image}")]
    public static partial void ImagePulled(ILogger logger, string image);

    [LoggerMessage(4202, LogLevel.Information, "Prepared the image {Image} in {Seconds} s")]
    public static partial void ImagePrepared(ILogger logger, string image, double seconds);

    [LoggerMessage(
        4203,
        LogLevel.Warning,
        "Removed sandboxes that an earlier run of job {QaJobId} left behind: {Count}"
    )]
    public static partial void LeftoversRemoved(ILogger logger, Guid qaJobId, int count);

    [LoggerMessage(4204, LogLevel.Information, "Tests run in {Kind} sandboxes (SANDBOX={Setting})")]
    public static partial void SandboxChosen(ILogger logger, string kind, string setting);

    [LoggerMessage(4205, LogLevel.Warning, "No docker sandbox: {Fault}. The local one: {Local}")]
    public static partial void NoEngine(ILogger logger, string fault, string local);
}
