using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Datacurve.Core.Consent;

/// <summary>
/// What stands in place of what a developer does not let be stored: <c>WITHHELD_</c>, what it was
/// (<c>code</c>, <c>output</c>, <c>unknown</c>), twelve hex digits of a keyed hash, and how many bytes it
/// had, such as <c>WITHHELD_output_1f2e3d4c5b6a_523</c>. Equal texts are equal, and without the key no guess
/// can be tested.
/// </summary>
public static class WithheldText
{
    private const string Prefix = "WITHHELD_";
    private const int HashBytes = 6;
    private static readonly string[] Labels = ["code", "output", "unknown"];
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <param name="kind">What it held; not <see cref="ContentKind.Plain"/>.</param>
    /// <param name="content">The text in UTF-8, or JSON as it was sent.</param>
    /// <param name="key">Of the hash.</param>
    public static string Of(ContentKind kind, ReadOnlySpan<byte> content, ReadOnlySpan<byte> key) =>
        Of(kind, content, content.Length, key);

    /// <param name="kind">What it held; not <see cref="ContentKind.Plain"/>.</param>
    /// <param name="blobId">Names the content, which may be larger than memory.</param>
    /// <param name="length">Of the content, in bytes.</param>
    /// <param name="key">Of the hash.</param>
    public static string Of(ContentKind kind, BlobId blobId, long length, ReadOnlySpan<byte> key) =>
        Of(kind, Encoding.UTF8.GetBytes(blobId.ToString()), length, key);

    private static string Of(ContentKind kind, ReadOnlySpan<byte> hashed, long length, ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, hashed, hash);
        var digits = Convert.ToHexStringLower(hash[..HashBytes]);
        return string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Label(kind)}_{digits}_{length}");
    }

    /// <summary>Whether a text is such a form, and nothing else.</summary>
    public static bool Is(ReadOnlySpan<byte> text) => text.Length <= 64 && Is(Encoding.UTF8.GetString(text));

    private static bool Is(string text)
    {
        var parts = text.Split('_');
        return parts is [_, var label, { Length: 2 * HashBytes } digits, var length]
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && Labels.Contains(label)
            && !digits.AsSpan().ContainsAnyExcept(HexDigits)
            && long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    private static string Label(ContentKind kind) =>
        kind switch
        {
            ContentKind.Code => Labels[0],
            ContentKind.Output => Labels[1],
            ContentKind.Either => Labels[2],
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "nothing of it is withheld"),
        };
}
