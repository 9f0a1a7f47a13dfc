namespace Datacurve.Tests.Cli.Commands;

/// <summary>What a judge found, as the service gives it in a trace's document.</summary>
internal static class JudgeAnswer
{
    public static object Of(string model, string rationale, double confidence = 1) =>
        new
        {
            model,
            overall = 3.5,
            flags = new[] { "exemplary_trace" },
            scores = new
            {
                root_cause_identification = 3.0,
                plan_quality = 4.0,
                experiment_iterate_loop = 3.5,
                use_of_signals_tests_logs = 3.5,
                minimality_of_fix = 3.5,
                clarity = 3.5,
            },
            dimensions = new[]
            {
                new
                {
                    dimension = "plan_quality",
                    score = 4.0,
                    spread = 0,
                    confidence,
                    rationale,
                    cited_event_ids = Array.Empty<string>(),
                },
            },
        };
}
