using Datacurve.Core;
using Datacurve.Tests.Api;

namespace Datacurve.Tests.Simulation;

/// <summary>A client that sends slowly, or leaves, is answered and is no error of the service.</summary>
public sealed class SlowBodyTests
{
    private const int AnnouncedBytes = 5000;
    private const int Rounds = 5;
    private const int Clients = 50;

    // A file's name follows, without an end.
    private static readonly byte[] GzipHead = [0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 0];
    private static readonly TimeSpan DripEvery = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData("POST /traces", "Content-Length: 5000")]
    [InlineData("POST /traces", "Transfer-Encoding: chunked")]
    [InlineData("POST /traces", "Content-Length: 5000\r\nContent-Encoding: gzip")]
    [InlineData("POST /traces/TRACE/events", "Content-Length: 5000\r\nContent-Type: application/x-ndjson")]
    [InlineData("PUT /blobs/BLOB", "Content-Length: 5000")]
    [InlineData("PUT /blobs/BLOB", "Transfer-Encoding: chunked")]
    public async Task A_slow_body_is_refused_once_and_nothing_is_logged_as_failed(
        string target,
        string headers
    )
    {
        using var folder = new ScratchFolder();
        using var server = await StartAsync(folder);
        using var connection = await OpenAsync(server, target, headers);

        var answer = connection.ReadHeadAsync();
        while (!answer.IsCompleted)
        {
            await DripAsync(connection, headers);
            await Task.WhenAny(answer, Task.Delay(DripEvery, TestContext.Current.CancellationToken));
        }

        Assert.StartsWith("HTTP/1.1 408 ", await answer, StringComparison.Ordinal);
        await AssertQuietAsync(server);
    }

    [Theory]
    [InlineData("POST /traces", "Content-Length: 5000")]
    [InlineData("POST /traces", "Transfer-Encoding: chunked")]
    [InlineData("PUT /blobs/BLOB", "Content-Length: 5000")]
    public async Task A_client_that_leaves_in_the_midst_of_a_body_is_not_logged_as_failed(
        string target,
        string headers
    )
    {
        using var folder = new ScratchFolder();
        using var server = await StartAsync(folder);

        using (var connection = await OpenAsync(server, target, headers))
        {
            await DripAsync(connection, headers);
            await Task.Delay(DripEvery, TestContext.Current.CancellationToken);
        }

        await AssertQuietAsync(server);
    }

    [Theory]
    [InlineData("POST /traces", "Content-Length: 5000")]
    [InlineData("POST /traces/TRACE/events", "Content-Length: 5000\r\nContent-Type: application/x-ndjson")]
    [InlineData("PUT /blobs/BLOB", "Content-Length: 5000")]
    [InlineData("POST /blobs", "Content-Length: 5000\r\nContent-Type: multipart/form-data; boundary=b")]
    public async Task Clients_that_break_off_are_not_logged_as_failed(string target, string headers)
    {
        using var folder = new ScratchFolder();
        using var server = await ServerProcess.StartAsync(folder.Path);

        // Whether a read or the server hears of it first is a race, which few lose.
        for (var round = 0; round < Rounds; round++)
        {
            var connections = await Task.WhenAll(
                Enumerable.Range(0, Clients).Select(_ => OpenAsync(server, target, headers))
            );
            foreach (var connection in connections)
                await DripAsync(connection, headers);
            await Task.Delay(DripEvery, TestContext.Current.CancellationToken);
            foreach (var connection in connections)
                connection.Reset();
        }

        await AssertQuietAsync(server);
    }

    private static Task<ServerProcess> StartAsync(ScratchFolder folder) =>
        ServerProcess.StartAsync(["--data", folder.Path], ["BODY_TIMEOUT_SECONDS=1"]);

    private static async Task<RawConnection> OpenAsync(ServerProcess server, string target, string headers)
    {
        var connection = await RawConnection.OpenAsync(server.Client.BaseAddress!);
        var named = target
            .Replace("TRACE", await server.Client.OpenTraceAsync(), StringComparison.Ordinal)
            .Replace("BLOB", BlobId.Of(new byte[AnnouncedBytes]).ToString(), StringComparison.Ordinal);
        await connection.SendAsync($"{named} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n");
        if (headers.Contains("gzip", StringComparison.Ordinal))
            await connection.SendAsync(GzipHead);
        return connection;
    }

    private static async Task DripAsync(RawConnection connection, string headers)
    {
        try
        {
            var isChunked = headers.Contains("chunked", StringComparison.Ordinal);
            await connection.SendAsync(isChunked ? "1\r\n{\r\n" : "{");
        }
        catch (IOException)
        {
            // Closed; the answer is read all the same.
        }
    }

    /// <summary>What the server has to say of a request comes after its answer.</summary>
    private static async Task AssertQuietAsync(ServerProcess server)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await server.Client.GetAnswerAsync("/health")).Status);
        Assert.Empty(server.Failures);
    }
}
