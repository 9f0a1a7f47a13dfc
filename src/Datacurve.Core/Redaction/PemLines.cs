using System.Buffers;

namespace Datacurve.Core.Redaction;

/// <summary>
/// Lines that are nothing but base64, as in private keys and certificates. Each is known by itself, without
/// the <c>BEGIN</c> and <c>END</c> around it, so that a key is redacted line by line and a diff of it still
/// applies. The markers stay.
/// </summary>
internal static class PemLines
{
    public const string RuleId = "pem-line";
    public const int CharsMin = 16;
    private const int FullCharsMin = 48;
    private const int CharsMax = 80;
    private static readonly SearchValues<char> Base64 = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/="
    );
    private static readonly SearchValues<char> Frame = SearchValues.Create(" \t\r\"'`,;.()#*>|\\");
    private static readonly SearchValues<byte> Base64Bytes = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/="u8
    );

    /// <summary>Whether the end of a line is such that <see cref="Find"/> is worth calling.</summary>
    public static bool MayEndLine(ReadOnlySpan<byte> text)
    {
        for (var closers = 0; closers < 8 && text.Length >= CharsMin; closers++)
        {
            if (Base64Bytes.Contains(text[^1]) && !text[^CharsMin..].ContainsAnyExcept(Base64Bytes))
                return true;
            if (
                text[^1]
                is not (
                    (byte)'\r'
                    or (byte)'"'
                    or (byte)'\''
                    or (byte)','
                    or (byte)';'
                    or (byte)' '
                    or (byte)'+'
                    or (byte)'\\'
                    or (byte)'n'
                    or (byte)'.'
                    or (byte)')'
                )
            )
                return false;
            text = text[..^1];
        }
        return false;
    }

    public static void Find(ReadOnlySpan<char> text, List<Found> found)
    {
        var start = text.IndexOfAny(Base64);
        if (start < 0 || !IsFrame(text[..start]))
            return;
        var length = text[start..].IndexOfAnyExcept(Base64);
        var end = length < 0 ? text.Length : start + length;
        if (!IsFrame(text[end..]))
            return;
        var body = text[start..end];
        if (body.Length is >= CharsMin and <= CharsMax && IsBody(body))
            found.Add(new Found(start, end, RuleId, RuleId.Replace('-', '_'), Rank.Context));
    }

    // Quotes, and the signs with which languages join strings.
    private static bool IsFrame(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Frame);

    private static bool IsBody(ReadOnlySpan<char> body)
    {
        var padding = body.Length - body.TrimEnd('=').Length;
        if (
            padding > 2
            || body[..^padding].Contains('=')
            || (body.Length % 4 != 0 && body.Length < FullCharsMin)
        )
            return false;
        if (
            !body.ContainsAnyInRange('0', '9')
            || !body.ContainsAnyInRange('A', 'Z')
            || !body.ContainsAnyInRange('a', 'z')
        )
            return false;
        return Entropy.Of(body) >= (body.Length < FullCharsMin ? 3.3 : 4.2)
            && !Words.AreMost(body)
            && !Examples.IsExample(body);
    }
}
