using System.Buffers;
using System.Text;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// What the terminal showed between the end of a prompt and the start of its command: the echo of what was
/// typed. It is looked at to answer two questions, and forgotten.
/// </summary>
internal sealed class TypedEcho
{
    /// <summary>Of a longer echo only the beginning is compared.</summary>
    private const int BytesMax = 16 << 10;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private bool _isFollowing;

    /// <summary>A prompt has ended: what comes now is echo.</summary>
    public void Begin()
    {
        _bytes.ResetWrittenCount();
        _isFollowing = true;
    }

    /// <summary>Nothing is known any more, until the next prompt ends.</summary>
    public void Forget()
    {
        _bytes.ResetWrittenCount();
        _isFollowing = false;
    }

    public void Note(ReadOnlySpan<byte> output)
    {
        if (_isFollowing)
            _bytes.Write(output[..Math.Min(output.Length, BytesMax - _bytes.WrittenCount)]);
    }

    /// <summary>
    /// Whether a command was typed that the terminal did not show: echo was off, and the developer may have
    /// taken the prompt for one that asks for a password. False where no prompt was seen.
    /// </summary>
    public bool IsBlind => _isFollowing && Visible().Length == 0;

    /// <summary>
    /// Whether the typed command can be this one, which the history held already. Where it was typed or
    /// called up without being edited, the echo is the command; where it was edited, a space in front says
    /// that it was to be kept out of the history.
    /// </summary>
    public bool CanBe(string command)
    {
        if (!_isFollowing || command.Length == 0)
            return false;
        var visible = Visible();
        return IsEdited() ? !visible.StartsWith(' ') : visible.Trim() == command.Trim();
    }

    private bool IsEdited() => Sequences(keepControls: true).AsSpan().IndexOfAny('\b', '\e') >= 0;

    private string Visible() => Sequences(keepControls: false);

    // Private-mode sequences (CSI ? …) switch bracketed paste and the like and draw nothing.
    private string Sequences(bool keepControls)
    {
        var text = Encoding.UTF8.GetString(_bytes.WrittenSpan);
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\e')
            {
                var length = SequenceLength(text.AsSpan(i), out var draws);
                if (keepControls && draws)
                    kept.Append('\e');
                i += length - 1;
            }
            else if (!char.IsControl(text[i]) || (keepControls && text[i] == '\b'))
                kept.Append(text[i]);
        }
        return kept.ToString();
    }

    private static int SequenceLength(ReadOnlySpan<char> text, out bool draws)
    {
        draws = true;
        if (text.Length < 2 || text[1] != '[')
            return Math.Min(2, text.Length);
        draws = text.Length < 3 || text[2] != '?';
        for (var i = 2; i < text.Length; i++)
            if (text[i] is >= '@' and <= '~')
                return i + 1;
        return text.Length;
    }
}
