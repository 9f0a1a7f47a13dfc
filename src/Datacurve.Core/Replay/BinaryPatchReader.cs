using System.Buffers.Binary;
using System.IO.Compression;

namespace Datacurve.Core.Replay;

/// <summary>
/// Reads and applies <c>GIT binary patch</c> sections: lines of base 85, each with its length as a letter,
/// that hold a zlib stream of the content or of a git delta (gitformat-pack(5), "Deltified representation").
/// </summary>
internal static class BinaryPatchReader
{
    private const string Alphabet =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

    private const int LineBytesMax = 52;

    /// <summary>Reads both sections; the second, which undoes the first, is left packed.</summary>
    /// <exception cref="PatchException">A section is malformed or over a limit.</exception>
    public static BinaryPatch Read(DiffLines lines)
    {
        var (isDelta, length) = ReadSize(lines);
        using var deflated = ReadDeflated(lines);
        var forward = new BinaryPatch(isDelta, Inflate(deflated, length));
        if (!lines.StartsWith("literal "u8) && !lines.StartsWith("delta "u8))
            return forward;
        var (_, undoneLength) = ReadSize(lines);
        using var reverse = ReadDeflated(lines);
        return forward with { Undo = new BinaryUndo(undoneLength, reverse.ToArray()) };
    }

    /// <summary>What the second section holds.</summary>
    /// <exception cref="PatchException">It is malformed or over its length.</exception>
    public static byte[] Inflate(BinaryUndo undo)
    {
        using var deflated = new MemoryStream(undo.Deflated);
        return Inflate(deflated, undo.Length);
    }

    /// <summary>Whether a line has the form of packed bytes, and is none of text.</summary>
    public static bool IsPackedLine(ReadOnlySpan<byte> line) =>
        line.Length > 1
        && LengthOf(line[0]) is var length and > 0 and <= LineBytesMax
        && line.Length - 1 == (length + 3) / 4 * 5;

    /// <exception cref="PatchException">The delta does not fit the content.</exception>
    public static byte[] Apply(BinaryPatch patch, ReadOnlySpan<byte> old) =>
        patch.IsDelta ? new GitDelta(patch.Data.Span).Apply(old) : patch.Data.ToArray();

    private static (bool IsDelta, int Length) ReadSize(DiffLines lines)
    {
        var isDelta = lines.TryTake("delta "u8, out var size);
        if (!isDelta && !lines.TryTake("literal "u8, out size))
            throw new PatchException("the diff holds a binary patch without content");
        return int.TryParse(size, out var length) && length is >= 0 and <= PatchLimits.FileBytesMax
            ? (isDelta, length)
            : throw new PatchException($"the diff holds a binary file over {PatchLimits.FileBytesMax} bytes");
    }

    private static MemoryStream ReadDeflated(DiffLines lines)
    {
        var deflated = new MemoryStream();
        while (!lines.AtEnd && lines.Line.Length > 0)
        {
            DecodeLine(lines.Line, deflated);
            lines.Take();
        }
        if (lines.AtEnd)
            throw new PatchException("the diff ends in the middle of a binary patch");
        lines.Take();
        return deflated;
    }

    private static void DecodeLine(ReadOnlySpan<byte> line, MemoryStream output)
    {
        if (!IsPackedLine(line))
            throw new PatchException("the diff holds a malformed line of base 85");
        var length = LengthOf(line[0]);

        Span<byte> group = stackalloc byte[4];
        for (var at = 0; at < length; at += 4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(group, DecodeGroup(line.Slice(1 + (at / 4 * 5), 5)));
            output.Write(group[..Math.Min(4, length - at)]);
        }
    }

    private static int LengthOf(byte letter) =>
        (char)letter switch
        {
            >= 'A' and <= 'Z' => letter - 'A' + 1,
            >= 'a' and <= 'z' => letter - 'a' + 27,
            _ => 0,
        };

    private static uint DecodeGroup(ReadOnlySpan<byte> digits)
    {
        ulong value = 0;
        foreach (var digit in digits)
        {
            var index = Alphabet.IndexOf((char)digit);
            if (index < 0)
                throw new PatchException("the diff holds a character that is not base 85");
            value = (value * 85) + (uint)index;
        }
        return value <= uint.MaxValue
            ? (uint)value
            : throw new PatchException("the diff holds a group of base 85 that is out of range");
    }

    private static byte[] Inflate(MemoryStream deflated, int length)
    {
        deflated.Position = 0;
        using var inflating = new ZLibStream(deflated, CompressionMode.Decompress);
        try
        {
            // Grows with what is really there, so that a false length costs nothing.
            using var content = new MemoryStream();
            var buffer = new byte[16 << 10];
            for (int read; (read = inflating.Read(buffer)) > 0; )
            {
                if (content.Length + read > length)
                    throw new PatchException("the diff holds a binary file longer than it says");
                content.Write(buffer, 0, read);
            }
            return content.Length == length
                ? content.ToArray()
                : throw new PatchException("the diff holds a binary file shorter than it says");
        }
        catch (InvalidDataException)
        {
            throw new PatchException("the diff holds a binary file that does not inflate");
        }
    }
}

/// <summary>
/// A git delta: the sizes before and after, then copies from the old content and new bytes.
/// </summary>
internal ref struct GitDelta(ReadOnlySpan<byte> delta)
{
    private readonly ReadOnlySpan<byte> _delta = delta;
    private int _position;

    /// <exception cref="PatchException">The delta is malformed or not for this content.</exception>
    public byte[] Apply(ReadOnlySpan<byte> old)
    {
        if (ReadSize() != old.Length)
            throw new PatchException("the binary delta is for a file of another size");
        var size = ReadSize();
        if (size > PatchLimits.FileBytesMax)
            throw new PatchException($"the binary delta makes a file over {PatchLimits.FileBytesMax} bytes");

        using var content = new MemoryStream();
        while (_position < _delta.Length)
        {
            var command = Next();
            var piece = (command & 0x80) != 0 ? ReadCopy(command, old) : ReadInsert(command);
            if (content.Length + piece.Length > size)
                throw new PatchException("the binary delta makes more than it says");
            content.Write(piece);
        }
        return content.Length == size
            ? content.ToArray()
            : throw new PatchException("the binary delta makes less than it says");
    }

    private byte Next() =>
        _position < _delta.Length
            ? _delta[_position++]
            : throw new PatchException("the binary delta ends in the middle of a command");

    private long ReadSize()
    {
        long size = 0;
        for (var shift = 0; shift <= 28; shift += 7)
        {
            var part = Next();
            size |= (long)(part & 0x7f) << shift;
            if ((part & 0x80) == 0)
                return size;
        }
        throw new PatchException("the binary delta holds a size that is too large");
    }

    private ReadOnlySpan<byte> ReadCopy(byte command, ReadOnlySpan<byte> old)
    {
        long offset = 0;
        var length = 0;
        for (var part = 0; part < 4; part++)
            if ((command & (1 << part)) != 0)
                offset |= (long)Next() << (8 * part);
        for (var part = 0; part < 3; part++)
            if ((command & (0x10 << part)) != 0)
                length |= Next() << (8 * part);
        if (length == 0)
            length = 0x10000;
        return offset + length <= old.Length
            ? old.Slice((int)offset, length)
            : throw new PatchException("the binary delta copies from behind the end of the file");
    }

    private ReadOnlySpan<byte> ReadInsert(byte command)
    {
        if (command == 0 || _position + command > _delta.Length)
            throw new PatchException("the binary delta holds a malformed command");
        _position += command;
        return _delta.Slice(_position - command, command);
    }
}
