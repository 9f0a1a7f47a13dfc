using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Datacurve.Server.Storage;

/// <summary>
/// Finds the blobs that a stored document names, whatever the member: every <c>sha256:</c> before 64 hex
/// digits, also where JSON writes some of its characters as <c>\u</c>. Text that only looks like a name is
/// found too, which keeps a blob that might go and never loses one.
/// </summary>
internal static class BlobMentions
{
    private const int HexLength = 64;

    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>The hashes, of 32 bytes each.</summary>
    /// <exception cref="JsonException">The document has escapes and is no JSON.</exception>
    public static List<byte[]> In(ReadOnlySpan<byte> document)
    {
        var hashes = InText(document);
        if (document.IndexOf("\\u"u8) < 0)
            return hashes;

        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = 1000 });
        while (reader.Read())
            if (
                reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                && reader.ValueIsEscaped
            )
                Find(Encoding.UTF8.GetBytes(reader.GetString()!), hashes);
        return hashes;
    }

    /// <summary>The same of a text that is no JSON: a backslash in it is one.</summary>
    public static List<byte[]> InText(ReadOnlySpan<byte> text)
    {
        var hashes = new List<byte[]>();
        Find(text, hashes);
        return hashes;
    }

    /// <summary>
    /// Whether the document has the hash in <c>pre_hash</c>, <c>post_hash</c> and <c>env_hash</c> alone: as
    /// that of a file before or after an edit, or of an environment. Nobody promises a blob of that name.
    /// </summary>
    /// <exception cref="JsonException">The document has such a member and is no JSON.</exception>
    public static bool AreOfFile(ReadOnlySpan<byte> document, byte[] hash)
    {
        if (document.IndexOf("_hash\""u8) < 0)
            return false;

        var name = Encoding.ASCII.GetBytes($"sha256:{Convert.ToHexStringLower(hash)}");
        var (found, isHash) = (false, false);
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = 1000 });
        while (reader.Read())
        {
            if (
                reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                && Text(ref reader).IndexOf(name) >= 0
            )
            {
                if (!isHash || !reader.ValueTextEquals(name))
                    return false;
                found = true;
            }

            isHash = reader.TokenType is JsonTokenType.PropertyName && IsHashMember(ref reader);
        }

        return found;
    }

    private static bool IsHashMember(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("pre_hash"u8)
        || reader.ValueTextEquals("post_hash"u8)
        || reader.ValueTextEquals("env_hash"u8);

    private static ReadOnlySpan<byte> Text(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;

    private static void Find(ReadOnlySpan<byte> text, List<byte[]> hashes)
    {
        for (int at; (at = text.IndexOf("sha256:"u8)) >= 0; )
        {
            text = text[(at + "sha256:"u8.Length)..];
            if (text.Length >= HexLength && !text[..HexLength].ContainsAnyExcept(Hex))
                hashes.Add(Convert.FromHexString(Encoding.ASCII.GetString(text[..HexLength])));
        }
    }
}
