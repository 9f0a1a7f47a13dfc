using System.Buffers;
using System.Runtime.InteropServices;

namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// Output of one command that has left the terminal's thread, until it is cut into chunks: at the end of a
/// line where there is one, so that what redaction looks for lies whole in one chunk.
/// </summary>
internal sealed class PendingOutput(TerminalLimits limits)
{
    private static readonly SearchValues<byte> ColourParameters = SearchValues.Create("0123456789;"u8);

    private readonly List<(int At, long TsMs)> _timing = [];
    private readonly List<byte> _bytes = [];
    private long _offset;
    private bool _followsGap;

    public bool IsEmpty => _bytes.Count == 0;

    /// <summary>Whether there is a chunk's length or more.</summary>
    public bool IsLong => _bytes.Count >= limits.ChunkBytes;

    /// <summary>Whether a segment goes on where this ends.</summary>
    public bool Precedes(OutputSegment segment) =>
        IsEmpty || (!segment.FollowsGap && segment.Offset == _offset + _bytes.Count);

    public void Add(OutputSegment segment)
    {
        if (IsEmpty)
        {
            _timing.Clear();
            _offset = segment.Offset;
            _followsGap = segment.FollowsGap;
        }
        foreach (var (at, tsMs) in segment.Timing)
            _timing.Add((_bytes.Count + at, tsMs));
        _bytes.AddRange(segment.Bytes);
    }

    /// <summary>
    /// The whole lines; where there is more than a chunk's length without an end, the whole words, or all.
    /// </summary>
    public OutputChunk? TakeLines()
    {
        var end = Bytes.LastIndexOf((byte)'\n') + 1;
        if (end == 0 && IsLong)
            end = Bytes.LastIndexOfAny(" \t\r"u8) is var blank and > 0 ? blank + 1 : Bytes.Length;
        return Take(end);
    }

    /// <summary>Everything.</summary>
    public OutputChunk? TakeAll() => Take(Bytes.Length);

    /// <summary>
    /// Takes the mark away that zsh puts after the output of a command, to show that it does not end a line.
    /// </summary>
    /// <returns>How many bytes it had.</returns>
    public int CutPromptMark()
    {
        var kept = Bytes;
        if (!kept.EndsWith("\r \r"u8))
            return 0;
        kept = kept[..^3];
        var mark = kept.TrimEnd((byte)' ');
        if (kept.Length - mark.Length < MarkSpacesMin)
            return 0;
        mark = WithoutColour(mark);
        if (mark is [.. var before, (byte)'%' or (byte)'#'])
            mark = WithoutColour(before);
        var length = _bytes.Count - mark.Length;
        _bytes.RemoveRange(mark.Length, length);
        return length;
    }

    // It fills the line, so that what follows goes to the next.
    private const int MarkSpacesMin = 8;

    private ReadOnlySpan<byte> Bytes => CollectionsMarshal.AsSpan(_bytes);

    private static ReadOnlySpan<byte> WithoutColour(ReadOnlySpan<byte> bytes)
    {
        while (bytes is [.., (byte)'m'])
        {
            var start = bytes.LastIndexOf("\e["u8);
            if (start < 0 || bytes[(start + 2)..^1].ContainsAnyExcept(ColourParameters))
                break;
            bytes = bytes[..start];
        }
        return bytes;
    }

    private OutputChunk? Take(int length)
    {
        if (length == 0)
            return null;
        var first = _timing[0].TsMs;
        var chunk = new OutputChunk
        {
            Bytes = Bytes[..length].ToArray(),
            OffsetBytes = _offset,
            FollowsGap = _followsGap,
            TsMs = first,
            Timing =
            [
                .. _timing
                    .Where(part => part.At < length)
                    .Select(part => (IReadOnlyList<long>)[part.At, part.TsMs - first]),
            ],
        };
        KeepFrom(length);
        return chunk;
    }

    private void KeepFrom(int length)
    {
        var last = _timing.FindLastIndex(part => part.At <= length);
        var lastMs = _timing[last].TsMs;
        _timing.RemoveRange(0, last + 1);
        for (var i = 0; i < _timing.Count; i++)
            _timing[i] = (_timing[i].At - length, _timing[i].TsMs);
        if (_timing.Count == 0 || _timing[0].At > 0)
            _timing.Insert(0, (0, lastMs));
        _bytes.RemoveRange(0, length);
        _offset += length;
        _followsGap = false;
    }
}

/// <summary>A piece of what a command printed, as it is recorded.</summary>
internal sealed record OutputChunk
{
    public required byte[] Bytes { get; init; }
    public required long OffsetBytes { get; init; }
    public required bool FollowsGap { get; init; }
    public required long TsMs { get; init; }
    public required IReadOnlyList<IReadOnlyList<long>> Timing { get; init; }
}
