using System.Text;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// One mark of the shell: its letter, and its text where it has one. A the prompt begins, B it ends, E the
/// command that was typed, R the same where the shell's history did not take it (the text is the last that
/// it took), I as R where the history leaves out what the user names, C its output begins, D it has ended
/// (the exit code), P a property (<c>Cwd=…</c>, or <c>Unheard=yes</c> where the shell cannot tell of the
/// next command).
/// </summary>
internal readonly record struct ShellMark(char Letter, string Text);

/// <summary>What the scanner finds, in order.</summary>
internal interface IMarkSink
{
    /// <summary>Ordinary output. The bytes are valid during the call.</summary>
    void Text(ReadOnlySpan<byte> bytes);

    void Mark(ShellMark mark);
}

/// <summary>
/// Takes the marks of the shell integration out of a terminal's output: OSC 133 and 633 whose first
/// parameter is the nonce of their letter: that of prompts for B, that of commands for the others.
/// Everything else comes out as it went in, byte for byte, however the stream is cut: foreign marks, forged
/// ones and broken ones included. Not thread-safe.
/// </summary>
/// <remarks>
/// The nonce comes first, where VS Code has it last, so that a forged mark is known for one within a few
/// bytes and is never held back while its end is awaited.
/// </remarks>
internal sealed class MarkScanner(MarkNonces nonces)
{
    /// <summary>A mark that is longer is no mark. A here-document of this size is typed by nobody.</summary>
    public const int MarkBytesMax = 256 << 10;

    private const byte Escape = 0x1b;
    private const byte Bell = 0x07;
    private const int LetterAt = 6;

    private readonly byte[] _ofCommands = Encoding.ASCII.GetBytes(nonces.OfCommands);
    private readonly byte[] _ofPrompts = Encoding.ASCII.GetBytes(nonces.OfPrompts);
    private byte[] _held = [];
    private byte[] _joined = [];
    private int _heldLength;

    private enum Fit
    {
        /// <summary>Not a mark of ours.</summary>
        None,

        /// <summary>May become one with the bytes that follow.</summary>
        Begun,
        Whole,
    }

    /// <summary>
    /// Whether bytes are held back that may be ordinary output: those of a mark's beginning, before the
    /// nonce. Where nothing follows for a while, <see cref="Release"/> lets them go.
    /// </summary>
    public bool HoldsOutput => _heldLength > 0 && _heldLength < NonceEnd;

    private int NonceEnd => LetterAt + 2 + _ofCommands.Length;

    public void Scan(ReadOnlySpan<byte> input, IMarkSink sink)
    {
        if (_heldLength == 0)
        {
            ScanJoined(input, sink);
            return;
        }
        var length = _heldLength + input.Length;
        if (_joined.Length < length)
            _joined = new byte[Math.Max(length, 2 * _joined.Length)];
        _held.AsSpan(0, _heldLength).CopyTo(_joined);
        input.CopyTo(_joined.AsSpan(_heldLength));
        _heldLength = 0;
        ScanJoined(_joined.AsSpan(0, length), sink);
    }

    /// <summary>Gives out what is held back, as ordinary output.</summary>
    public void Release(IMarkSink sink)
    {
        var length = _heldLength;
        _heldLength = 0;
        if (length > 0)
            sink.Text(_held.AsSpan(0, length));
    }

    private void ScanJoined(ReadOnlySpan<byte> bytes, IMarkSink sink)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var next = bytes[at..].IndexOf(Escape);
            if (next < 0)
                break;
            at += next;
            switch (Examine(bytes[at..], out var length))
            {
                case Fit.None:
                    at++;
                    break;
                case Fit.Begun:
                    GiveText(bytes[..at], sink);
                    Hold(bytes[at..]);
                    return;
                default:
                    GiveText(bytes[..at], sink);
                    sink.Mark(Read(bytes.Slice(at, length)));
                    bytes = bytes[(at + length)..];
                    at = 0;
                    break;
            }
        }
        GiveText(bytes, sink);
    }

    private static void GiveText(ReadOnlySpan<byte> bytes, IMarkSink sink)
    {
        if (bytes.Length > 0)
            sink.Text(bytes);
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        if (_held.Length < bytes.Length)
            _held = new byte[Math.Max(bytes.Length, 4096)];
        bytes.CopyTo(_held);
        _heldLength = bytes.Length;
    }

    private Fit Examine(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        for (var i = 1; i < NonceEnd; i++)
        {
            if (i == bytes.Length)
                return Fit.Begun;
            if (!Fits(bytes, i))
                return Fit.None;
        }
        var text = bytes[NonceEnd..];
        var end = text.IndexOfAnyInRange((byte)0, (byte)0x1f);
        if (end < 0)
            return bytes.Length < MarkBytesMax ? Fit.Begun : Fit.None;
        var isWellFormed = end == 0 || text[0] == ';';
        if (text[end] == Bell && isWellFormed)
        {
            length = NonceEnd + end + 1;
            return Fit.Whole;
        }
        return Fit.None;
    }

    private bool Fits(ReadOnlySpan<byte> bytes, int at) =>
        at switch
        {
            1 => bytes[at] == ']',
            2 => bytes[at] is (byte)'1' or (byte)'6',
            3 or 4 => bytes[at] == '3',
            5 or LetterAt + 1 => bytes[at] == ';',
            LetterAt => char.IsAsciiLetter((char)bytes[at]),
            _ => bytes[at] == (bytes[LetterAt] == 'B' ? _ofPrompts : _ofCommands)[at - LetterAt - 2],
        };

    private ShellMark Read(ReadOnlySpan<byte> mark)
    {
        var letter = (char)mark[LetterAt];
        var text = mark[NonceEnd..^1];
        if (text.Length > 0)
            text = text[1..];
        var isPercentEncoded = char.IsAsciiLetterLower(letter);
        return new ShellMark(
            char.ToUpperInvariant(letter),
            MarkText.Decode(text, isPercentEncoded ? (byte)'%' : (byte)'\\')
        );
    }
}
