using Datacurve.Core.Events;
using Datacurve.Core.Traces;
using Datacurve.Server;
using Datacurve.Server.Qa.Judges;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Datacurve.Tests.Qa.Judges;

public sealed class JudgeChoiceTests : IDisposable
{
    private readonly FolderBlobs blobs = new();
    private readonly SocketsHttpHandler network = new();

    public void Dispose()
    {
        blobs.Dispose();
        network.Dispose();
    }

    [Fact]
    public void Auto_takes_the_judge_whose_key_is_set_and_the_heuristic_one_without_any()
    {
        Assert.Equal("heuristic-2", ModelOf(new()));
        Assert.Equal("gpt-5.2", ModelOf(new() { OpenAiApiKey = "k", AnthropicApiKey = "k" }));
        Assert.Equal("claude-sonnet-4-5", ModelOf(new() { AnthropicApiKey = "k" }));
        Assert.Equal("my", ModelOf(new() { AnthropicApiKey = "k", Model = "my" }));
        Assert.Equal("heuristic-2", ModelOf(new() { Provider = "heuristic", OpenAiApiKey = "k" }));
    }

    [Theory]
    [InlineData("openai", "JUDGE_PROVIDER=openai needs OPENAI_API_KEY to be set")]
    [InlineData("anthropic", "JUDGE_PROVIDER=anthropic needs ANTHROPIC_API_KEY to be set")]
    [InlineData("oracle", "JUDGE_PROVIDER takes auto, openai, anthropic or heuristic")]
    public void A_provider_without_its_key_stops_the_start_with_the_variables_name(
        string provider,
        string sentence
    ) =>
        Assert.Equal(
            sentence,
            Assert.Throws<StartException>(() => Choose(new() { Provider = provider })).Message
        );

    [Fact]
    public void A_number_out_of_range_stops_the_start_with_the_variables_name()
    {
        Refused("JUDGE_TOKEN_BUDGET", new() { TokenBudget = 1_999 });
        Refused("JUDGE_SAMPLES", new() { Samples = 0 });
        Refused("JUDGE_ATTEMPTS", new() { Attempts = 0 });
        Refused("JUDGE_TIMEOUT_SECONDS", new() { TimeoutSeconds = 0 });
        Refused("JUDGE_RETRY_AFTER_SECONDS_MAX", new() { RetryAfterSecondsMax = -1 });
        Refused("JUDGE_ANSWER_TOKENS_MAX", new() { AnswerTokensMax = 999 });
        Choose(
            new()
            {
                TokenBudget = 2_000,
                Samples = 1,
                Attempts = 1,
                TimeoutSeconds = 1,
            }
        );
    }

    private void Refused(string variable, JudgeOptions options) =>
        Assert.StartsWith(
            $"{variable} takes a number of at least ",
            Assert.Throws<StartException>(() => Choose(options)).Message,
            StringComparison.Ordinal
        );

    private string? ModelOf(JudgeOptions options) => Choose(options).ModelFor(new ConsentFlags());

    private IJudge Choose(JudgeOptions options) =>
        JudgeChoice.Of(
            options,
            network,
            blobs,
            EventCatalog.Contract,
            TimeProvider.System,
            NullLoggerFactory.Instance
        );
}
