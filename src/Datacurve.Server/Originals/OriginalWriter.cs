using System.Buffers;
using System.Security.Cryptography;

namespace Datacurve.Server.Originals;

/// <summary>Seals what is written into it. Up to a chunk of content is held in memory and no more.</summary>
internal sealed class OriginalWriter : IDisposable
{
    private readonly byte[] _header;
    private readonly AesGcm _cipher;
    private readonly Func<Stream> _open;
    private readonly byte[] _content = ArrayPool<byte>.Shared.Rent(OriginalFormat.ChunkBytes);
    private Stream? _sealed;
    private int _filled;
    private long _chunks;

    /// <param name="key">The operator's.</param>
    /// <param name="context">What this is an original of.</param>
    /// <param name="open">Where it goes if it is longer than a chunk: to be written and read again.</param>
    public OriginalWriter(RawKey key, byte[] context, Func<Stream> open)
    {
        _open = open;
        KeyId = key.Id;
        _header = OriginalFormat.Header(key);
        var (_, salt) = OriginalFormat.Parse(_header);
        _cipher = new AesGcm(key.DataKey(salt, context), OriginalFormat.TagBytes);
    }

    /// <summary>Names the key.</summary>
    public byte[] KeyId { get; }

    /// <summary>A short original whole.</summary>
    public static byte[] Seal(RawKey key, byte[] context, ReadOnlySpan<byte> content)
    {
        using var writer = new OriginalWriter(key, context, () => new MemoryStream());
        writer.Write(content);
        using var whole = (MemoryStream)writer.Finish();
        return whole.ToArray();
    }

    public void Write(ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            // A full chunk waits until more comes: only then it is known not to be the last.
            if (_filled == OriginalFormat.ChunkBytes)
                Flush(_sealed ??= Begun(_open()), isLast: false);
            var taken = Math.Min(content.Length, OriginalFormat.ChunkBytes - _filled);
            content[..taken].CopyTo(_content.AsSpan(_filled));
            _filled += taken;
            content = content[taken..];
        }
    }

    /// <summary>The original from its beginning; the caller disposes it.</summary>
    public Stream Finish()
    {
        var whole = _sealed ?? Begun(new MemoryStream());
        Flush(whole, isLast: true);
        whole.Position = 0;
        _sealed = null;
        return whole;
    }

    public void Dispose()
    {
        _sealed?.Dispose();
        _cipher.Dispose();
        ArrayPool<byte>.Shared.Return(_content, clearArray: true);
    }

    private Stream Begun(Stream stream)
    {
        stream.Write(_header);
        return stream;
    }

    private void Flush(Stream output, bool isLast)
    {
        var chunk = new byte[_filled + OriginalFormat.TagBytes];
        _cipher.Encrypt(
            OriginalFormat.Nonce(_chunks++, isLast),
            _content.AsSpan(0, _filled),
            chunk.AsSpan(0, _filled),
            chunk.AsSpan(_filled),
            _header
        );
        output.Write(chunk);
        _filled = 0;
    }
}
