using System.Buffers;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>Tells an IPv4 address from a version, an object id and other numbers with dots.</summary>
internal static class AddressContext
{
    // Versions seldom begin with more; addresses do, seven times out of eight.
    private const int VersionPartMax = 31;

    private static readonly SearchValues<char> DottedChars = SearchValues.Create("0123456789.");

    public static bool IsAddress(ReadOnlySpan<char> text, int start, int end, ReadOnlySpan<byte> parts)
    {
        var before = text[..start];
        var after = text[end..];
        if (IsAddressed(before, after))
            return true;
        if (
            IsHeading(before, after)
            || IsMarkedVersion(before)
            || IsObjectId(parts)
            || IsInDecimals(text, start, end)
        )
            return false;
        if (parts is [192, 168, _, _] || parts[0] == 172 && parts[1] is >= 16 and <= 31)
            return true;
        var version = Surroundings.DistanceTo(before, AddressWords.Versions);
        var address = Surroundings.DistanceTo(before, AddressWords.Around);
        var isSaid = address >= 0 && (version < 0 || address < version);
        if (parts[0] > VersionPartMax)
            return isSaid || version is < 0 or > 24;
        if (Surroundings.KeyBefore(before) is var key && key.IndexOfAny(AddressWords.Keys) == 0)
            return true;
        if (version >= 0 && !isSaid)
            return false;
        return parts[0] == 10
            ? isSaid || !IsPackage(before) && IsLikelyLocal(before, after, parts)
            : IsLikelyPublic(before, parts, isSaid: address is >= 0 and <= 24);
    }

    // In a URL or share, behind an account, before a port, path or length of prefix, first in an access log.
    private static bool IsAddressed(ReadOnlySpan<char> before, ReadOnlySpan<char> after)
    {
        if (before.EndsWith("@") || before.EndsWith("//") || before.EndsWith(@"\\") || before.EndsWith("-h"))
            return true;
        if (after.Length < 2)
            return false;
        return after[0] == ':' && (char.IsAsciiDigit(after[1]) || after[1] is '/' or '~')
            || after[0] == '/' && IsPrefixLength(after[1..])
            || after.StartsWith(" - ") && Head(after).Contains('[')
            || after.StartsWith(" > ")
            || after[0] == ']' && before.EndsWith("([");
    }

    // 10.1.2.3 Title.
    private static bool IsHeading(ReadOnlySpan<char> before, ReadOnlySpan<char> after) =>
        before.IsEmpty
        && after.Length > 2
        && after[0] == ' '
        && char.IsAsciiLetterUpper(after[1])
        && char.IsAsciiLetterLower(after[2]);

    private static bool IsPrefixLength(ReadOnlySpan<char> text)
    {
        var end = Numbers.DigitsEnd(text, 0);
        return end is 1 or 2
            && int.Parse(text[..end]) is >= 8 and <= 32
            && (end == text.Length || text[end] != '.');
    }

    private static bool IsMarkedVersion(ReadOnlySpan<char> before)
    {
        if (
            before.EndsWith("/") && !before.EndsWith("//")
            || before.EndsWith("-")
            || before.EndsWith("~")
            || before.EndsWith("^")
        )
            return before.Length > 1
                && char.IsAsciiLetterOrDigit(before[^2])
                && !EndsWithAddress(before[..^1]);
        var word = before.TrimEnd(" =:\"'<>([").TrimEnd();
        return before.EndsWith("==")
            || before.EndsWith("= ") && before.Length > 2 && before[^3] is '>' or '<' or '~' or '='
            || word.EndsWith("version", StringComparison.OrdinalIgnoreCase)
            || word.EndsWith(" v", StringComparison.OrdinalIgnoreCase)
            || word.EndsWith(",v")
            || Surroundings.KeyBefore(word) is "ver" or "Ver" or "oid" or "OID" or "Oid"
            || word.EndsWith("identifier", StringComparison.OrdinalIgnoreCase);
    }

    // The first address of a range, and a dash behind it.
    private static bool EndsWithAddress(ReadOnlySpan<char> before) =>
        before[(before.LastIndexOfAnyExcept(DottedChars) + 1)..].Count('.') == 3;

    // "Package.Name": ", as in the lists of what a program needs.
    private static bool IsPackage(ReadOnlySpan<char> before)
    {
        var key = before.TrimEnd(" :\"[");
        return before.EndsWith("\"")
            && before.Length - key.Length >= 3
            && key[(key.LastIndexOf('"') + 1)..].Contains('.');
    }

    // ISO's and ITU's arcs that have four numbers below 256: certificates, algorithms, X.500.
    private static bool IsObjectId(ReadOnlySpan<byte> parts) =>
        parts is [1, 3, 6 or 14 or 36 or 101 or 132, _] or [2, 5, 1 or 2 or 4 or 5 or 6 or 8 or 13 or 29, _];

    // Decimals on both sides: coordinates, such as those of an image's paths.
    private static bool IsInDecimals(ReadOnlySpan<char> text, int start, int end)
    {
        if (
            start < 2
            || end + 1 >= text.Length
            || text[start - 1] is not (' ' or ',')
            || text[end] is not (' ' or ',')
        )
            return false;
        var last = text[..(start - 1)];
        last = last[(last.LastIndexOfAny(" ,") + 1)..];
        var next = text[(end + 1)..];
        next = next.IndexOfAny(" ,") is var stop and >= 0 ? next[..stop] : next;
        return IsDecimal(last) && IsDecimal(next);
    }

    private static bool IsDecimal(ReadOnlySpan<char> token) =>
        token.Length > 0
        && char.IsAsciiDigit(token[^1])
        && token.Contains('.')
        && EndsWithAddress(token) is false
        && token.Count(':') == 0
        && token[(token.LastIndexOf('.') + 1)..].Length <= 3;

    // The network 10 is used more than any other, and few versions begin with it.
    private static bool IsLikelyLocal(
        ReadOnlySpan<char> before,
        ReadOnlySpan<char> after,
        ReadOnlySpan<byte> parts
    ) =>
        CountAbove(parts, VersionPartMax) >= 1
        || Surroundings.DistanceTo(before, AddressWords.Prepositions) is >= 0 and <= 5
        || Surroundings.DistanceTo(Head(after), AddressWords.Around) >= 0
        || before.IsEmpty && (after.IsEmpty || after[0] is ' ' or '\t');

    // The more numbers are large, the less is it a version: those have small ones first.
    private static bool IsLikelyPublic(ReadOnlySpan<char> before, ReadOnlySpan<byte> parts, bool isSaid)
    {
        var large = CountAbove(parts, VersionPartMax);
        return large >= 1 && isSaid
            || large >= 2 && Surroundings.DistanceTo(before, AddressWords.Prepositions) is >= 0 and <= 5
            || large >= 1 && (before.EndsWith("from ") || before.EndsWith("via "))
            || large >= 2 && parts[1] > VersionPartMax && CountAbove(parts, 99) >= 1;
    }

    private static int CountAbove(ReadOnlySpan<byte> parts, int bound)
    {
        var count = 0;
        foreach (var part in parts[1..])
            count += part > bound ? 1 : 0;
        return count;
    }

    private static ReadOnlySpan<char> Head(ReadOnlySpan<char> text) =>
        text.Length > Surroundings.AfterMax ? text[..Surroundings.AfterMax] : text;
}
