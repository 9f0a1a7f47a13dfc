using Datacurve.Core.Events;
using Datacurve.Server.Blobs;

namespace Datacurve.Server.Qa.Judges;

/// <summary>The judge that the settings name.</summary>
internal static class JudgeChoice
{
    /// <summary>
    /// Taken where Anthropic judges and <c>JUDGE_MODEL</c> is left at its default, a model of OpenAI's.
    /// </summary>
    public const string AnthropicModel = "claude-sonnet-4-5";

    /// <exception cref="StartException">
    /// The settings do not fit together; the message names the variable and what it takes.
    /// </exception>
    /// <param name="network">The connections to the model; shared by all calls, disposed by whoever made
    /// it.</param>
    public static IJudge Of(
        JudgeOptions options,
        HttpMessageHandler network,
        IBlobStore blobs,
        EventCatalog catalog,
        TimeProvider time,
        ILoggerFactory loggers
    )
    {
        Require(options);
        return options.Provider switch
        {
            "auto" when options.OpenAiApiKey is { Length: > 0 } key => Ask(OpenAi(key)),
            "auto" when options.AnthropicApiKey is { Length: > 0 } key => Ask(Anthropic(key)),
            "auto" or "heuristic" => new HeuristicJudge(blobs, catalog),
            "openai" => Ask(OpenAi(Key("OPENAI_API_KEY", options.OpenAiApiKey))),
            "anthropic" => Ask(Anthropic(Key("ANTHROPIC_API_KEY", options.AnthropicApiKey))),
            _ => throw new StartException("JUDGE_PROVIDER takes auto, openai, anthropic or heuristic"),
        };

        ModelEndpoint OpenAi(string key) => ModelEndpoint.OpenAi(options.Model, key, options.OpenAiBaseUrl);

        ModelEndpoint Anthropic(string key) =>
            ModelEndpoint.Anthropic(
                options.Model == JudgeOptions.OpenAiModel ? AnthropicModel : options.Model,
                key,
                options.AnthropicBaseUrl
            );

        ModelJudge Ask(ModelEndpoint endpoint) =>
            new(endpoint, options, network, blobs, catalog, time, loggers.CreateLogger<ModelJudge>());

        string Key(string variable, string? key) =>
            key is { Length: > 0 }
                ? key
                : throw new StartException($"JUDGE_PROVIDER={options.Provider} needs {variable} to be set");
    }

    /// <summary>
    /// Connections for <see cref="Of"/>. Redirects are not followed: they would carry key and packet
    /// elsewhere.
    /// </summary>
    public static SocketsHttpHandler Network() =>
        new() { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };

    private static void Require(JudgeOptions options)
    {
        AtLeast("JUDGE_TOKEN_BUDGET", options.TokenBudget, JudgePacket.TokenBudgetMin);
        AtLeast("JUDGE_SAMPLES", options.Samples, 1);
        AtLeast("JUDGE_ATTEMPTS", options.Attempts, 1);
        AtLeast("JUDGE_TIMEOUT_SECONDS", options.TimeoutSeconds, 1);
        AtLeast("JUDGE_RETRY_AFTER_SECONDS_MAX", options.RetryAfterSecondsMax, 0);
        AtLeast("JUDGE_ANSWER_TOKENS_MAX", options.AnswerTokensMax, 1_000);
    }

    private static void AtLeast(string variable, int value, int min)
    {
        if (value < min)
            throw new StartException($"{variable} takes a number of at least {min}, not {value}");
    }
}
