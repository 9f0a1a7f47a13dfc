using System.Net.Sockets;
using System.Text;

namespace Datacurve.Tests.Api;

/// <summary>HTTP/1.1 by hand, for clients that do not behave.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new();

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(
            address.Host,
            address.Port,
            TestContext.Current.CancellationToken
        );
        return connection;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) =>
        await _client.GetStream().WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>Sends until the other side takes no more, as a client does that does not listen.</summary>
    public async Task<long> SendUntilRefusedAsync(byte[] chunk, long bytesMax)
    {
        long sent = 0;
        try
        {
            for (; sent < bytesMax; sent += chunk.Length)
                await SendAsync(chunk);
        }
        catch (IOException)
        {
            // The service has closed the connection.
        }

        return sent;
    }

    /// <summary>Sends a little after each wait, until the other side takes no more.</summary>
    public async Task SendUntilRefusedAsync(Func<Task> wait)
    {
        try
        {
            for (; ; await wait())
                await SendAsync(new byte[1024]);
        }
        catch (IOException)
        {
            // The service has closed the connection.
        }
    }

    /// <summary>The status line and headers of the answer.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await _client.GetStream().ReadAsync(one, TestContext.Current.CancellationToken) == 0)
                break;
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    /// <summary>Breaks the connection off, as the end of a process does whose answers are unread.</summary>
    public void Reset() => _client.Client.Close(0);

    public void Dispose() => _client.Dispose();
}
