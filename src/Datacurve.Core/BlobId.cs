using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Datacurve.Core;

/// <summary>
/// The name of a blob: <c>sha256:</c> and the 64 lower-case hex digits of its content's SHA-256.
/// Two blobs with the same id are the same bytes.
/// </summary>
[JsonConverter(typeof(BlobIdJsonConverter))]
public readonly record struct BlobId
{
    public const string Prefix = "sha256:";
    public const int TextLength = 7 + 64;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private readonly string? _text;

    private BlobId(string text) => _text = text;

    /// <summary>The 64 hex digits, without the prefix.</summary>
    public string Hash => ToString()[Prefix.Length..];

    /// <summary>The id of <paramref name="content"/>.</summary>
    public static BlobId Of(ReadOnlySpan<byte> content) => FromHash(SHA256.HashData(content));

    /// <summary>The id for a finished SHA-256 of 32 bytes.</summary>
    public static BlobId FromHash(ReadOnlySpan<byte> sha256) =>
        sha256.Length == SHA256.HashSizeInBytes
            ? new BlobId(Prefix + Convert.ToHexStringLower(sha256))
            : throw new ArgumentException("a SHA-256 has 32 bytes", nameof(sha256));

    /// <summary>Parses the exact form; upper-case hex, other algorithms and paths are refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out BlobId blobId)
    {
        var valid =
            text is { Length: TextLength }
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && !text.AsSpan(Prefix.Length).ContainsAnyExcept(HexDigits);
        blobId = valid ? new BlobId(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException">The text is not a blob id.</exception>
    public static BlobId Parse(string text) =>
        TryParse(text, out var blobId)
            ? blobId
            : throw new FormatException("a blob id is sha256: and 64 lower-case hex digits");

    public override string ToString() => _text ?? Prefix + new string('0', 64);
}

/// <summary>Writes ids as strings. Public, so that a record of another assembly can have a blob id.</summary>
public sealed class BlobIdJsonConverter : JsonConverter<BlobId>
{
    public override BlobId Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) =>
        BlobId.TryParse(reader.GetString(), out var blobId)
            ? blobId
            : throw new JsonException("a blob id is sha256: and 64 lower-case hex digits");

    public override void Write(Utf8JsonWriter writer, BlobId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
