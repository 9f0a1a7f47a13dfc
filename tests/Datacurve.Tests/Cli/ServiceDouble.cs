using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Datacurve.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Datacurve.Tests.Cli;

/// <summary>
/// A real HTTP server on a free port that keeps what a client sends. It has no QA; a test says with
/// <see cref="Answer"/> what else it answers, and so plays a service that is newer, broken or hostile.
/// </summary>
internal sealed class ServiceDouble : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (int Status, string Type, byte[] Body)> _answers = new();

    private ServiceDouble(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());
    public ConcurrentDictionary<string, byte[]> Blobs { get; } = new();
    public List<JsonObject> Events { get; } = [];
    public JsonObject? Trace { get; private set; }

    /// <summary>Each request as method and path, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public static async Task<ServiceDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var service = new ServiceDouble(builder.Build());
        service._app.Run(service.HandleAsync);
        await service._app.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    /// <summary>From now on, this method and path is answered like this.</summary>
    public void Answer(string request, int status, string body, string type = "application/json") =>
        _answers[request] = (status, type, Encoding.UTF8.GetBytes(body));

    /// <summary>From now on, this is answered as usual again.</summary>
    public void AnswerAsUsual(string request) => _answers.TryRemove(request, out _);

    /// <summary>What error answers say about when to come back.</summary>
    public string? RetryAfter { get; set; }

    /// <summary>The key that the last request came with.</summary>
    public string? Authorization { get; private set; }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext http)
    {
        var request = $"{http.Request.Method} {http.Request.Path}";
        Requests.Enqueue(request);
        Authorization = http.Request.Headers.Authorization;
        if (_answers.TryGetValue(request, out var answer))
        {
            http.Response.StatusCode = answer.Status;
            http.Response.Headers.RetryAfter = RetryAfter;
            http.Response.ContentType = answer.Type;
            await http.Response.Body.WriteAsync(answer.Body);
            return;
        }
        var segments = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        await (
            (http.Request.Method, segments) switch
            {
                ("GET", ["health"]) => WriteAsync(http, 200, """{"status":"ok"}"""),
                ("PUT", ["blobs", _]) => PutAsync(http),
                ("HEAD" or "GET", ["blobs", var blobId]) => ReadBlobAsync(http, blobId),
                ("POST", ["traces"]) => OpenAsync(http),
                ("POST", ["traces", _, "events"]) => AppendAsync(http),
                _ => WriteAsync(http, 404, """{"detail":"no such thing"}"""),
            }
        );
    }

    private Task StoreAsync(HttpContext http, byte[] content)
    {
        var blobId = BlobId.Of(content).ToString();
        Blobs[blobId] = content;
        return WriteAsync(
            http,
            201,
            $$"""{"blob_id":"{{blobId}}","byte_length":{{content.Length}},"storage_uri":"memory:"}"""
        );
    }

    private async Task PutAsync(HttpContext http)
    {
        using var content = new MemoryStream();
        await http.Request.Body.CopyToAsync(content);
        await StoreAsync(http, content.ToArray());
    }

    private async Task ReadBlobAsync(HttpContext http, string blobId)
    {
        if (!Blobs.TryGetValue(blobId, out var content))
        {
            http.Response.StatusCode = 404;
            return;
        }
        http.Response.ContentLength = content.Length;
        if (http.Request.Method == "GET")
            await http.Response.Body.WriteAsync(content);
    }

    private async Task OpenAsync(HttpContext http)
    {
        Trace = (JsonObject?)await JsonNode.ParseAsync(http.Request.Body);
        await WriteAsync(
            http,
            201,
            $$"""{"trace_id":"{{Guid.NewGuid()}}","created_at_ms":0,"status":"collecting"}"""
        );
    }

    private async Task AppendAsync(HttpContext http)
    {
        var batch = (JsonArray)(await JsonNode.ParseAsync(http.Request.Body))!["events"]!;
        var held = Events.Select(held => held["event_id"]!.GetValue<string>()).ToHashSet();
        var fresh = batch
            .OfType<JsonObject>()
            .Where(sent => held.Add(sent["event_id"]!.GetValue<string>()))
            .ToList();
        Events.AddRange(fresh);
        var answer = new JsonObject
        {
            ["accepted"] = batch.Count,
            ["seq_high"] = Events[^1]["seq"]!.GetValue<long>(),
            ["duplicates"] = batch.Count - fresh.Count,
        };
        await WriteAsync(http, 202, answer.ToJsonString());
    }

    private static Task WriteAsync(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(json);
    }
}
