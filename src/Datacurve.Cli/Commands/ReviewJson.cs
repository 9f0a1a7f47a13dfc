using System.Text;
using System.Text.Json;
using Datacurve.Cli.Reviewing;
using Datacurve.Cli.Spool;

namespace Datacurve.Cli.Commands;

/// <summary>
/// A review as JSON with all that it is of: each event as it is sent, and what its blobs hold. Written event
/// by event, since all of it may be more than memory has.
/// </summary>
internal static class ReviewJson
{
    private const string Events = "events";

    public static void Write(TextWriter output, Review review, RecordingFolder files)
    {
        using var text = new MemoryStream();
        using var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true });
        var head = JsonSerializer.SerializeToElement(review with { Events = [] }, CommandJson.Default.Review);
        writer.WriteStartObject();
        foreach (var member in head.EnumerateObject().Where(member => member.Name != Events))
            member.WriteTo(writer);
        writer.WriteStartArray(Events);
        foreach (var reviewed in review.Events)
        {
            var whole = reviewed with { Blobs = [.. reviewed.Blobs.Select(blob => blob.WithContent(files))] };
            JsonSerializer.Serialize(writer, whole, CommandJson.Default.ReviewedEvent);
            Pass(writer, text, output);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        Pass(writer, text, output);
        output.Write('\n');
    }

    private static void Pass(Utf8JsonWriter writer, MemoryStream text, TextWriter output)
    {
        writer.Flush();
        // Everything beyond ASCII is escaped, so that it is inert on a terminal.
        output.Write(Encoding.ASCII.GetString(text.GetBuffer(), 0, (int)text.Length));
        text.SetLength(0);
    }
}
