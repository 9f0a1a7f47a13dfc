using System.Text.Json;
using Datacurve.Core.Redaction;

namespace Datacurve.Server.Privacy;

/// <summary>Redacts the documents of clients, so that what is left is a document still.</summary>
internal static class CleansedDocuments
{
    private static readonly JsonDocumentOptions Distinct = new()
    {
        AllowDuplicateProperties = false,
        MaxDepth = 128,
    };

    /// <summary>
    /// Redacts a document in which no member is named twice; the same memory where nothing was found. Names
    /// are redacted as well, and one may become what another is: who stored that could not read it again.
    /// </summary>
    /// <exception cref="RedactionException">It must be refused.</exception>
    public static ReadOnlyMemory<byte> Cleanse(
        this Cleanser cleanser,
        ReadOnlyMemory<byte> json,
        RedactionReport report
    )
    {
        var redacted = cleanser.Document(json, report);
        if (redacted.Equals(json))
            return json;
        try
        {
            using var document = JsonDocument.Parse(redacted, Distinct);
            return redacted;
        }
        catch (JsonException)
        {
            // Without the cause, which would quote the name.
#pragma warning disable MA0054
            throw new RedactionException("two of its members would have one name");
#pragma warning restore MA0054
        }
    }
}
