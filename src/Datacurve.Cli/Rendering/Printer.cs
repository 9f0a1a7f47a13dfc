using Datacurve.Cli.Capture.Terminal;

namespace Datacurve.Cli.Rendering;

internal enum Tone
{
    Plain,
    Strong,
    Faint,
    Good,
    Bad,
}

/// <summary>A piece of a line with its tone. The text may be anything; the printer makes it inert.</summary>
internal readonly record struct Piece(string Text, Tone Tone = Tone.Plain)
{
    public static implicit operator Piece(string text) => new(text);
}

/// <summary>
/// Writes lines for people. Every text that goes through it is inert, so nothing recorded reaches the
/// terminal as a control; lines never end in spaces.
/// </summary>
/// <param name="output">Where lines go.</param>
/// <param name="colours">Whether tones are shown.</param>
/// <param name="columnsMax">How wide the terminal is that shows them; no limit where none does.</param>
internal sealed class Printer(TextWriter output, bool colours, int columnsMax = int.MaxValue)
{
    private const int StandardOutput = 1;
    private const int ColumnsMin = 20;

    /// <summary>How wide the terminal is that shows standard output; no limit where none does.</summary>
    public static int ColumnsMax =>
        OperatingSystem.IsWindows() ? int.MaxValue : TerminalSize.Of(StandardOutput)?.Columns ?? int.MaxValue;

    /// <summary>
    /// For standard output: coloured on a terminal, unless <c>NO_COLOR</c> is set and not empty.
    /// </summary>
    public static Printer ForTerminal() =>
        new(new StreamWriter(StandardStream.Output), ColoursFor(Console.IsOutputRedirected), ColumnsMax);

    /// <summary>For progress beside a machine-readable standard output.</summary>
    public static Printer ForErrors() =>
        new(new StreamWriter(StandardStream.Errors), ColoursFor(Console.IsErrorRedirected));

    public void Line(params ReadOnlySpan<Piece> pieces)
    {
        var texts = new string[pieces.Length];
        var last = -1;
        for (var i = 0; i < pieces.Length; i++)
        {
            texts[i] = InertText.Block(pieces[i].Text).Replace("\n", " \u23ce ");
            if (!string.IsNullOrWhiteSpace(texts[i]))
                last = i;
        }
        for (var i = 0; i <= last; i++)
            output.Write(Toned(i == last ? texts[i].TrimEnd() : texts[i], pieces[i].Tone));
        output.Write('\n');
        output.Flush();
    }

    /// <summary>A line that says what it is about in its first column.</summary>
    public void Labelled(string label, params ReadOnlySpan<Piece> pieces) =>
        Line([new Piece($"{label, -10}", Tone.Strong), .. pieces]);

    /// <summary>Each line of the text, indented.</summary>
    public void Block(string text, int indent, Tone tone = Tone.Plain)
    {
        foreach (var line in InertText.Block(text.TrimEnd()).Split('\n'))
            Line(new Piece(new string(' ', indent) + line, tone));
    }

    /// <summary>
    /// A text of several sentences, broken at spaces into lines of at most so many columns, and of as many as
    /// the terminal has.
    /// </summary>
    public void Wrapped(string text, int indent, int columns, Tone tone = Tone.Plain)
    {
        columns = Math.Min(columns, Math.Max(ColumnsMin, columnsMax));
        var line = "";
        foreach (var word in InertText.Block(text).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && indent + line.Length + 1 + word.Length > columns)
            {
                Block(line, indent, tone);
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        if (line.Length > 0)
            Block(line, indent, tone);
    }

    private string Toned(string text, Tone tone) =>
        colours && Code(tone) is { } code ? $"\e[{code}m{text}\e[0m" : text;

    private static string? Code(Tone tone) =>
        tone switch
        {
            Tone.Strong => "1",
            Tone.Faint => "2",
            Tone.Good => "32",
            Tone.Bad => "31",
            _ => null,
        };

    // https://no-color.org: present and not empty.
    private static bool ColoursFor(bool redirected) =>
        !redirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not "dumb";
}
