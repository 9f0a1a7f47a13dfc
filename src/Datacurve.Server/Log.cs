namespace Datacurve.Server;

/// <summary>
/// Every message of the service: ids and sizes, never content. A file has a hundred ids of its own, in their
/// order, and this one those from 5000; none is used again for something else.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(5001, LogLevel.Error, "A request to {Path} failed")]
    public static partial void RequestFailed(this ILogger log, string path, Exception exception);

    [LoggerMessage(5002, LogLevel.Information, "Swept unfinished uploads: {Count}")]
    public static partial void SweptUploads(this ILogger log, int count);

    [LoggerMessage(
        5003,
        LogLevel.Warning,
        "Signals between processes are away; live tails poll meanwhile: {Reason}"
    )]
    public static partial void SignalsAway(this ILogger log, string reason);

    [LoggerMessage(5004, LogLevel.Warning, "The provider that browsers sign in with is away: {Reason}")]
    public static partial void ProviderAway(this ILogger log, string reason);

    [LoggerMessage(
        5005,
        LogLevel.Warning,
        "Acts that wait to be audited: {Length}; one that is done over and over was left out"
    )]
    public static partial void AuditOverflowed(this ILogger log, int length);

    [LoggerMessage(5006, LogLevel.Error, "Acts that could not be audited: {Count}")]
    public static partial void AuditFailed(this ILogger log, int count, Exception exception);

    [LoggerMessage(5007, LogLevel.Warning, "A sign-in failed: {Reason}")]
    public static partial void SignInFailed(this ILogger log, string reason);
}
