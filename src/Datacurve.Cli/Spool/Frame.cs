using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Datacurve.Cli.Spool;

/// <summary>What a frame holds; the numbers stand on disk.</summary>
internal enum FrameKind : byte
{
    /// <summary>One event, as JSON as it goes over the wire.</summary>
    Event = 1,

    /// <summary>What redaction changed in an event or a blob, as JSON.</summary>
    Redacted = 2,
}

/// <summary>
/// One record of a segment: four bytes that mark its start, the length of its content (32 bits, little
/// endian), its kind, the first eight bytes of the SHA-256 of length, kind and content, and the content.
/// </summary>
/// <remarks>
/// The mark lets a reader find the next frame behind a damaged one. Content is JSON, which has no byte zero,
/// while the length of a frame always has one: recorded text cannot pass for a frame.
/// </remarks>
internal readonly record struct Frame(FrameKind Kind, ReadOnlyMemory<byte> Content, int Offset)
{
    public const int HeadBytes = 4 + 4 + 1 + ChecksumBytes;

    /// <summary>More than any event may have; a length beyond it is damage.</summary>
    public const int ContentBytesMax = (16 << 20) - 1;
    private const int ChecksumBytes = 8;
    private const int ChecksumAt = 9;

    public static ReadOnlySpan<byte> Mark => "\u0001dc\u0002"u8;

    /// <summary>Where the next frame starts.</summary>
    public int End => Offset + HeadBytes + Content.Length;

    public static void Write(IBufferWriter<byte> output, FrameKind kind, ReadOnlySpan<byte> content)
    {
        if (content.Length > ContentBytesMax)
            throw new ArgumentException("too long for a frame", nameof(content));
        var frame = output.GetSpan(HeadBytes + content.Length)[..(HeadBytes + content.Length)];
        Mark.CopyTo(frame);
        BinaryPrimitives.WriteInt32LittleEndian(frame[Mark.Length..], content.Length);
        frame[ChecksumAt - 1] = (byte)kind;
        content.CopyTo(frame[HeadBytes..]);
        Checksum(frame, frame[ChecksumAt..HeadBytes]);
        output.Advance(frame.Length);
    }

    /// <summary>The frame at the offset, or null where the bytes there are no whole frame.</summary>
    public static Frame? TryRead(ReadOnlyMemory<byte> segment, int offset)
    {
        var bytes = segment.Span[offset..];
        if (bytes.Length < HeadBytes || !bytes.StartsWith(Mark))
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[Mark.Length..]);
        if (length is < 0 or > ContentBytesMax || length > bytes.Length - HeadBytes)
            return null;

        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        Checksum(bytes[..(HeadBytes + length)], checksum);
        return checksum.SequenceEqual(bytes[ChecksumAt..HeadBytes])
            ? new Frame((FrameKind)bytes[ChecksumAt - 1], segment.Slice(offset + HeadBytes, length), offset)
            : null;
    }

    private static void Checksum(ReadOnlySpan<byte> frame, Span<byte> checksum)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(frame[Mark.Length..ChecksumAt]);
        hash.AppendData(frame[HeadBytes..]);
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(whole);
        whole[..ChecksumBytes].CopyTo(checksum);
    }
}
