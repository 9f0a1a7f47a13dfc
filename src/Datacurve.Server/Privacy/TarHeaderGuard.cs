using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Datacurve.Server.Privacy;

/// <summary>
/// Watches a tar as it is read and refuses an extended header or long name of more than a mebibyte, which
/// the reader behind it would take into memory whole, whatever size an archive of a few bytes claims. Content
/// has the length that its own header says: where an extended header says another, what follows could be read
/// as a header there and not here, so that it is refused too. And it tells whether bytes that mean nothing,
/// which no reader gives away, are other than the zeros that they should be.
/// </summary>
/// <param name="tar">The tar from its beginning; not disposed.</param>
/// <param name="refusal">Makes what is thrown, of the reason.</param>
internal sealed partial class TarHeaderGuard(Stream tar, Func<string, Exception> refusal) : Stream
{
    private const int BlockBytes = 512;
    private const int MetadataBytesMax = 1 << 20;
    private const int MagicAt = 257;

    // The fields of a header that are text up to its first zero: name, target, owner and group.
    private static readonly (int At, int Length)[] Texts = [(0, 100), (157, 100), (265, 32), (297, 32)];

    private readonly byte[] _header = new byte[BlockBytes];
    private int _headerFilled;
    private readonly ArrayBufferWriter<byte> _records = new();
    private long _contentLeft;
    private long _paddingLeft;
    private long _recordsLeft;
    private bool _isText;
    private bool _hasEnded;

    /// <summary>
    /// Whether something stands in what was read where nothing should: between two files, behind a name.
    /// </summary>
    public bool HoldsMore { get; private set; }

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
                if (_isText)
                    ReadText(bytes[..skipped]);
                bytes = bytes[skipped..];
                continue;
            }
            if (_paddingLeft > 0)
            {
                var padding = (int)Math.Min(_paddingLeft, bytes.Length);
                _paddingLeft -= padding;
                Expect(bytes[..padding]);
                bytes = bytes[padding..];
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
        _contentLeft = size;
        _paddingLeft = (BlockBytes - (size % BlockBytes)) % BlockBytes;
        // A long name ends at its first zero too.
        (_isText, _hasEnded) = ((char)_header[156] is 'L' or 'K', false);
        ExpectNothingElse();
        _recordsLeft = (char)_header[156] is 'x' or 'g' ? size : 0;
    }

    private void ExpectNothingElse()
    {
        // It is taken for the end, whatever else is in it.
        if (!_header.AsSpan(148, 8).ContainsAnyExcept("\0 "u8))
            Expect(_header);
        foreach (var (at, length) in Texts)
            ExpectBehindText(_header.AsSpan(at, length));
        if (_header.AsSpan(MagicAt).StartsWith("ustar\0"u8))
        {
            ExpectBehindText(_header.AsSpan(345, 155));
            Expect(_header.AsSpan(500));
        }
        // GNU tar has numbers there instead, and what a sparse file lacks.
        else if (_header.AsSpan(MagicAt).StartsWith("ustar "u8))
            Expect((char)_header[156] == 'S' ? [] : _header.AsSpan(369));
        else
            Expect(_header.AsSpan(MagicAt));
    }

    private void ExpectBehindText(ReadOnlySpan<byte> field)
    {
        if (field.IndexOf((byte)0) is >= 0 and var end)
            Expect(field[end..]);
    }

    private void ReadText(ReadOnlySpan<byte> bytes)
    {
        var end = _hasEnded ? 0 : bytes.IndexOf((byte)0);
        _hasEnded = end >= 0;
        if (_hasEnded)
            Expect(bytes[end..]);
    }

    private void Expect(ReadOnlySpan<byte> zeros) => HoldsMore |= zeros.ContainsAnyExcept((byte)0);

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
