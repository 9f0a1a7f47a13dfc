using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Datacurve.Bench.Baselines;

/// <summary>
/// A container by the four requests that it takes at the least, over one connection that is kept: create,
/// start, wait, remove. Nothing goes in and nothing comes out.
/// </summary>
internal sealed class RawEngine : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="dockerHost">The engine's socket: <c>unix:///path</c>.</param>
    public RawEngine(string dockerHost)
    {
        var endpoint = new UnixDomainSocketEndPoint(new Uri(dockerHost).LocalPath);
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(endpoint, ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://engine/") };
    }

    /// <param name="container">The body of the create request.</param>
    /// <exception cref="HttpRequestException">The engine refused something.</exception>
    public async Task RunAsync(JsonObject container)
    {
        using var content = JsonContent.Create(container, RawEngineJson.Default.JsonObject);
        using var created = await _http.PostAsync("containers/create", content);
        created.EnsureSuccessStatusCode();
        using var answer = JsonDocument.Parse(await created.Content.ReadAsByteArrayAsync());
        var id = answer.RootElement.GetProperty("Id").GetString();
        // Asked before the start, as the engine's own client does, so that no end is missed.
        var ended = _http.PostAsync($"containers/{id}/wait?condition=next-exit", null);
        using (var started = await _http.PostAsync($"containers/{id}/start", null))
            started.EnsureSuccessStatusCode();
        using (var end = await ended)
            await end.Content.ReadAsByteArrayAsync();
        using var removed = await _http.DeleteAsync($"containers/{id}?force=true&v=true");
        removed.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonObject))]
internal sealed partial class RawEngineJson : System.Text.Json.Serialization.JsonSerializerContext;
