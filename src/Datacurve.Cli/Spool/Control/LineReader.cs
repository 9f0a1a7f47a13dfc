namespace Datacurve.Cli.Spool.Control;

/// <summary>
/// Reads lines of bytes from a stream, each of bounded length: the framework's readers take a line of any.
/// </summary>
internal sealed class LineReader(Stream stream)
{
    public const int LineBytesMax = 16 << 20;

    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>The next line without its end, valid until the next call; null at the end.</summary>
    /// <exception cref="IOException">A line is longer than it may be.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken ct)
    {
        var searched = _start;
        while (true)
        {
            var length = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (length >= 0)
                return Take(searched + length, skip: 1);
            searched = _end;
            if (_end == _buffer.Length)
                searched -= MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), ct);
            if (read == 0)
            {
                // Not a conditional: there, null would become an empty line by way of an array.
                if (_start == _end)
                    return null;
                return Take(_end, skip: 0);
            }
            _end += read;
        }
    }

    private ReadOnlyMemory<byte> Take(int end, int skip)
    {
        var line = _buffer.AsMemory(_start, end - _start);
        _start = end + skip;
        return line;
    }

    private int MakeRoom()
    {
        var moved = _start;
        if (moved == 0 && _buffer.Length >= LineBytesMax)
            throw new IOException($"A line is longer than {LineBytesMax} bytes.");
        var next = moved == 0 ? new byte[_buffer.Length * 2] : _buffer;
        _buffer.AsSpan(_start, _end - _start).CopyTo(next);
        (_buffer, _start, _end) = (next, 0, _end - moved);
        return moved;
    }
}
