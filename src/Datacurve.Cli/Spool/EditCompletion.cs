using System.Buffers;
using System.Text.Json;
using Datacurve.Cli.Client;
using Datacurve.Core.Events;
using Datacurve.Core.Redaction;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Spool;

/// <summary>
/// Gives an edit on disk what an editor told of it after it was recorded: its segment is written anew and
/// flushed, and nothing else in it changes.
/// </summary>
internal sealed class EditCompletion(
    RecordingFolder files,
    SegmentFolder segments,
    Cleansing cleansing,
    ConsentFlags consent,
    SpoolOptions options
)
{
    /// <returns>Whether the edit has it now; one that was sent, or may have been, stays as it is.</returns>
    /// <exception cref="RedactionException">It must be refused.</exception>
    /// <exception cref="RecordingException">It is too large.</exception>
    public bool Run(long seq, ToldEdit told)
    {
        if (seq <= files.ReadShipment().SeqTried)
            return false;
        foreach (var segment in SegmentFolder.Paths(files.Segments).Reverse().Select(SegmentScan.Read))
        foreach (var frame in segment.Frames)
            if (frame.Kind == FrameKind.Event && EventPlace.Of(frame.Content).Seq == seq)
            {
                Complete(segment, frame, told);
                return true;
            }
        return false;
    }

    private void Complete(SegmentScan segment, Frame frame, ToldEdit told)
    {
        var recorded = EventCatalog.Contract.Read(frame.Content.Span);
        if (recorded.Payload is not FileEdit edit)
            return;
        var completed = cleansing.Event(
            RequestJson.Write(
                recorded with
                {
                    Payload = told.Complete(edit),
                    Actor = new Actor { Kind = told.Actor },
                }
            ),
            consent,
            out var rules
        );
        if (completed.Length > options.EventBytesMax)
            throw new RecordingException("What the line says of the edit is too large to be kept.");
        if (frame.Content.Span.SequenceEqual(completed))
            return;
        var frames = new ArrayBufferWriter<byte>(segment.Bytes.Length + completed.Length);
        frames.Write(segment.Bytes.Span[..frame.Offset]);
        Frame.Write(frames, FrameKind.Event, completed);
        if (rules.Count > 0)
        {
            var note = new RedactionNote { Seq = recorded.Seq, Rules = rules };
            var json = JsonSerializer.SerializeToUtf8Bytes(note, SpoolJson.Default.RedactionNote);
            Frame.Write(frames, FrameKind.Redacted, json);
        }
        frames.Write(segment.Bytes.Span[frame.End..]);
        segments.Rewrite(segment.Path, frames.WrittenSpan);
    }
}
