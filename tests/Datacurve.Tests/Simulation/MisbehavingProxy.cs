using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Datacurve.Tests.Simulation;

/// <summary>What the network does to one request.</summary>
internal enum NetworkFault
{
    None,

    /// <summary>The request never arrives.</summary>
    DropRequest,

    /// <summary>It is done, and nobody hears of it.</summary>
    DropAnswer,

    /// <summary>A part of it arrives.</summary>
    CutRequest,

    /// <summary>A part of the answer comes back.</summary>
    CutAnswer,

    /// <summary>It arrives twice at the same time, at two servers where there are two.</summary>
    Duplicate,

    /// <summary>It waits on its way.</summary>
    Delay,
}

/// <summary>
/// Stands between clients and servers, on an address that outlives every server: one request a connection,
/// and with some of them it does what networks do. The same seed gives the same faults in the same order.
/// </summary>
internal sealed class MisbehavingProxy : IAsyncDisposable
{
    private static readonly TimeSpan DelayMax = TimeSpan.FromMilliseconds(300);
    private static readonly NetworkFault[] Faults = Enum.GetValues<NetworkFault>()[1..];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<IReadOnlyList<Uri>> _servers;
    private readonly Random _random;
    private readonly double _share;
    private readonly Task _loop;
    private readonly int[] _counts = new int[Enum.GetValues<NetworkFault>().Length];

    /// <param name="seed">Decides what happens to which request.</param>
    /// <param name="share">Of the requests, 0 to 1, those that something happens to.</param>
    /// <param name="servers">Where requests go: to any of these.</param>
    public MisbehavingProxy(int seed, double share, Func<IReadOnlyList<Uri>> servers)
    {
        (_random, _share, _servers) = (new Random(seed), share, servers);
        _listener.Start();
        _loop = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>How many came in all.</summary>
    public int Requests => _counts.Sum();

    /// <summary>How often each fault happened.</summary>
    public string Summary =>
        string.Join(", ", Enum.GetValues<NetworkFault>().Select(fault => $"{fault} {_counts[(int)fault]}"));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                // In the order of arrival, so that the order of connections alone decides.
                var plan = Plan();
                _ = Task.Run(() => ServeAsync(client, plan));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    private RequestPlan Plan()
    {
        var fault = _random.NextDouble() < _share ? Faults[_random.Next(Faults.Length)] : NetworkFault.None;
        _counts[(int)fault]++;
        return new RequestPlan(fault, _random.NextDouble(), _random.Next());
    }

    private async Task ServeAsync(TcpClient client, RequestPlan plan)
    {
        using var connection = client;
        try
        {
            var stream = connection.GetStream();
            if (await ReadRequestAsync(stream) is not { } request || plan.Fault == NetworkFault.DropRequest)
                return;
            if (plan.Fault == NetworkFault.Delay)
                await Task.Delay(DelayMax * plan.Where, _stop.Token);
            var answer = await AskAsync(request, plan);
            if (plan.Fault == NetworkFault.CutAnswer)
                answer = answer[..(int)(answer.Length * plan.Where)];
            if (plan.Fault is not (NetworkFault.DropAnswer or NetworkFault.CutRequest))
                await stream.WriteAsync(answer, _stop.Token);
        }
        catch (Exception exception)
            when (exception is IOException or SocketException or OperationCanceledException)
        {
            // The server was killed, or the client has gone: the connection just ends.
        }
    }

    /// <summary>
    /// What the server says to the request; nothing where the connection breaks in its midst.
    /// </summary>
    private async Task<byte[]> AskAsync(byte[] request, RequestPlan plan)
    {
        if (plan.Fault == NetworkFault.CutRequest)
            return await AskOneAsync(request[..(int)(request.Length * plan.Where)], plan.Server, cut: true);
        var second = plan.Fault == NetworkFault.Duplicate ? AskOneAsync(request, plan.Server + 1) : null;
        var answer = await AskOneAsync(request, plan.Server);
        return second is null || plan.Where < 0.5 ? answer : await second;
    }

    private async Task<byte[]> AskOneAsync(byte[] request, int server, bool cut = false)
    {
        var servers = _servers();
        if (servers.Count == 0)
            throw new IOException("no server runs");
        var address = servers[(int)((uint)server % servers.Count)];
        using var connection = new TcpClient { NoDelay = true };
        await connection.ConnectAsync(address.Host, address.Port, _stop.Token);
        var stream = connection.GetStream();
        await stream.WriteAsync(request, _stop.Token);
        using var answer = new MemoryStream();
        if (!cut)
            await stream.CopyToAsync(answer, _stop.Token);
        return answer.ToArray();
    }

    /// <summary>
    /// The request to its last byte, made to end its connection. Null where the client went away before.
    /// </summary>
    private async Task<byte[]?> ReadRequestAsync(NetworkStream stream)
    {
        var request = new ArrayBufferWriter<byte>();
        int end;
        while ((end = request.WrittenSpan.IndexOf("\r\n\r\n"u8)) < 0)
            if (!await ReadMoreAsync(stream, request))
                return null;
        var head = Encoding.ASCII.GetString(request.WrittenSpan[..end]);
        var length = end + 4 + ContentLength(head);
        while (request.WrittenCount < length)
            if (!await ReadMoreAsync(stream, request))
                return null;
        return
        [
            .. Encoding.ASCII.GetBytes(head + "\r\nConnection: close\r\n\r\n"),
            .. request.WrittenSpan[(end + 4)..length],
        ];
    }

    private async Task<bool> ReadMoreAsync(NetworkStream stream, ArrayBufferWriter<byte> request)
    {
        var read = await stream.ReadAsync(request.GetMemory(64 << 10), _stop.Token);
        request.Advance(read);
        return read > 0;
    }

    private static int ContentLength(string head)
    {
        const string Name = "Content-Length:";
        var line = head.Split("\r\n")
            .FirstOrDefault(found => found.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        return line is null ? 0 : int.Parse(line[Name.Length..], CultureInfo.InvariantCulture);
    }

    /// <param name="Fault">What happens.</param>
    /// <param name="Where">How far along, 0 to 1.</param>
    /// <param name="Server">Which server it goes to, counted round and round.</param>
    private sealed record RequestPlan(NetworkFault Fault, double Where, int Server);
}
