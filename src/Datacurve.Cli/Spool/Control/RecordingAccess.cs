using System.Net.Sockets;
using System.Text.Json;

namespace Datacurve.Cli.Spool.Control;

/// <summary>
/// Does something to a recording: takes the lock and does it, or asks the process that holds it.
/// </summary>
internal sealed class RecordingAccess : IAsyncDisposable
{
    // A command holds the lock for moments only, and has no socket.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Recording? _own;
    private readonly NetworkStream? _other;
    private readonly LineReader? _answers;

    private RecordingAccess(Recording own) => _own = own;

    private RecordingAccess(NetworkStream other) => (_other, _answers) = (other, new LineReader(other));

    /// <exception cref="RecordingHeldException">Its holder does not answer.</exception>
    /// <exception cref="RecordingException">Its holder is stopped.</exception>
    public static async Task<RecordingAccess> OpenAsync(
        RecordingStore store,
        string id,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new RecordingAccess(store.Open(id));
            }
            catch (RecordingHeldException held)
            {
                if (held.Holder is { Socket: not null, Pid: var pid } && IsStopped(pid))
                    throw new RecordingException(
                        $"Process {pid}, which records, is stopped. Resume it with `fg` in the shell that it was "
                            + "started from, and try again."
                    );
                if (await ConnectAsync(held.Holder?.Socket, ct) is { } other)
                    return new RecordingAccess(other);
                if (time.GetElapsedTime(started) > Patience)
                    throw;
            }
            await Task.Delay(Pause, time, ct);
        }
    }

    /// <exception cref="RecordingException">The holder ended before it answered.</exception>
    public async Task<ControlAnswer> RunAsync(ControlRequest request, CancellationToken ct)
    {
        if (_own is not null)
            return await RecordingActions.RunAsync(_own, request, ct);
        var asked = JsonSerializer.SerializeToUtf8Bytes(request, ControlJson.Default.ControlRequest);
        if (asked.Length >= LineReader.LineBytesMax)
            return ControlAnswer.No($"That is longer than {LineReader.LineBytesMax} bytes.");
        try
        {
            await _other!.WriteAsync(asked, ct);
            await _other!.WriteAsync("\n"u8.ToArray(), ct);
            if (await _answers!.ReadAsync(ct) is { } line)
                return JsonSerializer.Deserialize(line.Span, ControlJson.Default.ControlAnswer)!;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw new RecordingException($"The process that records went away: {e.Message}", e);
        }
        throw new RecordingException("The process that records ended before it answered. Try again.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
            await _own.DisposeAsync();
        if (_other is not null)
            await _other.DisposeAsync();
    }

    // Its socket takes connections all the same, and nobody answers. Other systems than Linux do not tell.
    private static bool IsStopped(int processId)
    {
        try
        {
            // <id> SP ( <name> ) SP <state>
            var state = File.ReadAllText($"/proc/{processId}/stat");
            return state.AsSpan(state.LastIndexOf(')') + 1).StartsWith(" T");
        }
        catch (Exception untold) when (untold is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task<NetworkStream?> ConnectAsync(string? path, CancellationToken ct)
    {
        if (path is null)
            return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
