using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Lines;

/// <summary>What may be the value of a name above it.</summary>
/// <param name="Value">Where it stands in <see cref="PieceText.Read"/>.</param>
/// <param name="Line">Name and value on one line, as a file of settings or of code would have them.</param>
/// <param name="Start">Where the value begins in that.</param>
internal readonly record struct BelowName(Range Value, ReadOnlyMemory<byte> Line, int Start);

/// <summary>
/// The name that ends a line, or the heading of a table, for the values that stand below. What it holds is of
/// one text, from line to line. Not thread-safe.
/// </summary>
internal sealed class NameAbove
{
    private const int LineCharsMax = 512;
    private const int RowCharsMax = 4096;

    // Between name and value of an object there are its other members; a diff has the old value first.
    private const int MembersMax = 4;

    // An empty line or a fence, and the value.
    private const int LinesMax = 2;

    private readonly List<(int Cell, string Name)> _columns = [];
    private readonly List<Range> _cells = [];
    private readonly List<BelowName> _values = [];
    private NameEnding _ending;
    private int _linesLeft;
    private char _separator;
    private int _cellCount;
    private bool _isRuled;

    /// <summary>Whether the next line may hold the value of a name.</summary>
    public bool IsOpen => _ending.Way != NameWay.None;

    public void Close() => _ending = default;

    /// <summary>Takes a line that was redacted, after values were looked for in it.</summary>
    /// <param name="text">The line; all of it.</param>
    /// <param name="mayName">Whether it holds the name of a secret.</param>
    /// <param name="hasCodes">Whether it speaks of codes that stand in for a second factor.</param>
    /// <param name="hadValue">Whether it held the value of a name above.</param>
    public void Pass(ReadOnlySpan<char> text, bool mayName, bool hasCodes, bool hadValue)
    {
        text = text.TrimEnd();
        if (_ending.Way == NameWay.Column)
        {
            // Of a line of hyphens nothing is left, since a diff has them before its lines.
            var isRule = text.IsEmpty && !_isRuled || TableRow.IsRule(text);
            _isRuled |= isRule;
            if (_isRuled && (isRule || IsRow(text)))
                return;
        }
        if (mayName && TryOpen(text))
            return;
        if (hasCodes && text.Length <= LineCharsMax)
        {
            (_ending, _linesLeft) = (new NameEnding(NameWay.Codes, "recovery codes"), MembersMax);
            return;
        }
        if (hadValue && _ending.Way == NameWay.Codes)
            return;
        _linesLeft--;
        if (_linesLeft < 0 || !hadValue && !MayGoOn(text))
            Close();
    }

    /// <summary>The values in a line below. Valid until the next call.</summary>
    public IReadOnlyList<BelowName> ValuesIn(ReadOnlySpan<char> text)
    {
        _values.Clear();
        if (_ending.Way == NameWay.Column)
        {
            if (_isRuled && IsRow(text.TrimEnd()))
                foreach (var (cell, name) in _columns)
                    Add(text, _cells[cell], $"\"{name}\": \"", "\"");
        }
        else if (IsOpen && text.Length <= LineCharsMax && BelowValue.In(text, _ending.Way) is var value)
        {
            var first = value.Start.Value;
            var quote = first > 0 && text[first - 1] is '"' or '\'' or '`' ? text[first - 1].ToString() : "";
            // What was asked for is all of the answer, as in a string.
            if (_ending.Way == NameWay.Shown)
                quote = "\"";
            Add(text, value, _ending.Before(quote), quote);
        }
        return _values;
    }

    // Words of advice stand before codes, and an empty line, a fence or a comment before a value.
    private bool MayGoOn(ReadOnlySpan<char> text) =>
        _ending.Way switch
        {
            NameWay.Codes => true,
            NameWay.Member => BelowValue.IsOtherMember(text) || text.StartsWith("#"),
            NameWay.Sign => text.IsEmpty || text.StartsWith("```") || text.StartsWith("#"),
            _ => false,
        };

    private bool TryOpen(ReadOnlySpan<char> text)
    {
        if (text.Length <= LineCharsMax && NameEnding.Of(text) is { Way: not NameWay.None } ending)
        {
            _ending = ending;
            _linesLeft = ending.Way == NameWay.Member ? MembersMax : LinesMax;
            return true;
        }
        _separator = text.Length > RowCharsMax ? '\0' : TableRow.Heading(text, _columns, _cells);
        if (_separator == '\0')
            return false;
        // A row of two words is no heading: a line is drawn below those.
        _isRuled = _separator != '|';
        _cellCount = _cells.Count;
        _ending = new NameEnding(NameWay.Column, "");
        return true;
    }

    private bool IsRow(ReadOnlySpan<char> text)
    {
        if (text.Length > RowCharsMax || !text.Contains(_separator))
            return false;
        TableRow.Cells(text, _separator, _cells);
        return _cells.Count == _cellCount;
    }

    private void Add(ReadOnlySpan<char> text, Range value, string before, string behind)
    {
        // Redis says the name of a setting before its value.
        if (text[value].IsEmpty || text[value].SequenceEqual(_ending.Name))
            return;
        var isCode = _ending.Way == NameWay.Codes && IsInGroups(text[value]);
        var (line, start) = (new List<byte>(), 0);
        Write(before);
        start = line.Count;
        Write(text[value]);
        Write(behind);
        _values.Add(new BelowName(value, line.ToArray(), start));

        void Write(ReadOnlySpan<char> part)
        {
            foreach (var one in part)
                line.Add(isCode && one == ' ' && start > 0 ? (byte)'-' : PieceText.ByteOf(one));
        }
    }

    // 4886 3958, one code in groups.
    private static bool IsInGroups(ReadOnlySpan<char> text)
    {
        foreach (var group in text.Split(' '))
            if (text[group].Length is < 3 or > 6 || text[group].ContainsAnyExcept(SecretValue.HexDigits))
                return false;
        return true;
    }
}
