using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Datacurve.Core.Redaction.Assigned;
using Datacurve.Core.Redaction.Names;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Documents;

/// <summary>Redacts the strings of a JSON document as they are when read.</summary>
internal sealed class JsonRedaction(Redactor redactor, RedactionReport report)
{
    private const int DepthMax = 128;

    public byte[] Redact(ReadOnlySpan<byte> json)
    {
        try
        {
            var output = new ArrayBufferWriter<byte>(json.Length + 64);
            Copy(json, output);
            return output.WrittenSpan.ToArray();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Without the cause, which would quote what it could not read.
#pragma warning disable MA0054
            throw new RedactionException("the text is no JSON document");
#pragma warning restore MA0054
        }
    }

    // Only strings that change are written anew; everything else keeps the bytes that it came in.
    private void Copy(ReadOnlySpan<byte> json, ArrayBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DepthMax });
        string? name = null;
        var done = 0;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
            {
                var text = reader.GetString()!;
                var isName = reader.TokenType == JsonTokenType.PropertyName;
                var redacted = isName ? redactor.Redact(text, report) : Value(name, text);
                if (isName)
                    name = text;
                if (redacted == text)
                    continue;
                var start = (int)reader.TokenStartIndex + 1;
                output.Write(json[done..start]);
                output.Write(
                    JsonEncodedText
                        .Encode(redacted, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)
                        .EncodedUtf8Bytes
                );
                done = start + reader.ValueSpan.Length;
            }
            else if (
                reader.TokenType
                is JsonTokenType.StartObject
                    or JsonTokenType.EndObject
                    or JsonTokenType.EndArray
            )
            {
                name = null;
            }
        }
        output.Write(json[done..]);
    }

    public string Value(string? name, string value)
    {
        var redacted = redactor.Redact(value, report);
        if (name is null || value.Length == 0 || SecretName.KindOf(name) is var kind && kind == NameKind.None)
            return redacted;
        var isSecret =
            kind == NameKind.Key
                ? SecretValue.IsKey(redacted)
                : SecretValue.IsPassword(redacted, PasswordPlace.Literal);
        if (!isSecret)
            return redacted;
        report.Add(kind == NameKind.Key ? Assignments.SecretRule : Assignments.PasswordRule);
        return redactor.PlaceholderOf("secret", Encoding.UTF8.GetBytes(redacted));
    }
}
