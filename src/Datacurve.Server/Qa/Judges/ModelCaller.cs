using System.Net;
using System.Text;
using Datacurve.Core;
using Datacurve.Server.Blobs;
using Microsoft.Extensions.AI;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// Gets one usable answer from a model, within a number of tries. Every answer is kept as a blob, usable
/// or not.
/// </summary>
internal sealed class ModelCaller(
    ModelEndpoint endpoint,
    JudgeOptions options,
    HttpMessageHandler network,
    IBlobStore blobs,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>Before the second try where the server names no time; doubles each time.</summary>
    private static readonly TimeSpan Backoff = TimeSpan.FromSeconds(1);

    /// <summary>How much of an unusable answer the model is shown when asked again.</summary>
    private const int RepairCharsMax = 4_000;

    /// <param name="kept">Receives the blob of each answer, in order.</param>
    /// <exception cref="InfrastructureException">No usable answer within the tries; the message says
    /// why.</exception>
    public async Task<ModelAnswer> AskAsync(JudgePacket packet, List<BlobId> kept, CancellationToken ct)
    {
        var messages = ModelPrompt.Messages(packet);
        var reason = "";
        for (var attempt = 1; attempt <= options.Attempts; attempt++)
        {
            var reply = await CallAsync(messages, ct);
            if (reply.Raw.Length > 0)
                kept.Add(await blobs.PutAsync(reply.Raw, ct));
            if (reply.Answer is not null)
                return reply.Answer;

            reason = reply.Problem;
            Log.JudgeAnswerUnusable(logger, endpoint.Model, attempt, options.Attempts, reason);
            if (reply.IsFinal || attempt == options.Attempts)
                break;
            if (reply.Text is { Length: > 0 } text)
                messages = Repairing(packet, text, reason);
            var backoff = GrowingPause.After(Backoff, attempt, PauseMax);
            if (reply.Pause(backoff, time.GetUtcNow()) is { } pause)
                await Task.Delay(Bounded(pause), time, ct);
        }

        var last = kept.Count > 0 ? $"; its last answer is {kept[^1]}" : "";
        throw new InfrastructureException(
            $"the judge {endpoint.Model} gave no usable answer: {reason}{last}"
        );
    }

    private static List<ChatMessage> Repairing(JudgePacket packet, string text, string problem) =>
        [
            .. ModelPrompt.Messages(packet),
            new ChatMessage(ChatRole.Assistant, TraceReading.Ends(text, RepairCharsMax)),
            ModelPrompt.Repair(problem),
        ];

    private TimeSpan PauseMax => TimeSpan.FromSeconds(options.RetryAfterSecondsMax);

    private TimeSpan Bounded(TimeSpan pause) =>
        TimeSpan.FromSeconds(Math.Clamp(pause.TotalSeconds, 0, options.RetryAfterSecondsMax));

    private async Task<Reply> CallAsync(List<ChatMessage> messages, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(options.TimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        using var unowned = new UnownedHandler(network);
        using var exchange = new ModelExchange(unowned);
        using var http = new HttpClient(exchange) { Timeout = Timeout.InfiniteTimeSpan };
        using var client = endpoint.Connect(http);
        try
        {
            var chat = await client.GetResponseAsync(
                messages,
                ModelPrompt.Options(options.AnswerTokensMax),
                either.Token
            );
            return Reply.From(chat);
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ct);
        }
        catch (Exception) when (timeout.IsCancellationRequested)
        {
            return Reply.Transient($"no answer within {Quantity.Of(options.TimeoutSeconds, "second")}", []);
        }
        // The libraries throw whatever their parsers do; what counts is what the server said.
        catch (Exception failure)
        {
            return Reply.From(exchange, failure);
        }
    }

    /// <summary>The connections are shared by all calls and outlive each client.</summary>
    private sealed class UnownedHandler(HttpMessageHandler inner) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker invoker = new(inner, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken ct
        ) => invoker.SendAsync(request, ct);
    }
}

/// <summary>What came of one call: an answer, or a problem and whether it can pass.</summary>
internal sealed record Reply
{
    public ModelAnswer? Answer { get; private init; }
    public string Problem { get; private init; } = "";

    /// <summary>The answer's text, or the body where there is none; empty where nothing came.</summary>
    public byte[] Raw { get; private init; } = [];
    public string? Text { get; private init; }

    /// <summary>True where another try would get the same: a wrong key, an unknown model.</summary>
    public bool IsFinal { get; private init; }
    private bool IsTransient { get; init; }
    private ModelExchange? Exchange { get; init; }

    public static Reply From(ChatResponse chat)
    {
        var text = chat.Text;
        var raw = Encoding.UTF8.GetBytes(text);
        if (chat.FinishReason == ChatFinishReason.Length)
            return new Reply { Raw = raw, Problem = "it was cut off at the longest length" };
        if (chat.FinishReason == ChatFinishReason.ContentFilter || chat.Messages.Any(HasRefusal))
            return new Reply { Raw = raw, Problem = "the model refused" };
        if (string.IsNullOrWhiteSpace(text))
            return new Reply { Raw = raw, Problem = "it is empty" };
        return ModelAnswer.TryParse(text, out var answer, out var problem)
            ? new Reply { Raw = raw, Answer = answer }
            : new Reply
            {
                Raw = raw,
                Text = text,
                Problem = problem,
            };
    }

    public static Reply From(ModelExchange exchange, Exception failure)
    {
        if (exchange.Status is not { } status)
            return Transient($"the model's server cannot be reached ({failure.GetType().Name})", []);

        var code = (int)status;
        if (code is >= 200 and < 300)
            return new Reply { Raw = exchange.Body, Problem = "the server's answer is not of its API" };
        var passes = status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || code >= 500;
        return passes
            ? Transient($"the model's server answered {code}", exchange.Body) with
            {
                Exchange = exchange,
            }
            : new Reply
            {
                Raw = exchange.Body,
                Problem = $"the model's server answered {code}",
                IsFinal = true,
            };
    }

    public static Reply Transient(string problem, byte[] raw) =>
        new()
        {
            Problem = problem,
            Raw = raw,
            IsTransient = true,
        };

    /// <summary>
    /// How long to wait: what the server asks for, else the backoff; null where no wait helps.
    /// </summary>
    public TimeSpan? Pause(TimeSpan backoff, DateTimeOffset now) =>
        !IsTransient ? null
        : Exchange?.RetryAfter is { } asked ? asked.Delta ?? asked.Date - now ?? backoff
        : backoff;

    private static bool HasRefusal(ChatMessage message) => message.Contents.OfType<ErrorContent>().Any();
}
