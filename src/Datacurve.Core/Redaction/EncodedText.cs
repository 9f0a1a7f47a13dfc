using System.Buffers;

namespace Datacurve.Core.Redaction;

/// <summary>Base64 of text, as in the secrets of Kubernetes.</summary>
internal static class EncodedText
{
    private const int CharsMin = 16;
    private const int CharsMax = 8192;
    private static readonly SearchValues<char> Base64 = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/="
    );

    /// <summary>The text that a value is the base64 of; null where it is none of printable text.</summary>
    public static string? Of(ReadOnlySpan<char> value)
    {
        if (value.Length is < CharsMin or > CharsMax || value.Length % 4 != 0)
            return null;
        var bytes = new byte[value.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(value, bytes, out var written))
            return null;
        var text = bytes.AsSpan(0, written).TrimEnd("\r\n"u8);
        return text.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? null
            : System.Text.Encoding.ASCII.GetString(text);
    }

    /// <summary>Where base64 stands before what closes a line; an empty range where there is none.</summary>
    public static (int Start, int End) AtEnd(ReadOnlySpan<char> line)
    {
        var end = line.TrimEnd(" \r\"',;}").Length;
        var start = line[..end].LastIndexOfAnyExcept(Base64) + 1;
        return end - start >= CharsMin ? (start, end) : (0, 0);
    }
}
