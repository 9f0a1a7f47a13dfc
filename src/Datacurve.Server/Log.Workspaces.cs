namespace Datacurve.Server;

/// <summary>What is told of workspaces: 5300.</summary>
internal static partial class Log
{
    [LoggerMessage(
        5301,
        LogLevel.Information,
        "fetched {Remote}: git ended with {ExitCode} after {DurationMs} ms"
    )]
    public static partial void Fetched(ILogger logger, string remote, int exitCode, long durationMs);

    [LoggerMessage(5302, LogLevel.Information, "built base {Key} in {DurationMs} ms")]
    public static partial void BaseBuilt(ILogger logger, string key, long durationMs);

    [LoggerMessage(
        5303,
        LogLevel.Information,
        "reproduced trace {TraceId}: files {Changes}, exact {Exact}, edits {EditsApplied} of {EditsTotal}"
    )]
    public static partial void Reproduced(
        ILogger logger,
        string traceId,
        int changes,
        bool exact,
        int editsApplied,
        int editsTotal
    );

    [LoggerMessage(5304, LogLevel.Information, "trace {TraceId} cannot be reproduced: {Reason}")]
    public static partial void NotReproducible(ILogger logger, string traceId, string reason);
}
