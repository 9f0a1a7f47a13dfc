using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Datacurve.Core.Redaction.Names;

namespace Datacurve.Core.Redaction.Documents;

/// <summary>
/// Redacts a JSON document that a client sends. Most hold nothing, and that is seen in one pass: all their
/// texts are put together, a line each, and looked at at once. Only where something is found is the document
/// gone through member by member.
/// </summary>
internal sealed class DocumentRedaction(Cleanser cleanser, RedactionReport report)
{
    private const int NameCharsMax = 64;
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 128 };

    // Behind the last text, so that the search for numbers ends within it and not in what it looks for.
    private static readonly byte[] Margin = [.. Enumerable.Repeat((byte)'\n', 32)];

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _texts;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _probed;

    // One that has counted nothing is as good as new.
    [ThreadStatic]
    private static RedactionReport? _nothing;

    public ReadOnlyMemory<byte> Redact(ReadOnlyMemory<byte> json)
    {
        try
        {
            return IsClean(json.Span) ? json : Rewrite(json.Span);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Without the cause, which would quote what it could not read.
#pragma warning disable MA0054
            throw new RedactionException("the text is no JSON document");
#pragma warning restore MA0054
        }
    }

    private bool IsClean(ReadOnlySpan<byte> json)
    {
        var texts = _texts ??= new ArrayBufferWriter<byte>(64 << 10);
        var probed = _probed ??= new ArrayBufferWriter<byte>(64 << 10);
        texts.ResetWrittenCount();
        probed.ResetWrittenCount();
        if (!Gather(json, texts))
            return false;
        texts.Write(Margin);
        var found = _nothing ?? cleanser.NewReport();
        cleanser.Whole.Redact(texts.WrittenSpan, probed, found);
        _nothing = found.Total == 0 ? found : null;
        return found.Total == 0;
    }

    /// <summary>False where a name says that its value is a secret, so that nothing else decides.</summary>
    private static bool Gather(ReadOnlySpan<byte> json, ArrayBufferWriter<byte> texts)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        var role = MemberRole.Text;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                role = RoleOf(ref reader, out var isSecret);
                if (isSecret)
                    return false;
                if (role == MemberRole.Unknown)
                    Add(ref reader, texts, role);
            }
            else if (reader.TokenType == JsonTokenType.String && !IsKept(ref reader, role))
            {
                Add(ref reader, texts, role);
            }
            else if (reader.TokenType == JsonTokenType.EndObject)
            {
                role = MemberRole.Text;
            }
        }
        return true;
    }

    private static void Add(ref Utf8JsonReader reader, ArrayBufferWriter<byte> texts, MemberRole role)
    {
        var room = texts.GetSpan(reader.ValueSpan.Length + 1);
        var length = reader.CopyString(room);
        // The folders of a name are looked at one by one, as RedactPath does.
        if (role == MemberRole.Path && room[0] != (byte)'/')
            room[..length].Replace((byte)'/', (byte)'\n');
        room[length] = (byte)'\n';
        texts.Advance(length + 1);
    }

    private static MemberRole RoleOf(ref Utf8JsonReader reader, out bool isSecret)
    {
        Span<char> buffer = stackalloc char[NameCharsMax];
        isSecret = false;
        if (reader.ValueSpan.Length <= NameCharsMax)
        {
            var name = buffer[..reader.CopyString(buffer)];
            var role = ContractMembers.RoleOf(name);
            isSecret = role == MemberRole.Unknown && SecretName.KindOf(name) != NameKind.None;
            return role;
        }
        isSecret = SecretName.KindOf(reader.GetString()!) != NameKind.None;
        return MemberRole.Unknown;
    }

    private static bool IsKept(ref Utf8JsonReader reader, MemberRole role) =>
        role == MemberRole.Id && !reader.ValueIsEscaped && ContractMembers.IsId(reader.ValueSpan);

    private byte[] Rewrite(ReadOnlySpan<byte> json)
    {
        var output = new ArrayBufferWriter<byte>(json.Length + 64);
        var reader = new Utf8JsonReader(json, ReaderOptions);
        var root = Root(json);
        var (name, role, owner) = ((string?)null, MemberRole.Text, (string?)null);
        var done = 0;
        while (reader.Read())
        {
            string redacted;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                role = RoleOf(ref reader, out _);
                name = reader.GetString()!;
                if (reader.CurrentDepth == 1)
                    owner = name;
                if (role != MemberRole.Unknown)
                    continue;
                redacted = cleanser.Whole.Redact(name, report);
                if (redacted == name)
                    continue;
            }
            else if (reader.TokenType == JsonTokenType.String && !IsKept(ref reader, role))
            {
                var text = reader.GetString()!;
                redacted = Value(text, name, role, owner, root);
                if (redacted == text)
                    continue;
            }
            else
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.EndObject)
                    (name, role) = (null, MemberRole.Text);
                continue;
            }
            var start = (int)reader.TokenStartIndex + 1;
            output.Write(json[done..start]);
            output.Write(
                JsonEncodedText.Encode(redacted, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes
            );
            done = start + reader.ValueSpan.Length;
        }
        output.Write(json[done..]);
        return output.WrittenSpan.ToArray();
    }

    private string Value(string text, string? name, MemberRole role, string? owner, string? root) =>
        role switch
        {
            MemberRole.Unknown => new JsonRedaction(cleanser.Whole, report).Value(name, text),
            MemberRole.Path => Path(text, root),
            // Under another parent a member of this name is nobody's identity.
            MemberRole.Identity when owner is "developer" or "repo" => cleanser.Identities.Redact(
                text,
                report
            ),
            MemberRole.Id => cleanser.Ids.Redact(text, report),
            _ => cleanser.Whole.Redact(text, report),
        };

    // A name that is given from the root of the machine is redacted as it will be read: what is below the
    // workspace is the name that its diffs have.
    private string Path(string path, string? root)
    {
        if (root is null || !path.StartsWith(root + "/", StringComparison.Ordinal))
            return cleanser.Whole.RedactPath(path, report);
        return cleanser.Whole.Redact(root, report)
            + "/"
            + cleanser.Whole.RedactPath(path[(root.Length + 1)..], report);
    }

    private static string? Root(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("workspace_root"u8) < 0)
            return null;
        var reader = new Utf8JsonReader(json, ReaderOptions);
        while (reader.Read())
            if (
                reader.TokenType == JsonTokenType.PropertyName
                && reader.ValueTextEquals("workspace_root"u8)
                && reader.Read()
            )
                return reader.TokenType == JsonTokenType.String ? reader.GetString()!.TrimEnd('/') : null;
        return null;
    }
}
