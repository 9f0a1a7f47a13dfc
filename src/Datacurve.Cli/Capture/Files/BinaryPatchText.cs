using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Datacurve.Cli.Capture.Files;

/// <summary>
/// Writes a <c>GIT binary patch</c>: the content as a zlib stream, in lines of base 85 that begin with their
/// length as a letter.
/// </summary>
internal static class BinaryPatchText
{
    private const int LineBytesMax = 52;
    private const int GroupDigits = 5;

    private static ReadOnlySpan<byte> Alphabet =>
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"u8;

    public static void Write(IBufferWriter<byte> text, byte[] content)
    {
        text.Write(Encoding.ASCII.GetBytes($"GIT binary patch\nliteral {content.Length}\n"));
        foreach (var line in Deflated(content).Chunk(LineBytesMax))
            WriteLine(text, line);
        text.Write("\n"u8);
    }

    private static byte[] Deflated(byte[] content)
    {
        using var deflated = new MemoryStream();
        using (var zlib = new ZLibStream(deflated, CompressionLevel.Optimal))
            zlib.Write(content);
        return deflated.ToArray();
    }

    private static void WriteLine(IBufferWriter<byte> text, byte[] line)
    {
        var letter = line.Length <= 26 ? 'A' + line.Length - 1 : 'a' + line.Length - 27;
        text.Write([(byte)letter]);
        Span<byte> group = stackalloc byte[4];
        Span<byte> digits = stackalloc byte[GroupDigits];
        for (var at = 0; at < line.Length; at += 4)
        {
            group.Clear();
            line.AsSpan(at, Math.Min(4, line.Length - at)).CopyTo(group);
            var value = BinaryPrimitives.ReadUInt32BigEndian(group);
            for (var digit = GroupDigits - 1; digit >= 0; digit--)
            {
                digits[digit] = Alphabet[(int)(value % 85)];
                value /= 85;
            }
            text.Write(digits);
        }
        text.Write("\n"u8);
    }
}
