using System.ClientModel;
using System.ClientModel.Primitives;
using Anthropic;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// A model behind an API. <see cref="Connect"/> gives a client for one call; retries and timeouts are the
/// judge's, so the libraries' own are off.
/// </summary>
internal sealed record ModelEndpoint(string Model, Func<HttpClient, IChatClient> Connect)
{
    /// <summary>OpenAI's chat completions, which every compatible server speaks.</summary>
    public static ModelEndpoint OpenAi(string model, string apiKey, Uri? baseUrl) =>
        new(
            model,
            http =>
            {
                var options = new OpenAIClientOptions
                {
                    Transport = new HttpClientPipelineTransport(http),
                    RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
                    NetworkTimeout = Timeout.InfiniteTimeSpan,
                };
                if (baseUrl is not null)
                    options.Endpoint = baseUrl;
                return new OpenAIClient(new ApiKeyCredential(apiKey), options)
                    .GetChatClient(model)
                    .AsIChatClient();
            }
        );

    /// <summary>Anthropic's messages API.</summary>
    public static ModelEndpoint Anthropic(string model, string apiKey, Uri? baseUrl) =>
        new(
            model,
            http =>
            {
                var client = new AnthropicClient
                {
                    ApiKey = apiKey,
                    HttpClient = http,
                    MaxRetries = 0,
                    Timeout = TimeSpan.FromDays(1),
                    BaseUrl = (baseUrl?.ToString() ?? "https://api.anthropic.com").TrimEnd('/'),
                };
                return client.AsIChatClient(model);
            }
        );
}
