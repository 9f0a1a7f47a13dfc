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
    private readonly HttpClient _http;

    /// <param name="url">Where the service is.</param>
    /// <param name="apiKey">Sent as a bearer token where there is one.</param>
    public ServiceClient(Uri url, string? apiKey = null)
    {
        Url = url.ToString().TrimEnd('/');
        // A proxy set for the outside world must not get between the tool and a service on this machine.
        var handler = new SocketsHttpHandler { UseProxy = !url.IsLoopback };
        _http = new HttpClient(handler) { BaseAddress = new Uri(Url + '/') };
        if (apiKey is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    /// <summary>The service's address, without a slash at its end.</summary>
    public string Url { get; }

    public void Dispose() => _http.Dispose();

    public Task<Health> HealthAsync(CancellationToken ct) =>
        SendAsync(HttpMethod.Get, "health", null, AnswerJson.Default.Health, ct);

    /// <summary>How far this machine's clock is ahead of the service's, to the second.</summary>
    public async Task<TimeSpan> ClockSkewAsync(TimeProvider time, CancellationToken ct)
    {
        using var response = await AskAsync(HttpMethod.Get, "health", null, ct);
        if (!response.IsSuccessStatusCode)
            throw await RefusalAsync(response, ct);
        return response.Headers.Date is { } theirs ? time.GetUtcNow() - theirs : TimeSpan.Zero;
    }

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
        using var body = new StreamContent(content);
        await SendAsync(HttpMethod.Put, $"blobs/{blobId}", body, AnswerJson.Default.BlobUploaded, ct);
    }

    public async Task<bool> HasBlobAsync(BlobId blobId, CancellationToken ct)
    {
        using var response = await AskAsync(HttpMethod.Head, $"blobs/{blobId}", null, ct);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => true,
            HttpStatusCode.NotFound => false,
            _ => throw await RefusalAsync(response, ct),
        };
    }

    /// <summary>The first bytes of a blob, or null where the service does not hold it.</summary>
    public async Task<byte[]?> ReadBlobAsync(BlobId blobId, int bytesMax, CancellationToken ct)
    {
        using var response = await AskAsync(HttpMethod.Get, $"blobs/{blobId}", null, ct);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        if (!response.IsSuccessStatusCode)
            throw await RefusalAsync(response, ct);

        await using var content = await response.Content.ReadAsStreamAsync(ct);
        var bytes = new byte[bytesMax];
        var length = await content.ReadAtLeastAsync(bytes, bytesMax, throwOnEndOfStream: false, ct);
        return bytes[..length];
    }

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

    private async Task<T> SendAsync<T>(
        HttpMethod method,
        string path,
        HttpContent? body,
        JsonTypeInfo<T> answerType,
        CancellationToken ct
    )
    {
        using var response = await AskAsync(method, path, body, ct);
        if (!response.IsSuccessStatusCode)
            throw await RefusalAsync(response, ct);
        try
        {
            await using var content = await response.Content.ReadAsStreamAsync(ct);
            return await JsonSerializer.DeserializeAsync(content, answerType, ct)
                ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ServiceUnreachableException(Url, e);
        }
    }

    private async Task<HttpResponseMessage> AskAsync(
        HttpMethod method,
        string path,
        HttpContent? body,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (HttpRequestException e)
        {
            throw new ServiceUnreachableException(Url, e);
        }
        catch (TaskCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new ServiceUnreachableException(Url, e);
        }
    }

    private static async Task<ServiceRefusedException> RefusalAsync(
        HttpResponseMessage response,
        CancellationToken ct
    )
    {
        var problem = await ReadProblemAsync(response, ct);
        var fields = problem?.Errors?.Select(error => $"{error.Field}: {error.Message}") ?? [];
        string[] parts = [problem?.Detail ?? problem?.Title ?? Reason(response.StatusCode), .. fields];
        var request = response.RequestMessage!;
        return new ServiceRefusedException(
            response.StatusCode,
            $"{request.Method} {request.RequestUri?.AbsolutePath} was answered with "
                + $"{(int)response.StatusCode}: {string.Join("; ", parts)}"
        )
        {
            RetryAfter = RetryAfterOf(response),
        };
    }

    // The answer to a HEAD has no body to say it.
    private static string Reason(HttpStatusCode status) =>
        status switch
        {
            HttpStatusCode.Unauthorized => "the API key is missing, or not one of this service's. "
                + "`datacurve login` stores it, or set $DATACURVE_API_KEY.",
            HttpStatusCode.Forbidden => "the API key may not do this.",
            _ => "no reason given",
        };

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - TimeProvider.System.GetUtcNow(),
            _ => null,
        };

    private static async Task<Problem?> ReadProblemAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.Content.Headers.ContentType?.MediaType is not string mediaType)
            return null;
        if (!mediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase))
            return null;
        try
        {
            await using var content = await response.Content.ReadAsStreamAsync(ct);
            return await JsonSerializer.DeserializeAsync(content, AnswerJson.Default.Problem, ct);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private ServiceAnswerException Unreadable(JsonException e) =>
        new($"The answer of {Url} is not what this version of datacurve can read: {e.Message}", e);

    private static ByteArrayContent Json(byte[] body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
