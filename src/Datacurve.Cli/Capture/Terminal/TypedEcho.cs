using System.Buffers;
using System.Text;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// What the terminal showed between the end of a prompt and the start of its command: the echo of what was
/// typed. It is looked at to answer a few questions, and forgotten.
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
    /// taken the prompt for one that asks for a password. Where bash asks for the rest of a line, that is
    /// shown and the line was not. False where no prompt was seen.
    /// </summary>
    public bool IsBlind => _isFollowing && _bytes.WrittenCount < BytesMax && Read().IsBlind;

    /// <summary>
    /// Whether the typed command can be this one, which the history held already. Where it was typed or
    /// called up without being edited, the echo is the command; where it was edited, a space in front says
    /// that it was to be kept out of the history.
    /// </summary>
    public bool CanBe(string command)
    {
        if (!_isFollowing || command.Length == 0)
            return false;
        var line = Read();
        return line.IsEdited ? !line.Drawn.StartsWith(' ') : line.Drawn.Trim() == command.Trim();
    }

    /// <summary>
    /// Whether the typed command is this one, as far as the echo surely says: where an edited line wrapped
    /// it does not.
    /// </summary>
    public bool Is(string command) =>
        _isFollowing && command.Length > 0 && Read().Left?.Trim() == command.Trim();

    private EchoedLine Read() => EchoedLine.Of(Encoding.UTF8.GetString(_bytes.WrittenSpan));
}
