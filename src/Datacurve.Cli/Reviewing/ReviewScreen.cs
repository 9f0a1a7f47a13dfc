using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Core;

namespace Datacurve.Cli.Reviewing;

/// <summary>What a key asks for beyond moving about.</summary>
internal enum ReviewStep
{
    None,
    Quit,

    /// <summary>The event under the cursor is to be dropped, which was confirmed.</summary>
    Drop,
}

/// <summary>
/// The full-screen view without the terminal: keys in, lines out. A list of events with a cursor, and the
/// diff or output of one, or what opens the trace. Every line is inert and fits the width.
/// </summary>
internal sealed class ReviewScreen(RecordingFolder files, Review review)
{
    private const string ListKeys = "↑↓ move   enter look   d drop   o opening   q quit";
    private const string TextKeys = "↑↓ scroll   d drop   q back";
    private const string OpeningKeys = "↑↓ scroll   q back";

    private Review _review = review;
    private int _cursor;
    private int _top;
    private string[]? _text;
    private int _textTop;
    private bool _isOpening;
    private bool _isAsking;
    private string _message = "";
    private int _height = 24;

    /// <summary>The event under the cursor, or null where there is none.</summary>
    public ReviewedEvent? Chosen => _cursor < _review.Events.Count ? _review.Events[_cursor] : null;

    /// <summary>Shows what is left, and what came of a drop.</summary>
    public void Reload(Review review, string message)
    {
        (_review, _message, _text) = (review, message, null);
        _cursor = Math.Clamp(_cursor, 0, Math.Max(0, review.Events.Count - 1));
    }

    public ReviewStep Handle(ConsoleKeyInfo key)
    {
        _message = "";
        if (_isAsking)
        {
            _isAsking = false;
            return key.KeyChar is 'y' or 'Y' ? ReviewStep.Drop : ReviewStep.None;
        }
        switch (key.Key)
        {
            case ConsoleKey.Q or ConsoleKey.Escape when _text is null:
                return ReviewStep.Quit;
            case ConsoleKey.Q or ConsoleKey.Escape or ConsoleKey.LeftArrow:
                _text = null;
                break;
            case ConsoleKey.Enter or ConsoleKey.RightArrow or ConsoleKey.Spacebar when _text is null:
                Open();
                break;
            case ConsoleKey.O when _text is null:
                Show(ReviewText.Json(_review.Opening), isOpening: true);
                break;
            case ConsoleKey.D when Chosen is not null && (_text is null || !_isOpening):
                _isAsking = true;
                break;
            default:
                Move(Distance(key));
                break;
        }
        return ReviewStep.None;
    }

    /// <summary>The screen's lines, as many as it is high.</summary>
    public IReadOnlyList<string> Render(int width, int height)
    {
        _height = height;
        var body = Math.Max(1, height - 3);
        string[] lines = [Title(), .. _text is null ? List(body) : Text(body)];
        var filled = lines.Concat(Enumerable.Repeat("", height)).Take(height - 1).Append(Foot());
        return [.. filled.Select(line => Fit(line, width))];
    }

    private string Title() =>
        _text is not null && _isOpening ? "What opens the trace"
        : _text is not null && Chosen is { } chosen ? ReviewText.Line(chosen)
        : $"{_review.Recording.RecordingId}: {Quantity.Of(_review.Events.Count, "event")}, "
            + $"{Sizes.Text(_review.Recording.Bytes)}; redacted: {ReviewText.Rules(_review.Redacted)}";

    private string Foot() =>
        _isAsking ? $"Drop event {Chosen?.Seq} and its content for good? y / n"
        : _message.Length > 0 ? _message
        : _text is null ? ListKeys
        : _isOpening ? OpeningKeys
        : TextKeys;

    private IEnumerable<string> List(int rows)
    {
        _top = Math.Clamp(_top, Math.Max(0, _cursor - rows + 1), _cursor);
        return _review
            .Events.Index()
            .Skip(_top)
            .Take(rows)
            .Select(row => $"{(row.Index == _cursor ? '>' : ' ')}{ReviewText.Line(row.Item)}");
    }

    private IEnumerable<string> Text(int rows)
    {
        _textTop = Math.Clamp(_textTop, 0, Math.Max(0, _text!.Length - rows));
        return _text.Skip(_textTop).Take(rows);
    }

    private void Open()
    {
        if (Chosen is { } chosen)
            Show(chosen.Text(files), isOpening: false);
    }

    private void Show(string text, bool isOpening)
    {
        _text = InertText.Block(text).Split('\n');
        (_isOpening, _textTop) = (isOpening, 0);
    }

    private void Move(int distance)
    {
        if (_text is null)
            _cursor = Math.Clamp(_cursor + distance, 0, Math.Max(0, _review.Events.Count - 1));
        else
            _textTop = Math.Clamp(_textTop + distance, 0, _text.Length);
    }

    private int Distance(ConsoleKeyInfo key) =>
        key.Key switch
        {
            ConsoleKey.UpArrow or ConsoleKey.K => -1,
            ConsoleKey.DownArrow or ConsoleKey.J => 1,
            ConsoleKey.PageUp => 3 - _height,
            ConsoleKey.PageDown or ConsoleKey.Spacebar => _height - 3,
            ConsoleKey.Home => -1_000_000_000,
            ConsoleKey.End => 1_000_000_000,
            _ => 0,
        };

    private static string Fit(string line, int width) =>
        Cells.Fit(InertText.Block(line).Replace('\n', ' '), width);
}
