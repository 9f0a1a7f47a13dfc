using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Pem;

/// <summary>
/// <c>key: "…"</c>, of 256 or 512 bits in base64 with its padding, where nothing else says whose key it is.
/// </summary>
internal static class KeyMember
{
    public const int LongChars = 88;
    private const int Chars = 44;

    public static bool Is(ReadOnlySpan<char> text, int start, ReadOnlySpan<char> body)
    {
        if (body.Length is not (Chars or LongChars) || body[^1] != '=')
            return false;
        if (body[^2] == '=' != (body.Length == LongChars))
            return false;
        var before = text[..start].TrimEnd("\"' ");
        if (before.IsEmpty || before[^1] is not (':' or '='))
            return false;
        before = before[..^1].TrimEnd("\"' ");
        return before.EndsWith("key", StringComparison.OrdinalIgnoreCase)
            && (
                before.Length == 3
                || before[^4] is ' ' or '.' or '_' or '"' or '\'' or '\t' or '{' or '+' or '-'
            )
            && EncodedText.KindOf(body) == HiddenText.None
            && SecretValue.IsRandomKey(body);
    }
}
