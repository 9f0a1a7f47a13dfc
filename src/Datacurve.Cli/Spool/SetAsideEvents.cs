using System.Security.Cryptography;
using System.Text;
using Datacurve.Cli.Client;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Spool;

/// <summary>
/// Events that cannot be sent, one file each. A gap goes in an event's place, with an id made from its seq,
/// so that a retry sends the same one.
/// </summary>
internal sealed class SetAsideEvents(RecordingFolder files)
{
    /// <summary>Keeps the event, and returns a sentence that says so.</summary>
    public string Keep(SpooledEvent spooled, string reason)
    {
        DurableFile.CreateFolder(files.SetAside);
        var path = Path.Combine(files.SetAside, $"event-{spooled.Seq}.json");
        DurableFile.Replace(path, spooled.Json);
        return $"Event {spooled.Seq} ({spooled.Place.Type}) could not be sent and is kept in {path}: {reason}";
    }

    public static SpooledEvent GapOf(SpooledEvent spooled)
    {
        var gap = new RecordingGap
        {
            Reason = GapReason.Damaged,
            Events = 1,
            Edits = spooled.Place.Type == "file_edit" ? 1 : 0,
        };
        var traceEvent = new TraceEvent
        {
            EventId = IdOf(spooled),
            Seq = spooled.Seq,
            TsMs = spooled.Place.TsMs,
            Type = RequestJson.TypeOf(gap),
            Actor = new Actor { Kind = ActorKind.Tool },
            Payload = gap,
        };
        return new SpooledEvent(RequestJson.Write(traceEvent), spooled.Place with { Type = traceEvent.Type });
    }

    /// <summary>Whether an event is such a gap, which nothing else can go in place of.</summary>
    public static bool IsGapOf(SpooledEvent spooled) => spooled.Place.Type == "recording_gap";

    private static Guid IdOf(SpooledEvent spooled) =>
        new(SHA256.HashData([.. Encoding.UTF8.GetBytes("gap "), .. spooled.Json]).AsSpan(0, 16));
}
