using Datacurve.Server.Privacy;

namespace Datacurve.Server.Blobs;

/// <summary>
/// The content of a compressed blob as a stream that seeks, so that ranges of it can be served: forward by
/// reading on, backward by beginning again. Owns the compressed bytes.
/// </summary>
internal sealed class ZstandardStream(Stream stored, long length) : Stream
{
    private const int SkipLength = 128 * 1024;

    private Stream _content = Packing.OpenZstandard(stored);
    private long _reached;
    private long _position;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (_position >= length)
            return 0;

        Rewind();
        if (_position > _reached)
            await SkipAsync(_position - _reached, cancellationToken);
        var read = await _content.ReadAsync(buffer, cancellationToken);
        _position = _reached += read;
        return read;
    }

    public override Task<int> ReadAsync(
        byte[] buffer,
        int offset,
        int count,
        CancellationToken cancellationToken
    ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_position >= length)
            return 0;

        Rewind();
        for (var skip = new byte[SkipLength]; _reached < _position; )
        {
            var passed = _content.Read(skip, 0, (int)Math.Min(skip.Length, _position - _reached));
            if (passed == 0)
                return 0;
            _reached += passed;
        }

        var read = _content.Read(buffer);
        _position = _reached += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => length + offset,
        };

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
            stored.Dispose();
        }

        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await _content.DisposeAsync();
        await stored.DisposeAsync();
        await base.DisposeAsync();
    }

    private void Rewind()
    {
        if (_position >= _reached)
            return;

        _content.Dispose();
        stored.Position = 0;
        _content = Packing.OpenZstandard(stored);
        _reached = 0;
    }

    private async Task SkipAsync(long count, CancellationToken ct)
    {
        var skip = new byte[SkipLength];
        while (count > 0)
        {
            var passed = await _content.ReadAsync(skip.AsMemory(0, (int)Math.Min(skip.Length, count)), ct);
            if (passed == 0)
                return;
            count -= passed;
            _reached += passed;
        }
    }
}
