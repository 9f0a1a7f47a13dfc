using System.Globalization;
using System.Text;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// The text of a mark: <c>\xHH</c> and <c>\\</c> as bash and zsh write it, or <c>%HH</c> as fish does.
/// </summary>
internal static class MarkText
{
    /// <summary>
    /// The text; an escape that is none stands for itself. What is not UTF-8, and NUL, is replaced.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> encoded, byte escape)
    {
        var bytes = new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] != escape)
                bytes[length++] = encoded[i];
            else if (escape == '\\' && i + 1 < encoded.Length && encoded[i + 1] == escape)
                bytes[length++] = encoded[i++];
            else if (ReadHex(encoded[(i + 1)..], escape) is { } value)
            {
                bytes[length++] = value;
                i += escape == '\\' ? 3 : 2;
            }
            else
                bytes[length++] = encoded[i];
        }
        return Encoding.UTF8.GetString(bytes.AsSpan(0, length)).Replace('\0', '\ufffd');
    }

    private static byte? ReadHex(ReadOnlySpan<byte> after, byte escape)
    {
        if (escape == '\\')
        {
            if (after.Length < 3 || after[0] != 'x')
                return null;
            after = after[1..];
        }
        return
            after.Length >= 2
            && byte.TryParse(after[..2], NumberStyles.AllowHexSpecifier, null, out var value)
            ? value
            : null;
    }
}
