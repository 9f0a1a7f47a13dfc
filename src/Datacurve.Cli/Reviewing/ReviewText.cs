using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Datacurve.Cli.Rendering;

namespace Datacurve.Cli.Reviewing;

/// <summary>One line about an event. Not inert: whoever prints it sees to that.</summary>
internal static class ReviewText
{
    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Line(ReviewedEvent reviewed)
    {
        var redacted = reviewed.Redacted.Values.Sum();
        var note = redacted > 0 ? $"  [{redacted} redacted]" : "";
        var sent = reviewed.IsSent ? "  [sent]" : "";
        return $"{reviewed.Seq, 6}  {reviewed.Type, -16}  {Sizes.Text(reviewed.Bytes), 9}  "
            + $"{InertText.Line(reviewed.Summary, 200)}{note}{sent}";
    }

    /// <summary>JSON as a person reads it.</summary>
    public static string Json(JsonElement json)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, Readable))
            json.WriteTo(writer);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>What redaction changed, by rule.</summary>
    public static string Rules(IReadOnlyDictionary<string, long> rules) =>
        rules.Count == 0 ? "nothing" : string.Join(", ", rules.Select(rule => $"{rule.Value} × {rule.Key}"));
}
