using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Datacurve.Core.Redaction.Lines;

namespace Datacurve.Core.Redaction.Rules;

/// <summary>
/// Turns an expression in RE2's syntax (https://github.com/google/re2/wiki/Syntax) into one that .NET's
/// linear engine runs with the same meaning on text of ASCII and private-use characters, which is how
/// <see cref="PieceText"/> shows bytes.
/// </summary>
internal sealed class GoRegex(string pattern)
{
    private static readonly Dictionary<string, string> PosixClasses = new()
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = @"\x00-\x7F",
        ["blank"] = @"\t ",
        ["cntrl"] = @"\x00-\x1F\x7F",
        ["digit"] = "0-9",
        ["graph"] = "!-~",
        ["lower"] = "a-z",
        ["print"] = " -~",
        ["punct"] = @"!-/:-@\[-`{-~",
        ["space"] = @"\t\n\v\f\r ",
        ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    private readonly StringBuilder _result = new(pattern.Length + 16);
    private int _at;

    /// <exception cref="ArgumentException">.NET does not know the syntax.</exception>
    /// <exception cref="NotSupportedException">It cannot be run in linear time.</exception>
    public static Regex Compile(string translated) =>
        new(
            translated,
            RegexOptions.NonBacktracking | RegexOptions.CultureInvariant,
            Regex.InfiniteMatchTimeout
        );

    /// <exception cref="FormatException">The syntax is not RE2's.</exception>
    public static string Translate(string pattern) => new GoRegex(pattern).Translate();

    private string Translate()
    {
        while (_at < pattern.Length)
        {
            var c = pattern[_at];
            if (c == '\\')
                Escape(inClass: false);
            else if (c == '[')
                Class();
            else if (c == '(' && At("(?"))
                Group();
            else
                Literal(c);
        }
        return _result.ToString();
    }

    private bool At(string text) => string.CompareOrdinal(pattern, _at, text, 0, text.Length) == 0;

    private void Literal(char c)
    {
        if (c <= 0x7f)
        {
            _result.Append(c);
            _at++;
            return;
        }
        var length = char.IsHighSurrogate(c) && _at + 1 < pattern.Length ? 2 : 1;
        _result.Append("(?:");
        foreach (var value in Encoding.UTF8.GetBytes(pattern.Substring(_at, length)))
            _result.Append(PieceText.CharOf(value));
        _result.Append(')');
        _at += length;
    }

    private void Group()
    {
        if (At("(?P<") || At("(?<"))
        {
            var start = _at + (At("(?P<") ? 4 : 3);
            if (start < pattern.Length && pattern[start] is '=' or '!')
                throw new FormatException("look-behind is not part of RE2's syntax");
            var close = pattern.IndexOf('>', start);
            if (close < 0)
                throw new FormatException("the name of a group has no end");

            // Without the name, since .NET numbers named groups behind all others.
            _result.Append('(');
            _at = close + 1;
            return;
        }
        var end = pattern.IndexOfAny([':', ')'], _at);
        var flags = end < 0 ? "" : pattern[(_at + 2)..end];
        if (end < 0 || flags.AsSpan().ContainsAnyExcept("imsU-"))
            throw new FormatException($"'(?{flags}' is not part of RE2's syntax");
        if (flags.Contains('U'))
            throw new FormatException("the flag U is not supported; write the quantifiers as lazy ones");
        _result.Append(pattern, _at, end + 1 - _at);
        _at = end + 1;
    }

    private void Class()
    {
        _result.Append('[');
        _at++;
        if (_at < pattern.Length && pattern[_at] == '^')
            Copy();
        for (var first = true; ; first = false)
        {
            if (_at >= pattern.Length)
                throw new FormatException("a character class has no end");
            var c = pattern[_at];
            if (c == ']' && !first)
                break;
            if (At("[:"))
                Posix();
            else if (c == '\\')
                Escape(inClass: true);
            else if (c is '[' or ']')
            {
                _result.Append('\\').Append(c);
                _at++;
            }
            else if (c > 0x7f)
                throw new FormatException("a character class holds a character beyond ASCII");
            else
                Copy();
        }
        Copy();
    }

    private void Copy() => _result.Append(pattern[_at++]);

    private void Posix()
    {
        var end = pattern.IndexOf(":]", _at, StringComparison.Ordinal);
        var name = end < 0 ? "" : pattern[(_at + 2)..end];
        _result.Append(
            PosixClasses.TryGetValue(name, out var set)
                ? set
                : throw new FormatException($"the class [:{name}:] is not known")
        );
        _at = end + 2;
    }

    private void Escape(bool inClass)
    {
        if (_at + 1 >= pattern.Length)
            throw new FormatException("the expression ends in a backslash");
        var c = pattern[_at + 1];
        _at += 2;
        switch (c)
        {
            case 'd' or 'w' or 's':
                _result.Append(inClass ? Members(c) : $"[{Members(c)}]");
                break;
            case 'D' or 'W' or 'S' when !inClass:
                _result.Append($"[^{Members(char.ToLowerInvariant(c))}]");
                break;
            case 'S' when inClass:
                _result.Append(@"\x00-\x08\x0B\x0E-\x1F!-\uFFFF");
                break;
            case 'D' when inClass:
                _result.Append(@"\x00-/:-\uFFFF");
                break;
            case 'W' when inClass:
                _result.Append(@"\x00-/:-@\[-\^`{-\uFFFF");
                break;
            case 'x':
                Hex();
                break;
            case 'Q' when !inClass:
                Quoted();
                break;
            case 'p' or 'P' or 'C' or 'K' or 'Z' or 'G' or 'k' or (>= '1' and <= '9'):
                throw new FormatException($@"'\{c}' is not supported");
            default:
                _result.Append('\\').Append(c);
                break;
        }
    }

    private static string Members(char c) =>
        c switch
        {
            'd' => "0-9",
            'w' => "0-9A-Za-z_",
            _ => @"\t\n\f\r ",
        };

    private void Hex()
    {
        var isBraced = _at < pattern.Length && pattern[_at] == '{';
        var end = isBraced ? pattern.IndexOf('}', _at) : _at + 2;
        var digits = end < 0 || end > pattern.Length ? "" : pattern[(_at + (isBraced ? 1 : 0))..end];
        if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, null, out var value) || value > 0x10ffff)
            throw new FormatException(@"'\x' is not followed by a number");
        _result.Append(CultureInfo.InvariantCulture, $@"\u{Math.Min(value, 0xffff):X4}");
        _at = isBraced ? end + 1 : end;
    }

    private void Quoted()
    {
        var end = pattern.IndexOf(@"\E", _at, StringComparison.Ordinal);
        _result.Append(Regex.Escape(end < 0 ? pattern[_at..] : pattern[_at..end]));
        _at = end < 0 ? pattern.Length : end + 2;
    }
}
