using System.Net;
using System.Net.Sockets;
using System.Text;
using Datacurve.Cli.Client;
using Datacurve.Core;

namespace Datacurve.Tests.Cli.Client;

public sealed class ServiceClientTests
{
    private const string TraceId = "0199b2a4-7b7e-7c00-8000-000000000001";
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blob_is_uploaded_and_reads_back()
    {
        await using var service = await ServiceDouble.StartAsync();
        using var client = new ServiceClient(service.Url);
        byte[] content = [0, 1, 13, 10, 255];
        var blobId = BlobId.Of(content);

        Assert.False(await client.HasBlobAsync(blobId, Ct));
        using var body = new MemoryStream(content);
        await client.PutBlobAsync(blobId, body, Ct);

        Assert.True(await client.HasBlobAsync(blobId, Ct));
        Assert.Equal(content, service.Blobs[blobId.ToString()]);
        Assert.Equal(content, await client.ReadBlobAsync(blobId, 100, Ct));
        Assert.Equal(content[..2], await client.ReadBlobAsync(blobId, 2, Ct));
    }

    [Fact]
    public async Task A_blob_that_is_not_held_reads_as_null()
    {
        await using var service = await ServiceDouble.StartAsync();
        using var client = new ServiceClient(service.Url);

        Assert.Null(await client.ReadBlobAsync(BlobId.Of("nothing"u8), 100, Ct));
    }

    [Theory]
    [InlineData(401, "the API key is missing")]
    [InlineData(403, "the API key may not do this")]
    public async Task A_refusal_without_a_body_says_what_its_status_means(int status, string reason)
    {
        await using var service = await ServiceDouble.StartAsync();
        var blobId = BlobId.Of("x"u8);
        service.Answer($"HEAD /blobs/{blobId}", status, "");
        using var client = new ServiceClient(service.Url);

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() =>
            client.HasBlobAsync(blobId, Ct)
        );

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_carries_the_detail_and_the_fields()
    {
        await using var service = await ServiceDouble.StartAsync();
        service.Answer(
            $"GET /traces/{TraceId}",
            400,
            """{"detail":"Invalid request","errors":[{"field":"events.3.seq","message":"must rise"}]}""",
            "application/problem+json"
        );
        using var client = new ServiceClient(service.Url);

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() =>
            client.GetTraceJsonAsync(TraceId, includeEvents: true, Ct)
        );

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains(
            "400: Invalid request; events.3.seq: must rise",
            refused.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(500, "text/html", "<h1>oops</h1>")]
    [InlineData(503, "application/problem+json", "{")]
    [InlineData(502, "application/json", "")]
    [InlineData(409, "application/json", """{"title":"Conflict"}""")]
    public async Task An_error_status_is_a_refusal_whatever_its_body(int status, string type, string body)
    {
        await using var service = await ServiceDouble.StartAsync();
        service.Answer("GET /health", status, body, type);
        using var client = new ServiceClient(service.Url);

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => client.HealthAsync(Ct));

        Assert.Equal(status, (int)refused.Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"other":1}""")]
    [InlineData("<html>")]
    public async Task An_answer_outside_the_contract_is_an_answer_error(string body)
    {
        await using var service = await ServiceDouble.StartAsync();
        service.Answer("GET /health", 200, body);
        using var client = new ServiceClient(service.Url);

        await Assert.ThrowsAsync<ServiceAnswerException>(() => client.HealthAsync(Ct));
    }

    [Fact]
    public async Task Nobody_listening_is_unreachable()
    {
        using var client = new ServiceClient(new Uri($"http://127.0.0.1:{FreePort()}"));

        await Assert.ThrowsAsync<ServiceUnreachableException>(() => client.HealthAsync(Ct));
    }

    [Fact]
    public async Task An_upload_may_take_longer_than_a_silence()
    {
        await using var service = await ServiceDouble.StartAsync();
        using var client = new ServiceClient(service.Url, silenceMax: Silence);
        var content = new byte[20 * SlowStream.PieceBytes];
        var blobId = BlobId.Of(content);

        await client.PutBlobAsync(blobId, new SlowStream(content, Silence / 5), Ct);

        Assert.Equal(content, service.Blobs[blobId.ToString()]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"status\"")]
    public async Task A_service_that_falls_silent_is_unreachable(string answer)
    {
        using var service = new TcpListener(IPAddress.Loopback, 0);
        service.Start();
        var url = new Uri($"http://{service.LocalEndpoint}");
        using var client = new ServiceClient(url, silenceMax: Silence);

        var asking = client.HealthAsync(Ct);
        using var connection = await service.AcceptSocketAsync(Ct);
        await connection.SendAsync(Encoding.ASCII.GetBytes(answer), Ct);

        var away = await Assert.ThrowsAsync<ServiceUnreachableException>(() =>
            asking.WaitAsync(TimeSpan.FromSeconds(30), Ct)
        );
        Assert.False(away.NothingArrived);
        Assert.Contains("nothing came", away.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_that_breaks_off_is_a_refusal()
    {
        using var service = new TcpListener(IPAddress.Loopback, 0);
        service.Start();
        using var client = new ServiceClient(new Uri($"http://{service.LocalEndpoint}"));

        var asking = client.HealthAsync(Ct);
        using (var connection = await service.AcceptSocketAsync(Ct))
        {
            await connection.ReceiveAsync(new byte[4096], Ct);
            await connection.SendAsync(
                "HTTP/1.1 503 Busy\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"u8.ToArray(),
                Ct
            );
        }

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => asking);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
    }

    [Fact]
    public async Task An_address_below_a_path_keeps_the_path()
    {
        await using var service = await ServiceDouble.StartAsync();
        service.Answer("GET /datacurve/health", 200, """{"status":"ok"}""");
        using var client = new ServiceClient(new Uri(service.Url, "/datacurve"));

        Assert.Equal("ok", (await client.HealthAsync(Ct)).Status);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class SlowStream(byte[] content, TimeSpan pause) : MemoryStream(content)
    {
        public const int PieceBytes = 1000;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct = default)
        {
            await Task.Delay(pause, ct);
            return Read(buffer.Span[..Math.Min(PieceBytes, buffer.Length)]);
        }
    }
}
