using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Datacurve.Cli.Spool.Control;

/// <summary>
/// Answers commands of the same user while this process holds the recording: a Unix socket in a folder that
/// nobody else can enter, one line of JSON for each line.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    // The longest path that every system takes for a socket (macOS: 104 with its end).
    private const int PathBytesMax = 100;
    private const int ClientsMax = 16;
    private static readonly TimeSpan AcceptAgain = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _path;
    private readonly string? _ownFolder;
    private Task _accepting = Task.CompletedTask;

    private ControlServer(string path, string? ownFolder) => (_path, _ownFolder) = (path, ownFolder);

    /// <summary>Where it listens.</summary>
    public string Path => _path;

    /// <summary>
    /// Listens in <paramref name="folder"/>, or in a folder of its own where that one's path is too long for
    /// a socket; answers once <see cref="Answer"/> says for which recording.
    /// </summary>
    /// <exception cref="IOException">No socket can be made there.</exception>
    public static ControlServer Listen(string folder)
    {
        var path = System.IO.Path.Combine(folder, "socket");
        var own = IsTooLong(path) ? MakeShortFolder() : null;
        var server = new ControlServer(own is null ? path : System.IO.Path.Combine(own, "socket"), own);
        // Whoever holds the lock owns the name: what lies there was left by a process that was killed.
        File.Delete(server._path);
        try
        {
            server._socket.Bind(new UnixDomainSocketEndPoint(server._path));
        }
        catch (SocketException e)
        {
            throw new IOException($"The socket {server._path} cannot be made: {e.Message}", e);
        }
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(server._path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        server._socket.Listen(ClientsMax);
        return server;
    }

    private static bool IsTooLong(string path) => Encoding.UTF8.GetByteCount(path) > PathBytesMax;

    // The folder for temporary files may itself lie deep in another.
    private static string MakeShortFolder()
    {
        var folder = Directory.CreateTempSubdirectory("datacurve-").FullName;
        if (OperatingSystem.IsWindows() || !IsTooLong(System.IO.Path.Combine(folder, "socket")))
            return folder;
        Directory.Delete(folder);
        return Directory
            .CreateDirectory(
                $"/tmp/datacurve-{Guid.NewGuid():N}",
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            )
            .FullName;
    }

    public void Answer(Recording recording) => _accepting = AcceptAsync(recording, _stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _socket.Dispose();
        File.Delete(_path);
        if (_ownFolder is not null)
            Directory.Delete(_ownFolder);
        _stop.Dispose();
    }

    private async Task AcceptAsync(Recording recording, CancellationToken ct)
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                if (await TryAcceptAsync(ct) is not { } client)
                    continue;
                clients.RemoveAll(served => served.IsCompleted);
                if (clients.Count < ClientsMax)
                    clients.Add(ServeAsync(client, recording, ct));
                else
                    client.Dispose();
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(clients);
        }
    }

    // A process that has no descriptor left for a client has one again later, and whoever asks waits.
    private async Task<Socket?> TryAcceptAsync(CancellationToken ct)
    {
        try
        {
            return await _socket.AcceptAsync(ct);
        }
        catch (SocketException)
        {
            await Task.Delay(AcceptAgain, ct);
            return null;
        }
    }

    private static async Task ServeAsync(Socket client, Recording recording, CancellationToken ct)
    {
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            var lines = new LineReader(stream);
            while (await lines.ReadAsync(ct) is { } line)
            {
                var answer = await AnswerAsync(recording, line, ct);
                await JsonSerializer.SerializeAsync(stream, answer, ControlJson.Default.ControlAnswer, ct);
                await stream.WriteAsync("\n"u8.ToArray(), ct);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // The client went away, or the recording ends: nobody is left to be told.
        }
    }

    private static async Task<ControlAnswer> AnswerAsync(
        Recording recording,
        ReadOnlyMemory<byte> line,
        CancellationToken ct
    )
    {
        try
        {
            var request = JsonSerializer.Deserialize(line.Span, ControlJson.Default.ControlRequest);
            return request is null
                ? ControlAnswer.No("A line takes one request.")
                : await RecordingActions.RunAsync(recording, request, ct);
        }
        catch (JsonException e)
        {
            return ControlAnswer.No($"That is no request: {e.Message}");
        }
        // Whatever one client asks, the recording and its other clients go on.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return ControlAnswer.No($"The process that records could not do it: {e.Message}");
        }
    }
}
