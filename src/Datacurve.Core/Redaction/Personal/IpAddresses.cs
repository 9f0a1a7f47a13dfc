namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// IPv4 addresses that may be somebody's. Not those that say nothing (loopback, netmasks, the ranges for
/// documentation, the best-known defaults), and not version numbers and object ids, which look the same.
/// </summary>
internal static class IpAddresses
{
    public const string RuleId = "ip-address";

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
        if (!TryParts(text, start, parts, out var end))
            return false;
        if (
            !IsPartOfMore(text, start, end)
            && IsSomebodys(parts)
            && AddressContext.IsAddress(text, start, end, parts)
        )
            found = new Found(start, end, RuleId, "ip", Rank.Personal);
        return true;
    }

    public static int DottedEnd(ReadOnlySpan<char> text, int start)
    {
        while (start < text.Length && (char.IsAsciiDigit(text[start]) || text[start] == '.'))
            start++;
        return start;
    }

    private static bool TryParts(ReadOnlySpan<char> text, int start, Span<byte> parts, out int end)
    {
        end = start;
        for (var part = 0; part < 4; part++)
        {
            if (part > 0 && (end + 1 >= text.Length || text[end++] != '.'))
                return false;
            var from = end;
            end = Math.Min(Numbers.DigitsEnd(text, from), from + 4);
            if (
                end == from
                || end - from > 3
                || !byte.TryParse(text[from..end], out parts[part])
                || (end - from > 1 && text[from] == '0')
            )
                return false;
        }
        return true;
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
        var isHost =
            start >= 2 && text[..start].EndsWith("-h") && !Numbers.IsWithinWord(text, start - 2, end);
        if (!isHost && Numbers.IsWithinWord(text, start, end))
            return true;
        Span<byte> parts = stackalloc byte[4];
        if (end + 1 < text.Length && text[end] == '.' && char.IsAsciiLetterOrDigit(text[end + 1]))
            return !IsPort(text, end + 1);
        if (end + 1 < text.Length && text[end] == '-' && char.IsAsciiLetterOrDigit(text[end + 1]))
            return !TryParts(text, end + 1, parts, out _);

        // A network, as in 10.20.0.0/16, is nobody's address.
        return end + 1 < text.Length
            && text[end] == '/'
            && char.IsAsciiDigit(text[end + 1])
            && text[..end].EndsWith(".0");
    }

    // tcpdump writes the port behind a dot: ADDRESS.PORT > ADDRESS.PORT:.
    private static bool IsPort(ReadOnlySpan<char> text, int start)
    {
        var end = Numbers.DigitsEnd(text, start);
        return end > start
            && end - start <= 5
            && (text[end..].StartsWith(" > ") || text[end..].StartsWith(": "));
    }

    private static uint Of(byte a, byte b, byte c, byte d) =>
        ((uint)a << 24) | ((uint)b << 16) | ((uint)c << 8) | d;
}
