using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Originals;

/// <summary>
/// How an original lies in a store: a header of 48 bytes (magic, the key's id, a salt), then the content in
/// chunks of 64 KiB, each under AES-256-GCM with a tag of 16 bytes. The nonce is the chunk's place and
/// whether it is the last, and the header is bound to each: what is cut, moved, repeated or taken from
/// elsewhere does not open.
/// </summary>
/// <remarks>
/// The data key is HKDF-SHA256 of the operator's key, the salt and what this is an original of. No two
/// originals share one, so that a nonce that counts is never used twice under a key.
/// </remarks>
internal static class OriginalFormat
{
    public const int SaltBytes = 32;
    public const int KeyIdAt = 8;
    public const int HeaderBytes = KeyIdAt + RawKey.IdBytes + SaltBytes;
    public const int ChunkBytes = 64 << 10;
    public const int TagBytes = 16;
    public const int SealedChunkBytes = ChunkBytes + TagBytes;
    private const int NonceBytes = 12;

    private static ReadOnlySpan<byte> Magic => "dc.raw.1"u8;

    /// <summary>What a blob's original is bound to; that it is the right one its hash says.</summary>
    public static byte[] OfBlob(ProjectId project) => [.. "blob "u8, .. project.Value.Stored()];

    /// <summary>What an event's original is bound to.</summary>
    public static byte[] OfEvent(TraceId traceId, long seq) =>
        [.. "event "u8, .. traceId.Stored(), .. Encoding.ASCII.GetBytes($" {seq}")];

    /// <summary>What the original of a trace's document is bound to.</summary>
    public static byte[] OfDocument(TraceId traceId, string kind) =>
        [.. "document "u8, .. traceId.Stored(), .. Encoding.ASCII.GetBytes($" {kind}")];

    public static byte[] Header(RawKey key) =>
        [.. Magic, .. key.Id, .. RandomNumberGenerator.GetBytes(SaltBytes)];

    /// <exception cref="OriginalDamagedException">It is no header.</exception>
    public static (byte[] KeyId, byte[] Salt) Parse(byte[] header) =>
        header.AsSpan().StartsWith(Magic)
            ? (header[Magic.Length..^SaltBytes], header[^SaltBytes..])
            : throw new OriginalDamagedException("it does not begin as one");

    /// <summary>The bytes of content in a stored original of a length.</summary>
    /// <exception cref="OriginalDamagedException">None has that length.</exception>
    public static long ContentLength(long storedLength)
    {
        var chunks = ChunksIn(storedLength);
        var last = storedLength - HeaderBytes - (chunks - 1) * SealedChunkBytes;
        return chunks > 0 && last >= TagBytes
            ? storedLength - HeaderBytes - chunks * TagBytes
            : throw new OriginalDamagedException("it is cut");
    }

    public static long ChunksIn(long storedLength) =>
        (storedLength - HeaderBytes + SealedChunkBytes - 1) / SealedChunkBytes;

    public static byte[] Nonce(long chunk, bool isLast)
    {
        var nonce = new byte[NonceBytes];
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(3), chunk);
        nonce[^1] = isLast ? (byte)1 : (byte)0;
        return nonce;
    }
}

/// <summary>What is stored as an original is none, or not the one that was kept.</summary>
internal sealed class OriginalDamagedException(string how)
    : Exception($"the stored original is damaged: {how}");

/// <summary>An original was sealed with a key that this process was not given.</summary>
internal sealed class OriginalKeyException(byte[] keyId)
    : Exception(
        $"the original was sealed with the key {Convert.ToHexStringLower(keyId)}, which RAW_KEY_PATH does not name"
    );

/// <summary>A project keeps originals, and this process was given no key to seal them with.</summary>
internal sealed class NoRawKeyException()
    : Exception("the project's mode is raw, and RAW_KEY_PATH names no key to seal originals with");
