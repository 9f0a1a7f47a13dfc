using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Datacurve.Core.Redaction;

/// <summary>
/// What stands in place of a secret: <c>REDACTED_</c>, what kind it was, and twelve hex digits of a keyed
/// hash, such as <c>REDACTED_github_pat_1f2e3d4c5b6a</c>. Letters, digits and underscores alone, so that it
/// stands wherever a word may: in code, in JSON, in a URL. The same secret under the same key is always
/// the same placeholder; without the key the hash says nothing about the secret.
/// </summary>
internal static class Placeholder
{
    public const string Prefix = "REDACTED_";
    private const int HashBytes = 6;
    private const int HashChars = HashBytes * 2;
    private const int LabelCharsMax = 40;
    private const int CharsMax = 9 + LabelCharsMax + 1 + HashChars;
    private static readonly SearchValues<char> LabelChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789_"
    );
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    public static string Of(string label, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, secret, hash);
        return $"{Prefix}{label}_{Convert.ToHexStringLower(hash[..HashBytes])}";
    }

    /// <summary>A rule's id as it stands in a placeholder: lower case, underscores.</summary>
    public static string LabelOf(string ruleId)
    {
        var label = new StringBuilder(ruleId.Length);
        foreach (var c in ruleId.Take(LabelCharsMax))
            label.Append(char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_');
        return label.Length == 0 ? "secret" : label.ToString();
    }

    /// <summary>Whether the text holds a placeholder, whole.</summary>
    public static bool IsIn(ReadOnlySpan<char> text)
    {
        for (int at; (at = text.IndexOf(Prefix, StringComparison.Ordinal)) >= 0; )
        {
            text = text[(at + Prefix.Length)..];
            var end = text.IndexOfAnyExcept(LabelChars);
            var body = end < 0 ? text : text[..end];
            if (HasHash(body))
                return true;
        }
        return false;
    }

    /// <summary>Whether a range begins or ends within a placeholder.</summary>
    public static bool IsCut(ReadOnlySpan<char> text, int start, int length)
    {
        var end = start + length;
        var first = Math.Max(0, start - CharsMax);
        for (int at; first < end && (at = text[first..end].IndexOf(Prefix, StringComparison.Ordinal)) >= 0; )
        {
            first += at;
            var body = text[first..Math.Min(text.Length, first + CharsMax)];
            var rest = body[Prefix.Length..].IndexOfAnyExcept(LabelChars);
            if (rest < 0)
                rest = body.Length - Prefix.Length;
            if (first + Prefix.Length + rest > start && HasHash(body.Slice(Prefix.Length, rest)))
                return true;
            first += Prefix.Length;
        }
        return false;
    }

    /// <summary>
    /// Whether a range takes a part of a placeholder and leaves the rest. What replaced it would be another
    /// placeholder with that rest behind it, in every round anew.
    /// </summary>
    public static bool IsSplit(ReadOnlySpan<char> text, int start, int end)
    {
        for (var at = Math.Max(0, start - CharsMax); at < end; )
        {
            var next = text[at..Math.Min(text.Length, end + Prefix.Length)]
                .IndexOf(Prefix, StringComparison.Ordinal);
            if (next < 0)
                return false;
            var first = at + next;
            var rest = text[(first + Prefix.Length)..];
            var length = rest.IndexOfAnyExcept(LabelChars);
            var body = length < 0 ? rest : rest[..length];
            var last = first + Prefix.Length + HashEnd(body);
            if (last > first + Prefix.Length && first < end && last > start && (first < start || last > end))
                return true;
            at = first + Prefix.Length;
        }
        return false;
    }

    /// <summary>Whether content holds a placeholder, whole, in UTF-8.</summary>
    public static bool IsIn(ReadOnlySpan<byte> content)
    {
        Span<char> text = stackalloc char[Prefix.Length + LabelCharsMax + HashChars + 1];
        for (int at; (at = content.IndexOf("REDACTED_"u8)) >= 0; )
        {
            content = content[at..];
            var window = content[..Math.Min(content.Length, text.Length)];
            if (IsIn(text[..Encoding.Latin1.GetChars(window, text)]))
                return true;
            content = content[Prefix.Length..];
        }
        return false;
    }

    /// <summary>Whether text in UTF-8 begins with a placeholder, whole.</summary>
    public static bool IsFirstIn(ReadOnlySpan<byte> text) =>
        text.StartsWith("REDACTED_"u8) && IsIn(text[..Math.Min(text.Length, CharsMax)]);

    /// <summary>The label of the placeholder that text ends with; null where it ends with none.</summary>
    public static string? LastIn(ReadOnlySpan<byte> text)
    {
        var end = text[Math.Max(0, text.Length - CharsMax)..];
        var at = end.LastIndexOf("REDACTED_"u8);
        if (at < 0)
            return null;
        Span<char> body = stackalloc char[CharsMax];
        body = body[..Encoding.Latin1.GetChars(end[(at + Prefix.Length)..], body)];
        return !body.ContainsAnyExcept(LabelChars) && HashEnd(body) == body.Length
            ? body[..^(HashChars + 1)].ToString()
            : null;
    }

    // What follows the hash may be part of the same word, as in REDACTED_email_…_backup.
    private static bool HasHash(ReadOnlySpan<char> body) => HashEnd(body) > 0;

    private static int HashEnd(ReadOnlySpan<char> body)
    {
        for (var at = 1; at + HashChars < body.Length && at <= LabelCharsMax; at++)
            if (body[at] == '_' && !body.Slice(at + 1, HashChars).ContainsAnyExcept(HexDigits))
                return at + 1 + HashChars;
        return 0;
    }
}
