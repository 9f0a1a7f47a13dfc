using Datacurve.Core;

namespace Datacurve.Server;

/// <summary>What is told of judges: 4300.</summary>
internal static partial class Log
{
    [LoggerMessage(
        4301,
        LogLevel.Warning,
        "Judge {Model}: try {Attempt} of {Attempts} is unusable: {Problem}"
    )]
    public static partial void JudgeAnswerUnusable(
        ILogger logger,
        string model,
        int attempt,
        int attempts,
        string problem
    );

    [LoggerMessage(
        4302,
        LogLevel.Information,
        "Trace {TraceId} does not allow a model to judge it; the heuristic judge does"
    )]
    public static partial void JudgeWithoutConsent(ILogger logger, TraceId traceId);
}
