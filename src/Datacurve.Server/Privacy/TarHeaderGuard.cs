using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Datacurve.Server.Privacy;

/// <summary>
/// Watches a tar as it is read and refuses an extended header or long name of more than a mebibyte, which
/// the reader behind it would take into memory whole, whatever size an archive of a few bytes claims. Content
/// has the length that its own header says: where an extended header says another, what follows could be read
/// as a header there and not here, so that it is refused too.
/// </summary>
/// <param name="tar">The tar from its beginning; not disposed.</param>
/// <param name="refusal">Makes what is thrown, of the reason.</param>
internal sealed partial class TarHeaderGuard(Stream tar, Func<string, Exception> refusal) : Stream
{
    private const int BlockBytes = 512;
    private const int MetadataBytesMax = 1 << 20;
    private readonly byte[] _header = new byte[BlockBytes];
    private int _headerFilled;
    private readonly ArrayBufferWriter<byte> _records = new();
    private long _contentLeft;
    private long _recordsLeft;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = tar.Read(buffer);
        Watch(buffer[..read]);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct = default)
    {
        var read = await tar.ReadAsync(buffer, ct);
        Watch(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken ct) =>
        ReadAsync(buffer.AsMemory(offset, count), ct).AsTask();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Watch(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_contentLeft > 0)
            {
                var skipped = (int)Math.Min(_contentLeft, bytes.Length);
                _contentLeft -= skipped;
                if (_recordsLeft > 0)
                    ReadRecords(bytes[..(int)Math.Min(_recordsLeft, skipped)]);
                bytes = bytes[skipped..];
                continue;
            }
            var taken = Math.Min(BlockBytes - _headerFilled, bytes.Length);
            bytes[..taken].CopyTo(_header.AsSpan(_headerFilled));
            _headerFilled += taken;
            bytes = bytes[taken..];
            if (_headerFilled == BlockBytes)
                ReadHeader();
        }
    }

    private void ReadHeader()
    {
        _headerFilled = 0;
        var size = ReadSize(_header.AsSpan(124, 12));
        var isMetadata = (char)_header[156] is 'x' or 'g' or 'X' or 'L' or 'K';
        if (size < 0 || (isMetadata && size > MetadataBytesMax))
            throw refusal("it holds a header of an absurd size");
        _contentLeft = (size + BlockBytes - 1) / BlockBytes * BlockBytes;
        _recordsLeft = (char)_header[156] is 'x' or 'g' ? size : 0;
    }

    private void ReadRecords(ReadOnlySpan<byte> bytes)
    {
        _records.Write(bytes);
        _recordsLeft -= bytes.Length;
        if (_recordsLeft > 0)
            return;
        if (SizeRecord().IsMatch(Encoding.Latin1.GetString(_records.WrittenSpan)))
            throw refusal("a file in it has two sizes");
        _records.ResetWrittenCount();
    }

    // Octal digits, or with the first bit set a big-endian number (GNU tar).
    private static long ReadSize(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) == 0)
        {
            var digits = Encoding.ASCII.GetString(field).Trim(' ', '\0');
            long octal = 0;
            foreach (var digit in digits)
                octal = digit is >= '0' and <= '7'
                    ? (octal * 8) + (digit - '0')
                    : throw new InvalidDataException("a header without a size is none");
            return octal;
        }
        long size = field[0] & 0x7f;
        foreach (var part in field[1..])
        {
            if (size > long.MaxValue >> 16)
                return -1;
            size = (size << 8) | part;
        }
        return size;
    }

    // A record is its own length, its name and its value: "12 size=345" and a line feed.
    [GeneratedRegex(@"(\A|\n)[0-9]+ size=", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex SizeRecord();
}
