using Datacurve.Core;

namespace Datacurve.Server;

internal static partial class Log
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Judge {Model}: try {Attempt} of {Attempts} is unusable: {Problem}"
    )]
    public static partial void JudgeAnswerUnusable(
        ILogger logger,
        string model,
        int attempt,
        int attempts,
        string problem
    );

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Trace {TraceId} does not allow a model to judge it; the heuristic judge does"
    )]
    public static partial void JudgeWithoutConsent(ILogger logger, TraceId traceId);
}
