using System.Buffers;

namespace Datacurve.Core;

/// <summary>
/// UUIDs as the wire has them: 36 characters, hyphens included. The framework's own parser also takes white
/// space around them and signs within.
/// </summary>
internal static class Uuid
{
    private const int TextLength = 36;
    private static readonly SearchValues<char> Characters = SearchValues.Create("0123456789abcdefABCDEF-");

    public static bool TryParse(string? text, out Guid value)
    {
        value = default;
        return text is { Length: TextLength }
            && !text.AsSpan().ContainsAnyExcept(Characters)
            && Guid.TryParseExact(text, "D", out value);
    }
}
