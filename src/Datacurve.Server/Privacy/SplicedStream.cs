using Datacurve.Core.Redaction.Documents;
using Datacurve.Server.Blobs.Intake;

namespace Datacurve.Server.Privacy;

/// <summary>A stream with other bytes in some places, made while it is read.</summary>
/// <param name="content">What is read to its end; not disposed.</param>
/// <param name="edits">Of this content, by rising places.</param>
internal sealed class SplicedStream(Stream content, IReadOnlyList<SeamEdit> edits) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _replacement;
    private long _at;
    private int _next;

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        while (_replacement.IsEmpty && _next < edits.Count && edits[_next].Start == _at)
            await SkipAsync(edits[_next++], cancellationToken);
        if (!_replacement.IsEmpty)
        {
            var count = Math.Min(buffer.Length, _replacement.Length);
            _replacement[..count].CopyTo(buffer);
            _replacement = _replacement[count..];
            return count;
        }

        var room = _next < edits.Count ? Math.Min(buffer.Length, edits[_next].Start - _at) : buffer.Length;
        var read = await content.ReadAsync(buffer[..(int)room], cancellationToken);
        _at += read;
        return read;
    }

    private async Task SkipAsync(SeamEdit edit, CancellationToken ct)
    {
        await content.ReadExactlyAsync(new byte[edit.Length], ct);
        _at += edit.Length;
        _replacement = edit.Replacement;
    }
}
