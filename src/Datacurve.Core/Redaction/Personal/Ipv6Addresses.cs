using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// IPv6 addresses of machines: global, unique local and link local ones, in every form. All of them begin
/// with four hex digits and a colon, which is what the filter looks for.
/// </summary>
internal static class Ipv6Addresses
{
    private static readonly SearchValues<char> Chars = SearchValues.Create("0123456789abcdefABCDEF:.");

    // The resolvers that everybody knows.
    private static readonly string[] Defaults =
    [
        "2001:4860:4860::8888",
        "2001:4860:4860::8844",
        "2606:4700:4700::1111",
        "2606:4700:4700::1001",
        "2620:fe::fe",
    ];

    public static void Find(ReadOnlySpan<char> text, List<Found> found)
    {
        for (var at = 4; at < text.Length; )
        {
            var colon = text[at..].IndexOf(':');
            if (colon < 0)
                return;
            at += colon + 1;
            var start = at - 5;
            if (!BeginsAddress(text[start..(at - 1)]))
                continue;
            var end = at;
            while (end < text.Length && Chars.Contains(text[end]))
                end++;
            at = end;
            Judge(text, start, end, found);
        }
    }

    // 2000::/4 is what is given out of the global ones; fc00::/7 and fe80::/10 are local.
    private static bool BeginsAddress(ReadOnlySpan<char> group) =>
        char.IsAsciiHexDigit(group[1])
        && char.IsAsciiHexDigit(group[2])
        && char.IsAsciiHexDigit(group[3])
        && (
            group[0] == '2'
            || group[0] is 'f' or 'F'
                && (group[1] is 'c' or 'C' or 'd' or 'D' || group[1] is 'e' or 'E' && IsLinkLocal(group[2]))
        );

    private static bool IsLinkLocal(char third) => third is '8' or '9' or 'a' or 'b' or 'A' or 'B';

    private static void Judge(ReadOnlySpan<char> text, int start, int end, List<Found> found)
    {
        var address = text[start..end].TrimEnd('.');
        if (address.EndsWith(":") && !address.EndsWith("::"))
            address = address[..^1];
        end = start + address.Length;
        if (
            address.Length > 45
            || Numbers.IsWithinWord(text, start, end)
            || start > 0 && text[start - 1] == ':'
        )
            return;
        var isShort = address.Contains("::", StringComparison.Ordinal);
        if (!isShort && address.Count(':') != 7 && !address.Contains('.'))
            return;

        // What ends with :: is a network.
        if (address.EndsWith("::"))
            return;
        foreach (var known in Defaults)
            if (address.StartsWith(known, StringComparison.OrdinalIgnoreCase))
                return;
        if (
            IPAddress.TryParse(address, out var parsed)
            && parsed.AddressFamily == AddressFamily.InterNetworkV6
            && !IsDocumentation(parsed)
        )
            found.Add(new Found(start, end, IpAddresses.RuleId, "ip", Rank.Personal));
    }

    private static bool IsDocumentation(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return bytes.StartsWith((ReadOnlySpan<byte>)[0x20, 0x01, 0x0d, 0xb8]);
    }
}
