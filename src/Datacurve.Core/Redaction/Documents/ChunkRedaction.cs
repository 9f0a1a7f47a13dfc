using System.Buffers;
using Datacurve.Core.Redaction.Lines;

namespace Datacurve.Core.Redaction.Documents;

/// <summary>
/// Redacts text that comes in chunks. The result is that of the whole text, wherever it was cut: what may
/// still be the start of something is held back, at most one line, and of a very long line at most
/// <see cref="HeldBytesMax"/>. One stream is one text; not for several threads at once.
/// </summary>
public sealed class ChunkRedaction
{
    /// <summary>The bytes that are held back at most, between two chunks.</summary>
    public const int HeldBytesMax = LineCutter.PieceBytesMax;

    private readonly Redactor _redactor;
    private readonly NameAbove? _above;
    private readonly IBufferWriter<byte> _output;
    private readonly RedactionReport _report;
    private ArrayBufferWriter<byte> _held = new();
    private ArrayBufferWriter<byte> _joined = new();
    private bool _isInLine;
    private bool _isBroken;
    private long _linesBefore;

    internal ChunkRedaction(Redactor redactor, IBufferWriter<byte> output, RedactionReport report)
    {
        _redactor = redactor;
        _above = redactor.NewNameAbove();
        _output = output;
        _report = report;
    }

    /// <summary>Takes the next chunk, and gives what is certain by now.</summary>
    /// <exception cref="RedactionException">
    /// It could not be redacted. The stream is of no use any more, and all of it must be refused.
    /// </exception>
    public void Write(ReadOnlySpan<byte> chunk)
    {
        RequireWhole();
        _isBroken = true;
        if (_held.WrittenCount > 0)
            chunk = chunk[EndHeld(chunk)..];
        Take(chunk);
        _isBroken = false;
    }

    /// <summary>Gives the rest. Nothing can be written afterwards.</summary>
    /// <exception cref="RedactionException">It could not be redacted, as for a chunk.</exception>
    public void Complete()
    {
        RequireWhole();
        _isBroken = true;
        Redact(_held.WrittenSpan, _isInLine);
        _held.Clear();
    }

    /// <summary>
    /// Joins what was held back with the rest of its line, which is all of the chunk that has to be copied.
    /// </summary>
    /// <returns>How much of the chunk that was.</returns>
    private int EndHeld(ReadOnlySpan<byte> chunk)
    {
        var length = chunk.IndexOf((byte)'\n') + 1;
        if (length == 0)
            length = chunk.Length;
        _held.Write(chunk[..length]);
        (_held, _joined) = (_joined, _held);
        _held.ResetWrittenCount();
        Take(_joined.WrittenSpan);
        return length;
    }

    private void Take(ReadOnlySpan<byte> text)
    {
        var last = text.LastIndexOf((byte)'\n');
        if (last >= 0)
        {
            Redact(text[..(last + 1)], _isInLine);
            _isInLine = false;
            text = text[(last + 1)..];
        }
        TakeUnfinished(text);
    }

    private void TakeUnfinished(ReadOnlySpan<byte> rest)
    {
        if (!_isInLine)
        {
            var prefix = LineCutter.PrefixLength(rest);
            if (prefix == rest.Length || rest.Length - prefix <= LineCutter.PieceBytesMax)
            {
                if (prefix > 0 && rest.Length > LineCutter.PieceBytesMax)
                {
                    // A line that begins with so many blanks keeps only what follows them.
                    _output.Write(rest[..prefix]);
                    _isInLine = prefix < rest.Length;
                    rest = rest[prefix..];
                }
                _held.Write(rest);
                return;
            }
            _output.Write(rest[..prefix]);
            rest = rest[prefix..];
            _isInLine = true;
        }
        while (rest.Length > LineCutter.PieceBytesMax)
        {
            var length = LineCutter.PieceLength(rest);
            Redact(rest[..length], isInLine: true);
            rest = rest[length..];
        }
        _held.Write(rest);
    }

    private void Redact(ReadOnlySpan<byte> text, bool isInLine)
    {
        try
        {
            _redactor.RedactPart(text, isInLine, _above, _output, _report);
        }
        catch (RedactionException refused) when (refused.Line is { } line)
        {
            throw new RedactionException(refused.Message, refused) { Line = _linesBefore + line };
        }
        _linesBefore += text.Count((byte)'\n');
    }

    private void RequireWhole()
    {
        if (_isBroken)
            throw new RedactionException("the stream is completed or was refused before");
    }
}
