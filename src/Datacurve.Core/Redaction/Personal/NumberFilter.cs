using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Finds where an address, a card or a phone number may be: digits around two dots, thirteen in a row, behind
/// a plus and so on. Sixteen places at once, since logs are full of numbers that are none of these.
/// </summary>
internal static class NumberFilter
{
    private const int Reach = 12;
    private static readonly SearchValues<byte> Starts = SearchValues.Create("0123456789+fF"u8);

    /// <summary>The first such place at or behind <paramref name="from"/>; -1 where there is none.</summary>
    public static int IndexOf(ReadOnlySpan<byte> text, int from)
    {
        var at = from;
        ref var start = ref MemoryMarshal.GetReference(text);
        if (Vector128.IsHardwareAccelerated)
        {
            for (; at + 16 + Reach <= text.Length; at += 16)
            {
                var mask = Candidates(ref start, (nuint)at);
                if (mask != 0)
                    return at + BitOperations.TrailingZeroCount(mask);
            }
        }

        // The few bytes that are left are looked at by whoever asks.
        var rest = at >= text.Length ? -1 : text[at..].IndexOfAny(Starts);
        return rest < 0 ? -1 : at + rest;
    }

    private static uint Candidates(ref byte start, nuint at)
    {
        var x0 = Vector128.LoadUnsafe(ref start, at);
        var x1 = Vector128.LoadUnsafe(ref start, at + 1);
        var x2 = Vector128.LoadUnsafe(ref start, at + 2);
        var x3 = Vector128.LoadUnsafe(ref start, at + 3);
        var x4 = Vector128.LoadUnsafe(ref start, at + 4);
        var x5 = Vector128.LoadUnsafe(ref start, at + 5);
        var (d0, d1, d2) = (Digits(x0), Digits(x1), Digits(x2));
        var (d3, d4, d5) = (Digits(x3), Digits(x4), Digits(x5));
        var dash4 = Is(x4, ' ') | Is(x4, '-');
        var x7 = Vector128.LoadUnsafe(ref start, at + 7);
        var x12 = Vector128.LoadUnsafe(ref start, at + 12);
        var address = d0 & Is(x1, '.') & d2 & (Is(x3, '.') | Is(x4, '.') | Is(x5, '.'));
        var card = d0 & d1 & d2 & d3 & (d4 | dash4) & d5 & Digits(x7) & InCard(x12);
        var international = Is(x0, '+') & d1 & d2;
        var groups = (Is(x3, '-') | Is(x3, '.')) & d4 & d5 & (Is(x7, '-') | Is(x7, '.'));
        var local = d0 & d1 & d2 & (groups | (Is(x3, ')') & (d4 | dash4)));
        var zeros =
            Is(x0, '0') & Is(x1, '0') & d2 & d3 & (dash4 | (d4 & (Is(x5, ' ') | Is(x5, '-') | Is(x5, '/'))));
        var address6 = (Is(x0, '2') | Is(x0, 'f') | Is(x0, 'F')) & Is(x4, ':') & Hex(x1) & Hex(x2) & Hex(x3);
        var x6 = Vector128.LoadUnsafe(ref start, at + 6);
        var d6 = Digits(x6);
        var pairs = (Is(x2, ' ') | Is(x2, '.')) & d3 & d4 & (Is(x5, ' ') | Is(x5, '.')) & d6;
        var short2 = Is(x2, '-') & d3 & d4 & d5 & d6;
        var short3 = d2 & (Is(x3, ' ') | Is(x3, '-') | Is(x3, '/')) & d4 & d5 & d6;
        var short4 = d2 & d3 & (dash4 | Is(x4, '/')) & d5 & d6;
        var long5 = d2 & d3 & d4 & ((Is(x5, ' ') & d6) | (d5 & Is(x6, ' ') & Digits(x7)));
        var trunk = Is(x0, '0') & d1 & ~Is(x1, '0') & (pairs | short2 | short3 | short4 | long5);
        var bracket = Is(x3, ')') | (d3 & Is(x4, ')')) | (d3 & d4 & Is(x5, ')'));
        var area = Is(x0, '(') & d1 & d2 & bracket;
        var zone = Is(x0, ' ') & (Is(x1, '+') | Is(x1, '-')) & d2 & d3 & d4 & d5;
        return (
            address | card | international | local | zeros | address6 | trunk | area | zone
        ).ExtractMostSignificantBits();
    }

    private static Vector128<byte> Is(Vector128<byte> bytes, char c) =>
        Vector128.Equals(bytes, Vector128.Create((byte)c));

    private static Vector128<byte> InCard(Vector128<byte> bytes) =>
        Digits(bytes) | Is(bytes, ' ') | Is(bytes, '-');

    private static Vector128<byte> Digits(Vector128<byte> bytes) =>
        Vector128.LessThan(bytes - Vector128.Create((byte)'0'), Vector128.Create((byte)10));

    private static Vector128<byte> Hex(Vector128<byte> bytes) =>
        Digits(bytes)
        | Vector128.LessThan(
            (bytes | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a'),
            Vector128.Create((byte)6)
        );
}
