using System.Security.Cryptography;
using Datacurve.Core;

namespace Datacurve.Server.Blobs.Intake;

/// <summary>What a client sends, hashed and counted as it is read. Leaves the stream open.</summary>
/// <param name="sent">The bytes.</param>
/// <param name="expected">Where given, the end is an error where the bytes hash to something else.</param>
/// <param name="bytesMax">More is an error.</param>
internal sealed class HashedStream(Stream sent, BlobId? expected, long bytesMax) : ReadOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private BlobId? _blobId;
    private long _length;

    /// <summary>The hash of all bytes.</summary>
    /// <exception cref="InvalidOperationException">They were not read to their end.</exception>
    public BlobId BlobId =>
        _blobId ?? throw new InvalidOperationException("the blob was not read to its end");

    public override long Length => _length;

    /// <exception cref="BlobTooLargeException">There are too many.</exception>
    /// <exception cref="BlobMismatchException">They hash to something else.</exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (_blobId is not null)
            return 0;
        var read = await sent.ReadAsync(buffer, cancellationToken);
        _length += read;
        if (_length > bytesMax)
            throw new BlobTooLargeException(bytesMax);
        _hash.AppendData(buffer.Span[..read]);
        if (read == 0 && buffer.Length > 0)
            End();
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }

    private void End()
    {
        var blobId = BlobId.FromHash(_hash.GetHashAndReset());
        if (expected is { } wanted && wanted != blobId)
            throw new BlobMismatchException(wanted, blobId);
        _blobId = blobId;
    }
}
