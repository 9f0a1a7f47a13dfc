using System.Globalization;

namespace Datacurve.Server;

/// <summary>Sizes as Docker writes them: bytes, or with one of b, k, m, g.</summary>
internal static class ByteSize
{
    public static bool TryParse(string text, out long bytes)
    {
        var shift = char.ToLowerInvariant(text.Length > 0 ? text[^1] : '0') switch
        {
            'k' => 10,
            'm' => 20,
            'g' => 30,
            'b' => 0,
            _ => -1,
        };
        var digits = shift < 0 ? text : text[..^1];
        bytes = 0;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        bytes = number << Math.Max(shift, 0);
        return number <= long.MaxValue >> Math.Max(shift, 0);
    }
}
