using System.Buffers;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Assigned;

/// <summary>
/// Judges what is called a key and says not whose: it has to look drawn, and caches have keys, too, with a
/// digest at their end (<c>key: node-cache-Linux-npm-…</c>).
/// </summary>
internal static class AnyKey
{
    private const int DigestCharsMin = 32;
    private static readonly SearchValues<char> Joints = SearchValues.Create("-_.:/");

    public static bool Is(ReadOnlySpan<char> name, ReadOnlySpan<char> content)
    {
        if (
            name.TrimStart("-$.").Length == "key".Length
            && content.ContainsAnyExcept(CharClasses.LettersAndDigits)
        )
            return false;
        var last = content[(content.LastIndexOfAny(Joints) + 1)..];
        var isDigest =
            last.Length < content.Length
            && last.Length >= DigestCharsMin
            && !last.ContainsAnyExcept(SecretValue.HexDigits);
        return !isDigest && SecretValue.IsRandom(content);
    }
}
