using System.Buffers;
using Datacurve.Core;

namespace Datacurve.Cli.Spool;

/// <summary>What a look through all segments found.</summary>
internal sealed record SpoolState(long SeqLast, long TsLastMs, long Bytes, IReadOnlyList<string> Sentences);

/// <summary>
/// Reads a spool that may have been cut or damaged at any byte: what is whole stays, what is not goes into
/// <c>set-aside/</c>, where a person can look at it, and is reported.
/// </summary>
internal static class SpoolRepair
{
    public static SpoolState Run(RecordingFolder files, SegmentFolder segments)
    {
        var sentences = new List<string>();
        long seqLast = files.ReadShipment().SeqSent;
        long tsLastMs = 0;
        long bytes = 0;
        long damaged = 0;
        foreach (var path in SegmentFolder.Paths(files.Segments))
        {
            var scan = SegmentScan.Read(path);
            foreach (var frame in scan.Frames.Where(frame => frame.Kind == FrameKind.Event))
            {
                var place = EventPlace.Of(frame.Content);
                seqLast = Math.Max(seqLast, place.Seq);
                tsLastMs = Math.Max(tsLastMs, place.TsMs);
            }
            bytes += scan.Bytes.Length;
            if (scan.Damages.Count == 0)
                continue;
            damaged += scan.Damages.Sum(damage => damage.Length);
            sentences.AddRange(scan.Damages.Select(damage => SetAside(files, scan, damage)));
            segments.Rewrite(path, WholeFrames(scan));
        }
        // A lost event may have been sent, and its seq must not be given twice.
        return new SpoolState(seqLast + (damaged / Frame.HeadBytes), tsLastMs, bytes, sentences);
    }

    private static string SetAside(RecordingFolder files, SegmentScan scan, Damage damage)
    {
        DurableFile.CreateFolder(files.SetAside);
        var name = $"{Path.GetFileNameWithoutExtension(scan.Path)}-{damage.Offset}.torn";
        var path = Path.Combine(files.SetAside, name);
        DurableFile.Replace(path, scan.Bytes.Span.Slice(damage.Offset, damage.Length));
        return $"Of the recording {Quantity.Are(damage.Length, "byte")} damaged, set aside in {path}.";
    }

    private static ReadOnlySpan<byte> WholeFrames(SegmentScan scan)
    {
        var whole = new ArrayBufferWriter<byte>();
        foreach (var frame in scan.Frames)
            whole.Write(scan.Bytes.Span[frame.Offset..frame.End]);
        return whole.WrittenSpan;
    }
}
