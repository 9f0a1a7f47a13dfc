using Datacurve.Core;
using Datacurve.Core.Qa;

namespace Datacurve.Server;

/// <summary>What is told of the tests' runs: 4100.</summary>
internal static partial class Log
{
    [LoggerMessage(
        4101,
        LogLevel.Information,
        "Tests of {TraceId} ran {Phase} fix: {Runner}, exit {ExitCode}, {Duration}, passed {Passed}"
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
