using System.Threading.Channels;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>What happened on the terminal, for the disk: in order, and never waiting for it.</summary>
internal abstract record TerminalItem
{
    internal sealed record Started(ShellCommand Command, bool IsUnmarkedShell, TerminalSize Size)
        : TerminalItem;

    internal sealed record Printed(OutputSegment Segment) : TerminalItem;

    /// <param name="ExitCode">Null where the shell did not see it.</param>
    /// <param name="Cwd">The shell's folder afterwards.</param>
    internal sealed record Ended(
        long EndMs,
        long DurationMs,
        int? ExitCode,
        string Cwd,
        long OutputBytes,
        bool IsKept
    ) : TerminalItem;
}

/// <summary>
/// Between the thread that copies the terminal's output and the one that writes the recording. Of each
/// command's output it keeps the head and the tail, of what lies between only how much it was. The methods
/// before <see cref="Items"/> belong to the terminal's thread and never wait.
/// </summary>
internal sealed class OutputTap(TerminalLimits limits, TimeProvider time)
{
    private readonly Channel<TerminalItem> _items = Channel.CreateUnbounded<TerminalItem>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true }
    );
    private readonly byte[] _tail = new byte[limits.CommandTailBytes];
    private OutputSegment? _open;
    private long _waitingBytes;
    private long _recordedBytes;
    private long _commandBytes;
    private long _headLeft;
    private long _tailBytes;
    private bool _gap;

    public void Start(TerminalItem.Started started)
    {
        _commandBytes = _tailBytes = 0;
        _gap = false;
        _headLeft =
            _recordedBytes < limits.RecordingBytes ? limits.CommandHeadBytes : limits.CommandTailBytes;
        Write(started);
    }

    public void Print(ReadOnlySpan<byte> output)
    {
        if (_headLeft > 0)
        {
            var head = output[..(int)Math.Min(output.Length, _headLeft)];
            _headLeft -= head.Length;
            AddToHead(head);
            output = output[head.Length..];
        }
        if (output.Length > 0)
            AddToTail(output);
    }

    /// <summary>Counts output that is not to be kept.</summary>
    public void Skip(int count)
    {
        SealOpen();
        _commandBytes += count;
        _tailBytes = 0;
        _gap = true;
    }

    /// <param name="isKept">Whether the end is recorded; what was printed before it is in any case.</param>
    public void End(long endMs, long durationMs, int? exitCode, string cwd, bool isKept)
    {
        SealOpen();
        WriteTail();
        Write(new TerminalItem.Ended(endMs, durationMs, exitCode, cwd, _commandBytes, isKept));
    }

    public void Complete() => _items.Writer.Complete();

    public ChannelReader<TerminalItem> Items => _items.Reader;

    /// <summary>Called by the reader for each segment that it is done with.</summary>
    public void Taken(OutputSegment segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        Interlocked.Add(ref _waitingBytes, -limits.ChunkBytes);
    }

    private void AddToHead(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            var count = _open?.Append(bytes, nowMs) ?? 0;
            if (count == 0)
            {
                SealOpen();
                if (!TryOpen(limits.ChunkBytes, _commandBytes, nowMs))
                {
                    _commandBytes += bytes.Length;
                    _gap = true;
                    return;
                }
                continue;
            }
            _commandBytes += count;
            _recordedBytes += count;
            bytes = bytes[count..];
        }
    }

    private bool TryOpen(int bytes, long offset, long nowMs)
    {
        if (Interlocked.Read(ref _waitingBytes) >= limits.WaitingBytes)
            return false;
        Interlocked.Add(ref _waitingBytes, limits.ChunkBytes);
        _open = new OutputSegment(new byte[bytes], offset, nowMs, _gap);
        _gap = false;
        Write(new TerminalItem.Printed(_open));
        return true;
    }

    private void AddToTail(ReadOnlySpan<byte> bytes)
    {
        _commandBytes += bytes.Length;
        _tailBytes += bytes.Length;
        if (bytes.Length > _tail.Length)
            bytes = bytes[^_tail.Length..];
        var at = (int)((_tailBytes - bytes.Length) % _tail.Length);
        var first = bytes[..Math.Min(bytes.Length, _tail.Length - at)];
        first.CopyTo(_tail.AsSpan(at));
        bytes[first.Length..].CopyTo(_tail);
    }

    private void WriteTail()
    {
        if (_tailBytes == 0)
            return;
        var kept = (int)Math.Min(_tailBytes, _tail.Length);
        _gap |= _tailBytes > kept;
        var tail = new byte[kept];
        var start = (int)((_tailBytes - kept) % _tail.Length);
        var first = Math.Min(kept, _tail.Length - start);
        _tail.AsSpan(start, first).CopyTo(tail);
        _tail.AsSpan(0, kept - first).CopyTo(tail.AsSpan(first));
        var offset = _commandBytes - kept;
        for (var at = 0; at < kept; at += limits.ChunkBytes)
        {
            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            var length = Math.Min(limits.ChunkBytes, kept - at);
            // The end of a command is kept whatever waits: it is bounded, and the most telling part.
            Interlocked.Add(ref _waitingBytes, limits.ChunkBytes);
            var segment = new OutputSegment(new byte[length], offset + at, nowMs, _gap);
            _gap = false;
            segment.Append(tail.AsSpan(at, length), nowMs);
            segment.Seal();
            Write(new TerminalItem.Printed(segment));
        }
        _tailBytes = 0;
    }

    private void SealOpen()
    {
        _open?.Seal();
        _open = null;
    }

    private void Write(TerminalItem item) => _items.Writer.TryWrite(item);
}
