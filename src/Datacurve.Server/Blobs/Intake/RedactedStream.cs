using System.Buffers;
using Datacurve.Core.Redaction;
using Datacurve.Core.Redaction.Documents;

namespace Datacurve.Server.Blobs.Intake;

/// <summary>A stream as it may be kept: redacted as it is read, a bounded amount at a time.</summary>
/// <param name="start">What was read of it before.</param>
/// <param name="rest">The rest; not disposed.</param>
/// <param name="open">Opens the redaction that writes to the given output.</param>
internal sealed class RedactedStream(
    ReadOnlyMemory<byte> start,
    Stream rest,
    Func<IBufferWriter<byte>, ChunkRedaction> open
) : ReadOnlyStream
{
    private const int ChunkBytes = 64 << 10;

    private readonly ArrayBufferWriter<byte> _redacted = new(ChunkBytes);
    private readonly byte[] _chunk = new byte[ChunkBytes];
    private ChunkRedaction? _redaction;
    private int _given;
    private bool _isComplete;

    /// <exception cref="RedactionException">All of it must be refused.</exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        while (_given == _redacted.WrittenCount && !_isComplete)
            await AdvanceAsync(cancellationToken);
        var count = Math.Min(buffer.Length, _redacted.WrittenCount - _given);
        _redacted.WrittenMemory.Slice(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    private async Task AdvanceAsync(CancellationToken ct)
    {
        _redacted.ResetWrittenCount();
        _given = 0;
        if (_redaction is null)
        {
            _redaction = open(_redacted);
            _redaction.Write(start.Span);
            return;
        }
        var read = await rest.ReadAsync(_chunk, ct);
        if (read > 0)
        {
            _redaction.Write(_chunk.AsSpan(0, read));
            return;
        }
        _redaction.Complete();
        _isComplete = true;
    }
}
