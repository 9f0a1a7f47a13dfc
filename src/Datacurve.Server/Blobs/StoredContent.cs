using System.Buffers;
using System.Security.Cryptography;
using Datacurve.Core;
using Datacurve.Server.Privacy;
using ZstdSharp;

namespace Datacurve.Server.Blobs;

/// <summary>
/// A blob's bytes as they lie in a store, seekable, and how to read the content out of them. Owns the stream.
/// </summary>
internal sealed record StoredContent(Stream Stored, BlobForm Form) : IAsyncDisposable
{
    /// <summary>Content up to this length is read once, into memory; longer content is read twice.</summary>
    private const int MemoryLengthMax = 1 << 20;

    private const int BufferLength = 128 * 1024;

    /// <summary>
    /// The content after every byte of it was verified, as a seekable stream that owns this; null where it is
    /// damaged.
    /// </summary>
    public async Task<Stream?> VerifyAsync(BlobId blobId, long byteLength, CancellationToken ct)
    {
        if (byteLength <= MemoryLengthMax)
        {
            var content = new byte[byteLength];
            return await HashesToAsync(blobId, byteLength, content, ct) ? new MemoryStream(content) : null;
        }

        if (!await HashesToAsync(blobId, byteLength, copy: null, ct))
            return null;
        Stored.Position = 0;
        return Form == BlobForm.Raw ? Stored : new ZstandardStream(Stored, byteLength);
    }

    /// <summary>Whether the content hashes to the id, and is as long as is said where that is said.</summary>
    public Task<bool> HashesToAsync(BlobId blobId, long? byteLength, CancellationToken ct) =>
        HashesToAsync(blobId, byteLength, copy: null, ct);

    public ValueTask DisposeAsync() => Stored.DisposeAsync();

    private async Task<bool> HashesToAsync(
        BlobId blobId,
        long? byteLength,
        Memory<byte>? copy,
        CancellationToken ct
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        await using var decompressing = Form == BlobForm.Raw ? null : Packing.OpenZstandard(Stored);
        try
        {
            var length = 0L;
            for (int read; (read = await (decompressing ?? Stored).ReadAsync(buffer, ct)) > 0; )
            {
                if (length + read > byteLength)
                    return false;
                hash.AppendData(buffer, 0, read);
                if (copy is { } whole)
                    buffer.AsMemory(0, read).CopyTo(whole[(int)length..]);
                length += read;
            }

            return (byteLength is null || length == byteLength)
                && BlobId.FromHash(hash.GetHashAndReset()) == blobId;
        }
        catch (Exception exception) when (exception is ZstdException or EndOfStreamException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
