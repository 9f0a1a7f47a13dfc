using System.Text;
using System.Text.Json;

namespace Datacurve.Cli.Commands;

/// <summary>
/// JSON as the service gave it, indented. Everything beyond ASCII is escaped, so that it is inert on a
/// terminal.
/// </summary>
internal static class JsonOutput
{
    public static void Write(TextWriter output, JsonElement json)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true }))
            json.WriteTo(writer);
        output.Write(Encoding.ASCII.GetString(text.ToArray()));
        output.Write('\n');
    }
}
