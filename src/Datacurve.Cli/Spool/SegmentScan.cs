namespace Datacurve.Cli.Spool;

/// <summary>Bytes of a segment that are no whole frame.</summary>
internal sealed record Damage(int Offset, int Length);

/// <summary>What one segment holds: its whole frames in order, and what lies damaged between them.</summary>
internal sealed record SegmentScan(
    string Path,
    ReadOnlyMemory<byte> Bytes,
    IReadOnlyList<Frame> Frames,
    IReadOnlyList<Damage> Damages
)
{
    public static SegmentScan Read(string path) => Of(path, ReadBytes(path));

    public static SegmentScan Of(string path, ReadOnlyMemory<byte> bytes)
    {
        var frames = new List<Frame>();
        var damages = new List<Damage>();
        var at = 0;
        while (at < bytes.Length)
        {
            if (Frame.TryRead(bytes, at) is { } frame)
            {
                frames.Add(frame);
                at = frame.End;
                continue;
            }
            var next = NextFrame(bytes, at + 1);
            damages.Add(new Damage(at, next - at));
            at = next;
        }
        return new SegmentScan(path, bytes, frames, damages);
    }

    private static int NextFrame(ReadOnlyMemory<byte> bytes, int from)
    {
        while (from < bytes.Length)
        {
            var found = bytes.Span[from..].IndexOf(Frame.Mark);
            if (found < 0)
                break;
            from += found;
            if (Frame.TryRead(bytes, from) is not null)
                return from;
            from++;
        }
        return bytes.Length;
    }

    // The process that records may hold the segment open for writing.
    private static byte[] ReadBytes(string path)
    {
        using var file = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        var bytes = new byte[file.Length];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length == bytes.Length ? bytes : bytes[..length];
    }
}
