using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Datacurve.Server.Qa.Judges;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Datacurve.Tests.Qa.Judges;

/// <summary>
/// A server on a free loopback port that speaks OpenAI's chat completions and Anthropic's messages, and
/// says what the test tells it to: one reply per call, the last one for all that follow.
/// </summary>
internal sealed class ModelServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Func<ModelRequest, Task<IResult>>[] replies;

    private ModelServer(WebApplication app, Func<ModelRequest, Task<IResult>>[] replies) =>
        (this.app, this.replies) = (app, replies);

    public ConcurrentQueue<ModelRequest> Requests { get; } = new();

    public Uri Address => new(app.Urls.Single());

    public static async Task<ModelServer> StartAsync(params Func<ModelRequest, Task<IResult>>[] replies)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new ModelServer(builder.Build(), replies);
        server.app.MapPost("/{**path}", (Delegate)server.AnswerAsync);
        await server.app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public static Task<ModelServer> StartAsync(params IResult[] replies) =>
        StartAsync([
            .. replies.Select(reply => (Func<ModelRequest, Task<IResult>>)(_ => Task.FromResult(reply))),
        ]);

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    /// <summary>A chat completion of OpenAI's API.</summary>
    public static IResult OpenAi(string? content, string finish = "stop", string? refusal = null) =>
        Results.Json(
            new JsonObject
            {
                ["id"] = "c1",
                ["object"] = "chat.completion",
                ["created"] = 1,
                ["model"] = "m",
                ["choices"] = new JsonArray(
                    new JsonObject
                    {
                        ["index"] = 0,
                        ["finish_reason"] = finish,
                        ["message"] = new JsonObject
                        {
                            ["role"] = "assistant",
                            ["content"] = content,
                            ["refusal"] = refusal,
                        },
                    }
                ),
            }
        );

    /// <summary>A message of Anthropic's API.</summary>
    public static IResult Anthropic(string text, string stop = "end_turn") =>
        Results.Json(
            new JsonObject
            {
                ["id"] = "m1",
                ["type"] = "message",
                ["role"] = "assistant",
                ["model"] = "m",
                ["stop_reason"] = stop,
                ["stop_sequence"] = null,
                ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }),
                ["usage"] = new JsonObject { ["input_tokens"] = 1, ["output_tokens"] = 1 },
            }
        );

    /// <summary>A status, with the seconds after which to ask again.</summary>
    public static IResult Busy(int status, int? retryAfter = null) => new BusyResult(status, retryAfter);

    /// <summary>The verdict that the rubric asks for, with the same score everywhere.</summary>
    public static JsonObject Verdict(double score, string? cite = null, params string[] flags)
    {
        var scores = new JsonObject();
        foreach (var dimension in Rubric.Current.Dimensions)
            scores.Add(
                dimension.Name,
                new JsonObject
                {
                    ["rationale"] = $"because of {score}",
                    ["cited_event_ids"] = cite is null ? new JsonArray() : new JsonArray(cite),
                    ["score"] = score,
                    ["confidence"] = 0.8,
                }
            );
        return new JsonObject
        {
            ["scores"] = scores,
            ["flags"] = new JsonArray([.. flags.Select(flag => (JsonNode)flag)]),
        };
    }

    private async Task<IResult> AnswerAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var request = new ModelRequest(
            http.Request.Path,
            http.Request.Headers.Authorization.ToString() + http.Request.Headers["x-api-key"],
            body.RootElement.Clone(),
            http.RequestAborted
        );
        Requests.Enqueue(request);
        return await replies[Math.Min(Requests.Count, replies.Length) - 1](request);
    }

    private sealed class BusyResult(int status, int? retryAfter) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            if (retryAfter is { } seconds)
                httpContext.Response.Headers.RetryAfter = seconds.ToString();
            return httpContext.Response.WriteAsync(
                """{"error":{"message":"busy","type":"overloaded_error"}}"""
            );
        }
    }
}

/// <summary>What a client sent.</summary>
internal sealed record ModelRequest(string Path, string Key, JsonElement Body, CancellationToken Aborted)
{
    /// <summary>The text of each message that is not the system's, in order.</summary>
    public IReadOnlyList<string> Texts =>
        [
            .. Body.GetProperty("messages")
                .EnumerateArray()
                .Where(message => message.GetProperty("role").GetString() != "system")
                .Select(message => TextOf(message.GetProperty("content"))),
        ];

    private static string TextOf(JsonElement content) =>
        content.ValueKind == JsonValueKind.String
            ? content.GetString()!
            : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
}
