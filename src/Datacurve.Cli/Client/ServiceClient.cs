using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Datacurve.Core;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Client;

/// <summary>
/// Speaks the wire contract to one service. Every method throws <see cref="ServiceUnreachableException"/>
/// where nobody answers, <see cref="ServiceRefusedException"/> on an error status and
/// <see cref="ServiceAnswerException"/> on an answer outside the contract. Nothing is retried here.
/// </summary>
internal sealed class ServiceClient : IDisposable
{
    /// <summary>Of a connection on which nothing moves, in either direction.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(100);

    private readonly HttpClient _http;
    private readonly TimeSpan _silenceMax;

    /// <param name="url">Where the service is.</param>
    /// <param name="apiKey">Sent as a bearer token where there is one.</param>
    /// <param name="silenceMax">How long nothing may move until the service counts as away.</param>
    public ServiceClient(Uri url, string? apiKey = null, TimeSpan? silenceMax = null)
    {
        _silenceMax = silenceMax ?? SilenceMax;
        Url = url.ToString().TrimEnd('/');
        // A proxy set for the outside world must not get between the tool and a service on this machine.
        var handler = new SocketsHttpHandler { UseProxy = !url.IsLoopback };
        // A large upload takes as long as it takes.
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri(Url + '/'),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (apiKey is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    /// <summary>The service's address, without a slash at its end.</summary>
    public string Url { get; }

    public void Dispose() => _http.Dispose();

    public Task<Health> HealthAsync(CancellationToken ct) =>
        SendAsync(HttpMethod.Get, "health", null, AnswerJson.Default.Health, ct);

    /// <summary>How far this machine's clock is ahead of the service's, to the second.</summary>
    public Task<TimeSpan> ClockSkewAsync(TimeProvider time, CancellationToken ct) =>
        AskAsync(
            HttpMethod.Get,
            "health",
            null,
            async (response, moving) =>
            {
                if (!response.IsSuccessStatusCode)
                    throw await Refusal.ReadAsync(response, moving);
                return response.Headers.Date is { } theirs ? time.GetUtcNow() - theirs : TimeSpan.Zero;
            },
            ct
        );

    /// <summary>
    /// Opens a trace with a body that was written earlier. The same key and body again opens no second.
    /// </summary>
    public Task<TraceOpened> OpenTraceOnceAsync(byte[] body, string key, CancellationToken ct)
    {
        var content = Json(body);
        content.Headers.Add("Idempotency-Key", key);
        return SendAsync(HttpMethod.Post, "traces", content, AnswerJson.Default.TraceOpened, ct);
    }

    /// <summary>
    /// Appends 1 to 100 events that were written earlier, byte for byte, so that a retry is an exact one.
    /// </summary>
    public Task<EventsAccepted> AppendAsync(string traceId, byte[] body, CancellationToken ct) =>
        SendAsync(
            HttpMethod.Post,
            $"traces/{traceId}/events",
            Json(body),
            AnswerJson.Default.EventsAccepted,
            ct
        );

    public Task<FinalizeAccepted> FinalizeAsync(
        string traceId,
        FinalState finalState,
        CancellationToken ct
    ) =>
        SendAsync(
            HttpMethod.Post,
            $"traces/{traceId}/finalize",
            Json(RequestJson.Write(finalState)),
            AnswerJson.Default.FinalizeAccepted,
            ct
        );

    public Task<JsonElement> GetTraceJsonAsync(string traceId, bool includeEvents, CancellationToken ct) =>
        SendAsync(
            HttpMethod.Get,
            $"traces/{Uri.EscapeDataString(traceId)}?include_events={(includeEvents ? "true" : "false")}",
            null,
            AnswerJson.Default.JsonElement,
            ct
        );

    public async Task<TraceDocument> GetTraceAsync(
        string traceId,
        bool includeEvents,
        CancellationToken ct
    ) => Read(await GetTraceJsonAsync(traceId, includeEvents, ct), AnswerJson.Default.TraceDocument);

    /// <summary>
    /// The newest traces, at most <paramref name="limit"/>, of one status where it is given.
    /// </summary>
    public Task<JsonElement> ListJsonAsync(string? status, int limit, CancellationToken ct)
    {
        var filter = status is null ? "" : $"&status={Uri.EscapeDataString(status)}";
        return SendAsync(
            HttpMethod.Get,
            $"traces?limit={limit}{filter}",
            null,
            AnswerJson.Default.JsonElement,
            ct
        );
    }

    /// <summary>
    /// Uploads a file under its id; the service refuses it where it does not hash to that.
    /// </summary>
    public async Task PutBlobAsync(BlobId blobId, Stream content, CancellationToken ct)
    {
        using var body = new UploadContent(content);
        await SendAsync(HttpMethod.Put, $"blobs/{blobId}", body, AnswerJson.Default.BlobUploaded, ct);
    }

    public Task<bool> HasBlobAsync(BlobId blobId, CancellationToken ct) =>
        AskAsync(
            HttpMethod.Head,
            $"blobs/{blobId}",
            null,
            async (response, moving) =>
                response.StatusCode switch
                {
                    HttpStatusCode.OK => true,
                    HttpStatusCode.NotFound => false,
                    _ => throw await Refusal.ReadAsync(response, moving),
                },
            ct
        );

    /// <summary>The first bytes of a blob, or null where the service does not hold it.</summary>
    public Task<byte[]?> ReadBlobAsync(BlobId blobId, int bytesMax, CancellationToken ct) =>
        AskAsync<byte[]?>(
            HttpMethod.Get,
            $"blobs/{blobId}",
            null,
            async (response, moving) =>
            {
                if (response.StatusCode == HttpStatusCode.NotFound)
                    return null;
                if (!response.IsSuccessStatusCode)
                    throw await Refusal.ReadAsync(response, moving);

                await using var content = await response.Content.ReadAsStreamAsync(moving);
                var bytes = new byte[bytesMax];
                var length = await content.ReadAtLeastAsync(
                    bytes,
                    bytesMax,
                    throwOnEndOfStream: false,
                    moving
                );
                return bytes[..length];
            },
            ct
        );

    /// <exception cref="ServiceAnswerException">The JSON is not of that shape.</exception>
    public T Read<T>(JsonElement json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return json.Deserialize(type) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }
    }

    private Task<T> SendAsync<T>(
        HttpMethod method,
        string path,
        HttpContent? body,
        JsonTypeInfo<T> answerType,
        CancellationToken ct
    ) =>
        AskAsync(
            method,
            path,
            body,
            async (response, moving) =>
            {
                if (!response.IsSuccessStatusCode)
                    throw await Refusal.ReadAsync(response, moving);
                try
                {
                    await using var content = await response.Content.ReadAsStreamAsync(moving);
                    return await JsonSerializer.DeserializeAsync(content, answerType, moving)
                        ?? throw new JsonException("null");
                }
                catch (JsonException e)
                {
                    throw Unreadable(e);
                }
            },
            ct
        );

    // The answer's head and body have the time together; each piece of an upload that leaves starts it anew.
    private async Task<T> AskAsync<T>(
        HttpMethod method,
        string path,
        HttpContent? body,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken ct
    )
    {
        using var moving = CancellationTokenSource.CreateLinkedTokenSource(ct);
        moving.CancelAfter(_silenceMax);
        if (body is UploadContent upload)
            upload.Progressed = () => moving.CancelAfter(_silenceMax);
        using var request = new HttpRequestMessage(method, path) { Content = body };
        try
        {
            using var response = await _http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                moving.Token
            );
            return await read(response, moving.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ServiceUnreachableException(Url, e);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            var silence = $"nothing came for {_silenceMax.TotalSeconds} s";
            throw new ServiceUnreachableException(Url, new TimeoutException(silence));
        }
    }

    private ServiceAnswerException Unreadable(JsonException e) =>
        new($"The answer of {Url} is not what this version of datacurve can read: {e.Message}", e);

    private static ByteArrayContent Json(byte[] body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
