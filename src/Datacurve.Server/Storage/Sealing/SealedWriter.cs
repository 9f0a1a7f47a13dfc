using System.Buffers;
using Datacurve.Core;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Datacurve.Server.Storage.Sealing;

/// <summary>
/// Writes a trace's events as they are sealed: chunks of whole events, each a Zstandard frame of its own with
/// a checksum, then the index. Memory holds one chunk, however long the trace.
/// </summary>
/// <remarks>
/// Decompressed, the blob is a JSON text sequence (RFC 7464): each event is the byte 0x1E, its bytes as
/// stored, and a line feed. JSON has no 0x1E, so that every event comes back byte for byte, line breaks
/// between its members included.
/// </remarks>
internal sealed class SealedWriter : IDisposable
{
    public const byte RecordSeparator = 0x1E;
    public const byte LineFeed = (byte)'\n';

    // Larger chunks compress better; a page of events decompresses whole ones.
    private const int ChunkBytes = 512 * 1024;

    // Written once, by a process that is in no hurry.
    private const int Level = 12;

    private readonly Stream _output;
    private readonly TraceId _traceId;
    private readonly EventChain _chain;
    private readonly Compressor _compressor = new(Level);
    private readonly ArrayBufferWriter<byte> _chunk = new(ChunkBytes);
    private readonly List<SealedChunk> _chunks = [];
    private long _offset;
    private long _firstSeq;
    private long _lastSeq;

    public SealedWriter(Stream output, TraceId traceId)
    {
        (_output, _traceId, _chain) = (output, traceId, new EventChain(traceId));
        _compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
    }

    public async Task AddAsync(StoredEvent stored, CancellationToken ct)
    {
        if (_chunk.WrittenCount > 0 && _chunk.WrittenCount + stored.Body.Length > ChunkBytes)
            await FlushAsync(ct);
        if (_chunk.WrittenCount == 0)
            _firstSeq = stored.Seq;
        _chain.Add(stored.Body);
        _chunk.Write([RecordSeparator]);
        _chunk.Write(stored.Body);
        _chunk.Write([LineFeed]);
        _lastSeq = stored.Seq;
    }

    /// <summary>Writes what is left, and the index.</summary>
    public async Task<SealedIndex> FinishAsync(CancellationToken ct)
    {
        if (_chunk.WrittenCount > 0)
            await FlushAsync(ct);
        var index = new SealedIndex
        {
            TraceId = _traceId.ToString(),
            Events = _chain.Count,
            ChainHead = Convert.ToHexStringLower(_chain.Head),
            Chunks = _chunks,
        };
        await _output.WriteAsync(index.ToFrame(), ct);
        await _output.FlushAsync(ct);
        return index;
    }

    public void Dispose()
    {
        _compressor.Dispose();
        _chain.Dispose();
    }

    private async Task FlushAsync(CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Compressor.GetCompressBound(_chunk.WrittenCount));
        try
        {
            var length = _compressor.Wrap(_chunk.WrittenSpan, buffer);
            await _output.WriteAsync(buffer.AsMemory(0, length), ct);
            _chunks.Add(new SealedChunk(_offset, length, _chunk.WrittenCount, _firstSeq, _lastSeq));
            _offset += length;
            _chunk.ResetWrittenCount();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
