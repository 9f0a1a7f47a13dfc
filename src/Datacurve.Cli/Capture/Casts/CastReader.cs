using System.Text.Json;

namespace Datacurve.Cli.Capture.Casts;

/// <summary>Reads an asciicast of version 2 or 3 as a stream, line by line.</summary>
internal sealed class CastReader
{
    /// <summary>A longer line is refused. What a terminal prints at once is far shorter.</summary>
    public const int LineCharsMax = 16 << 20;

    /// <summary>A longer session is refused: a year.</summary>
    private const double AfterMsMax = 366.0 * 24 * 3600 * 1000;

    private readonly TextReader _input;
    private int _line = 1;
    private double _afterMs;

    private CastReader(TextReader input, CastHeader header) => (_input, Header) = (input, header);

    public CastHeader Header { get; }

    /// <exception cref="CastException">The first line is no header of a known version.</exception>
    public static CastReader Open(TextReader input)
    {
        var reader = new CastReader(input, new CastHeader { Version = 0 });
        var first = reader.ReadLine() ?? throw new CastException("the file is empty");
        return new CastReader(input, HeaderOf(first));
    }

    /// <summary>The events in order; comments of version 3 and empty lines are passed over.</summary>
    /// <exception cref="CastException">A line is no event.</exception>
    public IEnumerable<CastEvent> Events()
    {
        while (ReadLine() is { } line)
        {
            _line++;
            if (line.Length > 0 && (Header.Version < 3 || line[0] != '#'))
                yield return EventOf(line);
        }
    }

    private static CastHeader HeaderOf(string line)
    {
        try
        {
            var header = JsonSerializer.Deserialize(line, CastJson.Default.CastHeader);
            if (
                header
                is { Version: 2, Width: > 0, Height: > 0 }
                    or { Version: 3, Term: { Cols: > 0, Rows: > 0 } }
            )
                return header;
            throw new CastException(
                header is { Version: 2 or 3 }
                    ? "line 1 does not say how large the terminal was"
                    : $"line 1 is of version {header?.Version}; 2 and 3 can be read"
            );
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CastException("line 1 is no asciicast header");
        }
    }

    private CastEvent EventOf(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (
                document.RootElement is { ValueKind: JsonValueKind.Array } parts
                && parts.GetArrayLength() == 3
                && parts[0].ValueKind == JsonValueKind.Number
                && parts[0].TryGetDouble(out var seconds)
                && parts[1].ValueKind == JsonValueKind.String
                && parts[2].ValueKind == JsonValueKind.String
            )
                return new CastEvent(AfterMs(seconds), parts[1].GetString()!, parts[2].GetString()!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader's ways of refusing broken JSON and lone surrogates.
        }
        throw new CastException($"line {_line} is no event: [seconds, code, data]");
    }

    // Version 2 counts from the beginning, version 3 from the event before. Neither goes back.
    private double AfterMs(double seconds)
    {
        var afterMs = Header.Version == 2 ? seconds * 1000 : _afterMs + seconds * 1000;
        if (!double.IsFinite(afterMs) || afterMs < 0 || afterMs > AfterMsMax)
            throw new CastException($"line {_line} is at a time that no session reaches");
        return _afterMs = Math.Max(_afterMs, afterMs);
    }

    private string? ReadLine()
    {
        var line = _input.ReadLine();
        return line is { Length: > LineCharsMax }
            ? throw new CastException($"line {_line} is longer than {LineCharsMax} characters")
            : line;
    }
}
