using System.Globalization;
using System.Text;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>What a line editor printed while a line was typed, as it appears on a terminal.</summary>
/// <param name="Drawn">All characters that were drawn, also those drawn over since.</param>
/// <param name="IsBlind">
/// Whether nothing was drawn before a line was entered, or no end of a line was: with echo off older shells
/// do not draw that either, and what they ask for the rest of the line with is all there is.
/// </param>
/// <param name="Left">
/// The line as it stood in the end; null where that needs more of a terminal than is modelled here.
/// </param>
/// <param name="IsEdited">Whether anything was drawn over.</param>
internal sealed record EchoedLine(string Drawn, bool IsBlind, string? Left, bool IsEdited)
{
    public static EchoedLine Of(string echo)
    {
        var drawing = new Drawing(echo.Length);
        for (var at = 0; at < echo.Length; )
            at += drawing.Take(echo.AsSpan(at));
        return drawing.Line;
    }

    /// <param name="charsMax">Blanks that are inserted make a line no longer than this.</param>
    private sealed class Drawing(int charsMax)
    {
        private readonly StringBuilder _drawn = new();
        private readonly StringBuilder _left = new();
        private int _cursor;
        private bool _isEdited;
        private bool _isLost;
        private bool _isEntered;
        private bool _isBlind = true;
        private bool _hasEnded;

        public EchoedLine Line =>
            new(_drawn.ToString(), _isBlind, _isLost ? null : _left.ToString(), _isEdited);

        /// <summary>Takes a character or a sequence from the beginning, and returns its length.</summary>
        public int Take(ReadOnlySpan<char> text)
        {
            if (text[0] == '\e')
                return TakeSequence(text);
            if (text[0] == '\b')
                (_isEdited, _cursor) = (true, Math.Max(0, _cursor - 1));
            else if (text[0] == '\r')
                _isEntered = true;
            else if (text[0] == '\n' && !_hasEnded)
                (_hasEnded, _isBlind) = (true, _drawn.Length == 0);
            else if (!char.IsControl(text[0]))
                Draw(text[0]);
            return 1;
        }

        private void Draw(char character)
        {
            // The line goes on below.
            _isLost |= _isEntered;
            _drawn.Append(character);
            if (_cursor < _left.Length)
                _left.Remove(_cursor, 1);
            _left.Insert(_cursor++, character);
        }

        private int TakeSequence(ReadOnlySpan<char> text)
        {
            if (text.Length < 2)
                return 1;
            if (text[1] is ']' or 'P' or '_' or '^' or 'X')
                return LengthOfString(text);
            if (text[1] != '[')
            {
                (_isEdited, _isLost) = (true, true);
                return 2;
            }
            var end = 2;
            while (end < text.Length && text[end] is < '@' or > '~')
                end++;
            if (end < text.Length)
                Control(text[2..end], text[end]);
            return Math.Min(end + 1, text.Length);
        }

        // The terminal takes it and shows nothing: a title, a folder, a mark. BEL ends it, or ESC and \.
        private static int LengthOfString(ReadOnlySpan<char> text)
        {
            var end = text[2..].IndexOfAny('\a', '\e');
            if (end < 0)
                return text.Length;
            end += 2;
            return text[end] == '\a' ? end + 1 : Math.Min(end + 2, text.Length);
        }

        private void Control(ReadOnlySpan<char> parameters, char final)
        {
            // Private modes, colours and the cursor's shape draw nothing.
            if (parameters.StartsWith("?") || final == 'q')
                return;
            _isEdited = true;
            var count = int.TryParse(parameters, NumberStyles.None, null, out var given) ? given : 1;
            count = Math.Clamp(count, 1, Math.Max(1, _left.Length));
            switch (final)
            {
                case 'm':
                    break;
                case 'D':
                    _cursor = Math.Max(0, _cursor - count);
                    break;
                case 'C' when _cursor + count <= _left.Length:
                    _cursor += count;
                    break;
                case 'K' when parameters.Length == 0:
                    _left.Length = Math.Min(_left.Length, _cursor);
                    break;
                case 'P':
                    _left.Remove(_cursor, Math.Min(count, _left.Length - _cursor));
                    break;
                case '@' when _left.Length + count <= charsMax:
                    _left.Insert(_cursor, " ", count);
                    break;
                default:
                    _isLost = true;
                    break;
            }
        }
    }
}
