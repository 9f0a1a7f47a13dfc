using System.Text.Encodings.Web;
using System.Text.Json;

namespace Datacurve.Cli.Capture.Casts;

/// <summary>Writes an asciicast of version 2 or 3.</summary>
internal sealed class CastWriter(TextWriter output, int version)
{
    private static readonly JsonWriterOptions Options = new()
    {
        // Everything beyond ASCII is readable in a file that is no page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private double _lastMs;

    public void WriteHeader(int columns, int rows, long timestampMs, string? title)
    {
        var header = new CastHeader
        {
            Version = version,
            Width = version == 2 ? columns : null,
            Height = version == 2 ? rows : null,
            Term = version == 3 ? new CastTerm { Cols = columns, Rows = rows } : null,
            Timestamp = timestampMs / 1000,
            Title = title,
        };
        output.Write(JsonSerializer.Serialize(header, CastJson.Default.CastHeader));
        output.Write('\n');
    }

    /// <summary>Events rise in time; one that does not is written at the time of the one before.</summary>
    public void Write(CastEvent written)
    {
        var afterMs = Math.Max(_lastMs, written.AfterMs);
        var seconds = Math.Round(version == 2 ? afterMs / 1000 : (afterMs - _lastMs) / 1000, 3);
        // What is rounded away here would add up over a long recording of version 3.
        _lastMs = version == 2 ? afterMs : _lastMs + seconds * 1000;
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartArray();
            json.WriteNumberValue(seconds);
            json.WriteStringValue(written.Code);
            json.WriteStringValue(written.Data);
            json.WriteEndArray();
        }
        output.Write(System.Text.Encoding.UTF8.GetString(line.ToArray()));
        output.Write('\n');
    }
}
