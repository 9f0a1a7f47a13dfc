using System.Buffers.Binary;
using System.Security.Cryptography;
using Datacurve.Core;
using Microsoft.Win32.SafeHandles;

namespace Datacurve.Cli.Spool;

/// <summary>
/// What stands before a blob in a pack: four bytes that mark its start, the length of the blob (32 bits,
/// little endian), its SHA-256, and the first eight bytes of the SHA-256 of both.
/// </summary>
internal static class PackHead
{
    public const int Bytes = ChecksumAt + ChecksumBytes;
    private const int LengthAt = 4;
    private const int HashAt = 8;
    private const int ChecksumAt = HashAt + SHA256.HashSizeInBytes;
    private const int ChecksumBytes = 8;

    public static ReadOnlySpan<byte> Mark => "\u0001dp\u0002"u8;

    public static byte[] Of(BlobId blobId, int length)
    {
        var head = new byte[Bytes];
        Mark.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(LengthAt), length);
        Convert.FromHexString(blobId.Hash).CopyTo(head, HashAt);
        Checksum(head, head.AsSpan(ChecksumAt));
        return head;
    }

    /// <summary>The blob that follows, or null where the bytes are no head.</summary>
    public static (BlobId BlobId, int Length)? TryRead(ReadOnlySpan<byte> head)
    {
        if (head.Length < Bytes || !head.StartsWith(Mark))
            return null;
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        Checksum(head, checksum);
        var length = BinaryPrimitives.ReadInt32LittleEndian(head[LengthAt..]);
        return length >= 0 && checksum.SequenceEqual(head[ChecksumAt..Bytes])
            ? (BlobId.FromHash(head[HashAt..ChecksumAt]), length)
            : null;
    }

    private static void Checksum(ReadOnlySpan<byte> head, Span<byte> checksum)
    {
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(head[LengthAt..ChecksumAt], whole);
        whole[..ChecksumBytes].CopyTo(checksum);
    }
}

/// <summary>A blob in a pack.</summary>
/// <param name="BlobId">Its id.</param>
/// <param name="Offset">Where its head starts.</param>
/// <param name="Length">Of its content, in bytes.</param>
internal readonly record struct PackedBlob(BlobId BlobId, long Offset, int Length)
{
    /// <summary>Bytes of head and content.</summary>
    public int Size => PackHead.Bytes + Length;
    public long End => Offset + Size;
}

/// <summary>Finds the blobs of a pack, one of which may be torn, by their heads.</summary>
internal static class PackScan
{
    private const int WindowBytes = 64 << 10;

    /// <summary>The whole blobs, in order. What lies damaged between them is passed over.</summary>
    /// <param name="file">The pack; may be appended to meanwhile.</param>
    /// <param name="verify">
    /// Whether contents are read and compared with their hashes. Behind damage they are in any case: there
    /// the content of a blob may pass for a head.
    /// </param>
    public static IEnumerable<PackedBlob> Read(SafeFileHandle file, bool verify)
    {
        var length = RandomAccess.GetLength(file);
        var head = new byte[PackHead.Bytes];
        for (var at = 0L; at < length; )
        {
            var read = RandomAccess.Read(file, head, at);
            if (
                PackHead.TryRead(head.AsSpan(0, read)) is var (blobId, size)
                && new PackedBlob(blobId, at, size) is var found
                && found.End <= length
                && (!verify || Content(file, found) is { } content && BlobId.Of(content) == blobId)
            )
            {
                yield return found;
                at = found.End;
                continue;
            }
            verify = true;
            at = NextMark(file, at + 1, length);
        }
    }

    /// <summary>The bytes of a blob, or null where the file ends before.</summary>
    public static byte[]? Content(SafeFileHandle file, PackedBlob blob)
    {
        var content = new byte[blob.Length];
        for (var read = 0; read < content.Length; )
        {
            var count = RandomAccess.Read(file, content.AsSpan(read), blob.Offset + PackHead.Bytes + read);
            if (count == 0)
                return null;
            read += count;
        }
        return content;
    }

    private static long NextMark(SafeFileHandle file, long from, long length)
    {
        var window = new byte[WindowBytes];
        var step = window.Length - PackHead.Mark.Length + 1;
        for (var at = from; at < length; at += step)
        {
            var count = RandomAccess.Read(file, window, at);
            if (window.AsSpan(0, count).IndexOf(PackHead.Mark) is var found and >= 0)
                return at + found;
        }
        return length;
    }
}
