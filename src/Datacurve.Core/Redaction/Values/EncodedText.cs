using System.Buffers;

namespace Datacurve.Core.Redaction.Values;

/// <summary>What a line of base64 holds, as far as it can be told without the others.</summary>
internal enum HiddenText
{
    /// <summary>No text.</summary>
    None,

    /// <summary>Base64 once more, or the marker before it, as of a key's file.</summary>
    Base64,

    /// <summary>Some other text.</summary>
    Other,
}

/// <summary>Base64 of text, as in the secrets of Kubernetes.</summary>
internal static class EncodedText
{
    private const int SealedCharsMin = 120;
    private const int CharsMin = 16;
    private const int CharsMax = 8192;
    private const int LineCharsMax = 80;
    private static readonly SearchValues<byte> Base64Bytes = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=\r\n"u8
    );
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

    /// <param name="line">Base64, of which four characters begin with the first.</param>
    public static HiddenText KindOf(ReadOnlySpan<char> line)
    {
        Span<byte> bytes = stackalloc byte[LineCharsMax];
        line = line.TrimEnd('=');
        line = line[..(Math.Min(line.Length, LineCharsMax) / 4 * 4)];
        if (!Convert.TryFromBase64Chars(line, bytes, out var written))
            return HiddenText.None;
        var text = bytes[..written];
        foreach (var c in text)
            if (c is not (>= (byte)' ' and <= (byte)'~' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
                return HiddenText.None;
        var isBase64 = !text.ContainsAnyExcept(Base64Bytes) && text.ContainsAnyInRange((byte)'A', (byte)'Z');
        return text.IndexOf("-----"u8) >= 0 || isBase64 ? HiddenText.Base64 : HiddenText.Other;
    }

    /// <summary>Where base64 stands before what closes a line; an empty range where there is none.</summary>
    public static (int Start, int End) AtEnd(ReadOnlySpan<char> line)
    {
        var end = line.TrimEnd(" \r\"',;}").Length;
        var start = line[..end].LastIndexOfAnyExcept(Base64) + 1;
        return end - start >= CharsMin ? (start, end) : (0, 0);
    }

    /// <summary>
    /// Whether it is encrypted by sops, or for a controller of sealed secrets: behind the length of a key.
    /// </summary>
    public static bool IsSealed(ReadOnlySpan<char> value) =>
        value.StartsWith("ENC[")
        || value.Length >= SealedCharsMin && value is ['A', 'g', >= 'A' and <= 'D', ..];
}
