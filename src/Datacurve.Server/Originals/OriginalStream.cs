using System.Security.Cryptography;
using Datacurve.Core;
using Datacurve.Server.Blobs.Intake;

namespace Datacurve.Server.Originals;

/// <summary>
/// The content of a stored original, opened a chunk at a time, from any place on. Owns the stored bytes.
/// </summary>
internal sealed class OriginalStream : ReadOnlyStream
{
    private readonly Stream _stored;
    private readonly byte[] _header;
    private readonly AesGcm _cipher;
    private readonly long _chunks;
    private readonly byte[] _sealed = new byte[OriginalFormat.SealedChunkBytes];
    private readonly byte[] _content = new byte[OriginalFormat.ChunkBytes];
    private long _opened = -1;
    private long _position;

    private OriginalStream(Stream stored, byte[] header, byte[] dataKey)
    {
        (_stored, _header) = (stored, header);
        _chunks = OriginalFormat.ChunksIn(stored.Length);
        Length = OriginalFormat.ContentLength(stored.Length);
        _cipher = new AesGcm(dataKey, OriginalFormat.TagBytes);
    }

    public override bool CanSeek => true;
    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <param name="stored">Seekable; disposed with this, also where it is refused.</param>
    /// <param name="keys">The operator's.</param>
    /// <param name="context">What it must be an original of.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="OriginalKeyException">None of the keys is its.</exception>
    /// <exception cref="OriginalDamagedException">It is no original, or it is cut.</exception>
    public static async Task<OriginalStream> OpenAsync(
        Stream stored,
        RawKeys keys,
        byte[] context,
        CancellationToken ct
    )
    {
        try
        {
            var header = new byte[OriginalFormat.HeaderBytes];
            stored.Position = 0;
            if (await stored.ReadAtLeastAsync(header, header.Length, false, ct) < header.Length)
                throw new OriginalDamagedException("it is cut");
            var (keyId, salt) = OriginalFormat.Parse(header);
            var key = keys.Find(keyId) ?? throw new OriginalKeyException(keyId);
            return new OriginalStream(stored, header, key.DataKey(salt, context));
        }
        catch
        {
            await stored.DisposeAsync();
            throw;
        }
    }

    /// <summary>A short original whole.</summary>
    /// <exception cref="OriginalKeyException">None of the keys is its.</exception>
    /// <exception cref="OriginalDamagedException">It is no original, or not of this.</exception>
    public static async Task<byte[]> ReadAsync(
        byte[] stored,
        RawKeys keys,
        byte[] context,
        CancellationToken ct
    )
    {
        await using var original = await OpenAsync(
            new MemoryStream(stored, writable: false),
            keys,
            context,
            ct
        );
        var content = new byte[original.Length];
        await original.ReadExactlyAsync(content, ct);
        await original.RequireEndAsync(ct);
        return content;
    }

    /// <summary>
    /// Opens all of it before any is given away, and goes back to the beginning.
    /// </summary>
    /// <exception cref="OriginalDamagedException">Some of it does not open, or it hashes to something
    /// else.</exception>
    public async Task VerifyAsync(BlobId expected, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long chunk = 0; chunk < _chunks; chunk++)
            hash.AppendData((await ChunkAsync(chunk, ct)).Span);
        if (BlobId.FromHash(hash.GetHashAndReset()) != expected)
            throw new OriginalDamagedException("it is of something else");
        _position = 0;
    }

    /// <exception cref="OriginalDamagedException">What lies there does not open.</exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (_position >= Length || buffer.Length == 0)
            return 0;
        var chunk = await ChunkAsync(_position / OriginalFormat.ChunkBytes, cancellationToken);
        var rest = chunk[(int)(_position % OriginalFormat.ChunkBytes)..];
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => Length + offset,
        };

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stored.Dispose();
            _cipher.Dispose();
            CryptographicOperations.ZeroMemory(_content);
        }
        base.Dispose(disposing);
    }

    // An original of nothing is one chunk all the same.
    private async Task RequireEndAsync(CancellationToken ct) => await ChunkAsync(_chunks - 1, ct);

    private async ValueTask<ReadOnlyMemory<byte>> ChunkAsync(long chunk, CancellationToken ct)
    {
        var length = (int)Math.Min(OriginalFormat.ChunkBytes, Length - (chunk * OriginalFormat.ChunkBytes));
        if (_opened == chunk)
            return _content.AsMemory(0, length);
        _opened = -1;
        _stored.Position = OriginalFormat.HeaderBytes + (chunk * OriginalFormat.SealedChunkBytes);
        var stored = _sealed.AsMemory(0, length + OriginalFormat.TagBytes);
        if (await _stored.ReadAtLeastAsync(stored, stored.Length, false, ct) < stored.Length)
            throw new OriginalDamagedException("it is cut");
        try
        {
            _cipher.Decrypt(
                OriginalFormat.Nonce(chunk, isLast: chunk == _chunks - 1),
                stored.Span[..length],
                stored.Span[length..],
                _content.AsSpan(0, length),
                _header
            );
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new OriginalDamagedException($"its chunk {chunk} does not open");
        }
        _opened = chunk;
        return _content.AsMemory(0, length);
    }
}
