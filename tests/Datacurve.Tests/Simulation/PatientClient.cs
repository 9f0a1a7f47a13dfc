using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Datacurve.Core;
using Datacurve.Tests.Api;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// Sends until it is answered, as a recorder does: again after a lost connection, later where the server
/// says that its store is away. Any other error of a server is a fault of the service.
/// </summary>
/// <param name="address">Where the service is.</param>
/// <param name="ct">Ends it.</param>
/// <param name="mayBeFull">Whether the server may also say that its store has no room.</param>
internal sealed class PatientClient(Uri address, CancellationToken ct, bool mayBeFull = false) : IDisposable
{
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = AnswerMax };

    /// <summary>How often there was no answer, or a cut one.</summary>
    public int Unanswered { get; private set; }

    /// <summary>How often the server said that it cannot take anything now.</summary>
    public int Away { get; private set; }

    /// <summary>How often it said that its store has no room.</summary>
    public int Full { get; private set; }

    public Task<Answer> PostAsync(string path, JsonNode body, string? idempotencyKey = null)
    {
        var json = body.ToJsonString();
        return SendAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Wire.Json(json) };
            if (idempotencyKey is not null)
                request.Headers.Add("Idempotency-Key", idempotencyKey);
            return request;
        });
    }

    public Task<Answer> GetAsync(string path) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Uploads by either way, and gives the blob's id.</summary>
    public async Task<string> UploadAsync(byte[] content, bool multipart = false)
    {
        var blobId = BlobId.Of(content).ToString();
        var answer = await SendAsync(() =>
            multipart
                ? new HttpRequestMessage(HttpMethod.Post, "/blobs")
                {
                    Content = new MultipartFormDataContent
                    {
                        { new ByteArrayContent(content), "file", "blob.bin" },
                    },
                }
                : new HttpRequestMessage(HttpMethod.Put, $"/blobs/{blobId}")
                {
                    Content = new ByteArrayContent(content)
                    {
                        Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") },
                    },
                }
        );
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        Assert.Equal(blobId, answer.Json["blob_id"]!.GetValue<string>());
        return blobId;
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer> SendAsync(Func<HttpRequestMessage> make)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < PatienceMax)
        {
            if (await TryAsync(make) is { } answer)
                return answer;
            await Task.Delay(Pause, ct);
        }

        throw new TimeoutException($"no server answered for {PatienceMax}");
    }

    private async Task<Answer?> TryAsync(Func<HttpRequestMessage> make)
    {
        using var request = make();
        try
        {
            using var response = await _http.SendAsync(request, ct);
            var body = await response.Content.ReadAsByteArrayAsync(ct);
            var answer = new Answer(
                response.StatusCode,
                response.Content.Headers.ContentType?.MediaType,
                body,
                response.Headers
            );
            if (mayBeFull && answer.Status == HttpStatusCode.InsufficientStorage)
            {
                answer.AssertProblem(HttpStatusCode.InsufficientStorage);
                Full++;
                return null;
            }

            if (answer.Status != HttpStatusCode.ServiceUnavailable)
            {
                Assert.True(
                    (int)answer.Status < 500,
                    $"{request.Method} {request.RequestUri} was answered with {(int)answer.Status}: {answer.Text}"
                );
                return answer;
            }

            answer.AssertProblem(HttpStatusCode.ServiceUnavailable);
            Assert.NotNull(answer.Headers.RetryAfter);
            Away++;
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException
                || exception is TaskCanceledException && !ct.IsCancellationRequested
            )
        {
            Unanswered++;
        }

        return null;
    }
}
