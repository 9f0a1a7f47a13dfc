using System.Buffers;
using System.Text.Json;
using Datacurve.Core;
using Datacurve.Core.Json;
using Datacurve.Server.Privacy;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;

namespace Datacurve.Server.Traces;

/// <summary>
/// The trace document in its parts: what the client said when it opened the trace, unknown members included,
/// and what the server knows. A member that belongs to the server is never taken from the client.
/// </summary>
internal static class TraceDocument
{
    /// <summary>What <c>redaction</c> looks like where it is not null.</summary>
    public static readonly Shape RedactionShape = Shape.Of(PrivacyJson.Default.AppliedRedaction);

    private static readonly HashSet<string> ServerMembers = new(StringComparer.Ordinal)
    {
        "trace_version",
        "trace_id",
        "created_at_ms",
        "finalized_at_ms",
        "status",
        "ingestion",
        "events",
        "final_state",
        "qa",
        "qa_progress",
        "redaction",
        "withheld",
    };

    /// <summary>The client's members of the document, as one JSON object.</summary>
    public static byte[] ClientMembers(JsonElement body) =>
        Write(writer =>
        {
            foreach (
                var member in body.EnumerateObject().Where(member => !ServerMembers.Contains(member.Name))
            )
                member.WriteTo(writer);
        });

    /// <summary>The <c>ingestion</c> object, less <c>seq_last</c>, which changes with every append.</summary>
    public static byte[] IngestionMembers(JsonElement body, TraceId traceId) =>
        Write(writer =>
        {
            var sent =
                body.TryGetProperty("ingestion", out var ingestion)
                && ingestion.ValueKind == JsonValueKind.Object
                    ? ingestion.EnumerateObject().ToDictionary(member => member.Name, member => member.Value)
                    : [];
            var mode = sent.TryGetValue("mode", out var sentMode) ? sentMode.GetString() : "incremental";
            writer.WriteString("mode", mode);
            writer.WriteString(
                "client_session_id",
                sent.TryGetValue("client_session_id", out var session)
                && session.ValueKind == JsonValueKind.String
                    ? session.GetString()
                    : traceId.ToString()
            );
            writer.WriteString("dedupe_policy", "event_id");
            writer.WriteNumber(
                "clock_skew_ms_est",
                sent.TryGetValue("clock_skew_ms_est", out var skew) ? skew.GetInt64() : 0
            );
            foreach (var (name, value) in sent.Where(member => !KnownIngestion.Contains(member.Key)))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        });

    /// <summary>Everything up to and without the events: the server's members, then the client's.</summary>
    public static void WriteHead(Utf8JsonWriter writer, TraceRow trace)
    {
        writer.WriteString("trace_version", "1.0");
        writer.WriteString("trace_id", trace.TraceId.ToString());
        writer.WriteNumber("created_at_ms", trace.CreatedAtMs);
        if (trace.FinalizedAtMs is { } finalizedAtMs)
            writer.WriteNumber("finalized_at_ms", finalizedAtMs);
        else
            writer.WriteNull("finalized_at_ms");
        writer.WriteString("status", trace.Status);
        using (var document = JsonDocument.Parse(trace.Document))
            foreach (var member in document.RootElement.EnumerateObject())
                member.WriteTo(writer);
        WriteIngestion(writer, trace);
        WriteStored(writer, "redaction", trace.Redaction);
    }

    /// <summary>
    /// What is known of the blobs that the developer withholds; absent where there are none.
    /// </summary>
    public static void WriteWithheld(Utf8JsonWriter writer, WithheldTotals withheld)
    {
        if (withheld.Blobs == 0)
            return;
        writer.WriteStartObject("withheld");
        writer.WriteNumber("blobs", withheld.Blobs);
        writer.WriteNumber("bytes", withheld.Bytes);
        writer.WriteNumber("lines_added", withheld.LinesAdded);
        writer.WriteNumber("lines_removed", withheld.LinesRemoved);
        writer.WriteEndObject();
    }

    /// <summary>A member whose value is stored JSON, or null.</summary>
    public static void WriteStored(Utf8JsonWriter writer, string name, byte[]? json)
    {
        writer.WritePropertyName(name);
        if (json is null)
            writer.WriteNullValue();
        else
            writer.WriteRawValue(json, skipInputValidation: true);
    }

    private static readonly HashSet<string> KnownIngestion = new(StringComparer.Ordinal)
    {
        "mode",
        "client_session_id",
        "seq_last",
        "dedupe_policy",
        "clock_skew_ms_est",
    };

    private static void WriteIngestion(Utf8JsonWriter writer, TraceRow trace)
    {
        writer.WriteStartObject("ingestion");
        using (var ingestion = JsonDocument.Parse(trace.Ingestion))
            foreach (var member in ingestion.RootElement.EnumerateObject())
                member.WriteTo(writer);
        writer.WriteNumber("seq_last", trace.SeqLast);
        writer.WriteEndObject();
    }

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, ServerJson.WriterOptions))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
