using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Datacurve.Bench.Load;

/// <summary>
/// One HTTP/1.1 connection that is kept open and asks one thing at a time. It builds no objects for a request
/// or an answer, so that it takes little of the processor it shares with what it measures.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[256 << 10];
    private readonly string _host;
    private int _filled;

    public RawConnection(Uri address)
    {
        _host = address.Authority;
        _socket.Connect(new IPEndPoint(IPAddress.Parse(address.Host), address.Port));
    }

    /// <summary>A request's first lines, to be sent before its body.</summary>
    public byte[] Head(string method, string path, long length, string type = "application/json") =>
        Encoding.ASCII.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: {_host}\r\nContent-Type: {type}\r\n"
                + $"Content-Length: {length}\r\n\r\n"
        );

    /// <summary>Sends and waits for the whole answer; gives its status and the bytes of its body.</summary>
    public (int Status, long BodyBytes) Ask(byte[] head, ReadOnlySpan<byte> body)
    {
        Send(head, body);
        return Receive();
    }

    /// <summary>The text of a small answer.</summary>
    public string AskText(byte[] head, ReadOnlySpan<byte> body)
    {
        Send(head, body);
        Receive();
        return Encoding.UTF8.GetString(_buffer.AsSpan(0, _filled));
    }

    public void Send(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        // Small requests leave in one packet.
        if (head.Length + body.Length <= _buffer.Length)
        {
            head.CopyTo(_buffer);
            body.CopyTo(_buffer.AsSpan(head.Length));
            SendAll(_buffer.AsSpan(0, head.Length + body.Length));
            return;
        }

        SendAll(head);
        SendAll(body);
    }

    public (int Status, long BodyBytes) Receive()
    {
        _filled = 0;
        int end;
        while ((end = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8)) < 0)
            Fill(_filled);
        var head = _buffer.AsSpan(0, end);
        var status = int.Parse(head[9..12]);
        var at = head.IndexOf("Content-Length: "u8);
        if (at >= 0)
        {
            var digits = head[(at + 16)..];
            var stop = digits.IndexOf((byte)'\r');
            return (status, ReceiveRest(long.Parse(stop < 0 ? digits : digits[..stop]), end + 4));
        }

        return (status, ReceiveChunks(end + 4));
    }

    public void Dispose() => _socket.Dispose();

    private long ReceiveRest(long length, int start)
    {
        var missing = length - (_filled - start);
        while (missing > 0)
        {
            // What is too long to be kept is counted.
            var room = _filled < _buffer.Length ? _filled : start;
            missing -= Fill(room);
        }

        return length;
    }

    // Line breaks inside JSON strings are escaped, so that this one is the end of the last chunk.
    private long ReceiveChunks(int start)
    {
        long dropped = 0;
        while (!_buffer.AsSpan(start, _filled - start).EndsWith("0\r\n\r\n"u8))
        {
            if (_filled == _buffer.Length)
            {
                var tail = _buffer.AsSpan(_filled - 8, 8);
                dropped += _filled - start - 8;
                tail.CopyTo(_buffer.AsSpan(start));
                _filled = start + 8;
            }

            Fill(_filled);
        }

        return dropped + _filled - start;
    }

    private int Fill(int at)
    {
        var read = _socket.Receive(_buffer.AsSpan(at));
        if (read == 0)
            throw new IOException("the server closed the connection");
        _filled = at + read;
        return read;
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[_socket.Send(bytes)..];
    }
}
