using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Datacurve.Core.Replay;

/// <summary>Writes <c>GIT binary patch</c> sections, the way forward and an empty way back.</summary>
internal static class BinaryPatchWriter
{
    private const int LineBytes = 52;
    private const string Alphabet =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

    public static void Write(BinaryPatch patch, ArrayBufferWriter<byte> output)
    {
        Section(patch.IsDelta ? "delta" : "literal", patch.Data.Span, output);
        Section("literal", [], output);
    }

    private static void Section(string kind, ReadOnlySpan<byte> data, ArrayBufferWriter<byte> output)
    {
        Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{kind} {data.Length}\n"),
            output
        );
        using var deflated = new MemoryStream();
        using (var deflating = new ZLibStream(deflated, CompressionLevel.Fastest, leaveOpen: true))
            deflating.Write(data);
        var bytes = deflated.ToArray().AsSpan();
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(LineBytes, bytes.Length)..])
            WriteLine(bytes[..Math.Min(LineBytes, bytes.Length)], output);
        output.Write("\n"u8);
    }

    private static void WriteLine(ReadOnlySpan<byte> bytes, ArrayBufferWriter<byte> output)
    {
        var line = output.GetSpan(2 + ((bytes.Length + 3) / 4 * 5));
        line[0] = (byte)(bytes.Length <= 26 ? 'A' + bytes.Length - 1 : 'a' + bytes.Length - 27);
        var at = 1;
        for (var start = 0; start < bytes.Length; start += 4)
        {
            uint value = 0;
            for (var i = 0; i < 4; i++)
                value = (value << 8) | (start + i < bytes.Length ? bytes[start + i] : (byte)0);
            for (var digit = 4; digit >= 0; digit--, value /= 85)
                line[at + digit] = (byte)Alphabet[(int)(value % 85)];
            at += 5;
        }
        line[at] = (byte)'\n';
        output.Advance(at + 1);
    }
}
