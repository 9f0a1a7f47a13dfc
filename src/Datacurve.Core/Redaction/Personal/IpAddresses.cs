using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// IP addresses that may be somebody's. Not those that say nothing (loopback, netmasks, the ranges for
/// documentation, the best-known defaults), and not version numbers, which look the same.
/// </summary>
internal static class IpAddresses
{
    public const string RuleId = "ip-address";
    private const int VersionPartMax = 31;
    private static readonly SearchValues<char> V6Chars = SearchValues.Create("0123456789abcdefABCDEF:.");

    private static readonly HashSet<uint> Defaults =
    [
        Of(8, 8, 8, 8),
        Of(8, 8, 4, 4),
        Of(1, 1, 1, 1),
        Of(1, 0, 0, 1),
        Of(9, 9, 9, 9),
        Of(1, 2, 3, 4),
        Of(192, 168, 0, 1),
        Of(192, 168, 1, 1),
        Of(192, 168, 1, 100),
        Of(172, 17, 0, 1),
        Of(172, 17, 0, 2),
        Of(10, 0, 2, 15),
        Of(10, 96, 0, 1),
        Of(10, 96, 0, 10),
    ];

    /// <summary>Reads four numbers with dots.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="start">Where a run of digits begins.</param>
    /// <param name="found">The address where it is somebody's, else null.</param>
    /// <returns>Whether there are numbers with dots here, which then are nothing else.</returns>
    public static bool TryV4(ReadOnlySpan<char> text, int start, out Found? found)
    {
        found = null;
        Span<byte> parts = stackalloc byte[4];
        var at = start;
        for (var part = 0; part < 4; part++)
        {
            if (part > 0 && (at + 1 >= text.Length || text[at++] != '.'))
                return false;
            var end = Math.Min(Numbers.DigitsEnd(text, at), at + 4);
            if (
                end == at
                || end - at > 3
                || !byte.TryParse(text[at..end], out parts[part])
                || (end - at > 1 && text[at] == '0')
            )
                return false;
            at = end;
        }
        if (!IsPartOfMore(text, start, at) && IsSomebodys(parts) && !IsVersion(text, start, at, parts))
            found = new Found(start, at, RuleId, "ip", Rank.Personal);
        return true;
    }

    public static int DottedEnd(ReadOnlySpan<char> text, int start)
    {
        while (start < text.Length && (char.IsAsciiDigit(text[start]) || text[start] == '.'))
            start++;
        return start;
    }

    /// <summary>
    /// Finds those with a group of four digits between two colons, which is what the filter looks for.
    /// </summary>
    public static void FindV6(ReadOnlySpan<char> text, List<Found> found)
    {
        for (var at = 0; at < text.Length; )
        {
            var colon = text[at..].IndexOf(':');
            if (colon < 0)
                return;
            var start = at + colon;
            if (start + 5 >= text.Length)
                return;
            if (text[start + 5] != ':' || text.Slice(start + 1, 4).Contains(':'))
            {
                at = start + 1;
                continue;
            }
            var end = start;
            while (start > 0 && V6Chars.Contains(text[start - 1]))
                start--;
            while (end < text.Length && V6Chars.Contains(text[end]))
                end++;
            at = end;
            if (end - start is < 9 or > 45 || Numbers.IsWithinWord(text, start, end))
                continue;
            var address = text[start..end].TrimEnd('.');
            if (
                address.Count(':') is var colons
                && (colons < 2 || !address.Contains("::", StringComparison.Ordinal) && colons != 7)
            )
                continue;
            if (IPAddress.TryParse(address, out var parsed) && IsSomebodys(parsed))
                found.Add(new Found(start, start + address.Length, RuleId, "ip", Rank.Personal));
        }
    }

    private static bool IsSomebodys(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return false;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        var isDocumentation = bytes.StartsWith((ReadOnlySpan<byte>)[0x20, 0x01, 0x0d, 0xb8]);
        return !isDocumentation
            && bytes[..4].ContainsAnyExcept((byte)0)
            && bytes[0] != 0xff
            && bytes[0] >= 0x20
            && (bytes[0] < 0x40 || bytes[0] >= 0xfc);
    }

    private static bool IsSomebodys(ReadOnlySpan<byte> parts)
    {
        var isTest =
            parts is [192, 0, 2, _] or [198, 51, 100, _] or [203, 0, 113, _] or [198, 18 or 19, _, _];
        if (
            parts[0] is 0 or 127 or >= 224
            || isTest
            || parts is [169, 254, _, _]
            || parts is [_, 0, 0, 0] or [_, _, 0, 0]
        )
            return false;
        return !Defaults.Contains(Of(parts[0], parts[1], parts[2], parts[3]));
    }

    private static bool IsPartOfMore(ReadOnlySpan<char> text, int start, int end)
    {
        if (Numbers.IsWithinWord(text, start, end))
            return true;
        if (end + 1 < text.Length && text[end] is '.' or '-' && char.IsAsciiLetterOrDigit(text[end + 1]))
            return true;
        // A network, as in 10.20.0.0/16, is nobody's address.
        return end + 1 < text.Length
            && text[end] == '/'
            && char.IsAsciiDigit(text[end + 1])
            && text[end - 1] == '0';
    }

    private static bool IsVersion(ReadOnlySpan<char> text, int start, int end, ReadOnlySpan<byte> parts)
    {
        var before = text[..start];
        var isAddressed =
            end < text.Length && text[end] == ':' || before.EndsWith("@") || before.EndsWith("//");
        if (!isAddressed && !parts.ContainsAnyExceptInRange((byte)0, (byte)VersionPartMax))
            return true;
        if (
            before.EndsWith("/") && !before.EndsWith("//")
            || before.EndsWith("-")
            || before.EndsWith("~")
            || before.EndsWith("^")
        )
            return before.Length > 1 && char.IsAsciiLetterOrDigit(before[^2]);
        var word = before.TrimEnd(" =:\"'<>(").TrimEnd();
        return before.EndsWith("==")
            || before.EndsWith(">= ")
            || before.EndsWith("<= ")
            || word.EndsWith("version", StringComparison.OrdinalIgnoreCase)
            || word.EndsWith(" v", StringComparison.OrdinalIgnoreCase)
            || word.EndsWith("ver", StringComparison.OrdinalIgnoreCase)
                && !word.EndsWith("server", StringComparison.OrdinalIgnoreCase)
            || word.EndsWith("oid", StringComparison.OrdinalIgnoreCase);
    }

    private static uint Of(byte a, byte b, byte c, byte d) =>
        ((uint)a << 24) | ((uint)b << 16) | ((uint)c << 8) | d;
}
