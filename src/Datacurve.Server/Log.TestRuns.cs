using Datacurve.Core;
using Datacurve.Core.Qa;

namespace Datacurve.Server;

internal static partial class Log
{
    [LoggerMessage(
        EventId = 4100,
        Level = LogLevel.Information,
        Message = "Tests of {TraceId} ran {Phase} fix: {Runner}, exit {ExitCode}, {Duration}, passed {Passed}"
    )]
    public static partial void TestsRan(
        this ILogger logger,
        TraceId traceId,
        RunPhase phase,
        string runner,
        int exitCode,
        TimeSpan duration,
        bool passed
    );
}
