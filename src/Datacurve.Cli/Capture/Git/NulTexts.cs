using System.Text;

namespace Datacurve.Cli.Capture.Git;

/// <summary>Texts that end each with a NUL, as git prints them.</summary>
internal sealed class NulTexts(Stream stream)
{
    private readonly byte[] _buffer = new byte[32 << 10];
    private int _start;
    private int _end;

    /// <exception cref="EndOfStreamException">There is no more.</exception>
    public async ValueTask<string> NextAsync(CancellationToken ct) =>
        await TryNextAsync(ct) ?? throw new EndOfStreamException("git ended before it answered");

    /// <summary>Null at the end.</summary>
    public async ValueTask<string?> TryNextAsync(CancellationToken ct)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)0);
            if (length >= 0)
            {
                var text = Encoding.UTF8.GetString(_buffer, _start, length);
                _start += length + 1;
                return text;
            }
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), ct);
            if (read == 0)
                return null;
            _end += read;
        }
    }
}
