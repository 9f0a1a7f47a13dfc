using System.Text;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Spool.Control;

/// <summary>
/// What commands do to a recording, the same whether this process holds it or another one is asked.
/// On an answer of ok, what was added is on disk.
/// </summary>
internal static class RecordingActions
{
    public static async Task<ControlAnswer> RunAsync(
        Recording recording,
        ControlRequest request,
        CancellationToken ct
    )
    {
        // What comes now would lie here and never be sent.
        if (recording.Files.ReadShipment().IsFinalized)
            return ControlAnswer.No(
                $"Recording {recording.Id} is finalized and takes nothing more. `datacurve record` begins another."
            );
        try
        {
            return request.Op switch
            {
                ControlRequest.Note => await NoteAsync(recording, request, ct),
                ControlRequest.Event => await PipeAsync(recording, request, ct),
                ControlRequest.Pause => await PauseAsync(recording, pause: true, ct),
                ControlRequest.Resume => await PauseAsync(recording, pause: false, ct),
                ControlRequest.Drop => await DropAsync(recording, request, ct),
                _ => ControlAnswer.No($"{request.Op} is not known to the process that records; restart it."),
            };
        }
        catch (Exception refused) when (refused is RecordingException or IOException)
        {
            return ControlAnswer.No(refused.Message);
        }
    }

    private static async Task<ControlAnswer> NoteAsync(
        Recording recording,
        ControlRequest request,
        CancellationToken ct
    )
    {
        if (request is not { Kind: { } kind, Text.Length: > 0 })
            return ControlAnswer.No("A note needs a kind and a text.");
        await recording.FlushAsync(ct);
        var links = new EventLinks(recording.Files);
        var linksTo = request.About is { Count: > 0 } about
            ? about.Select(links.Resolve).ToList()
            : links.LastCommand();
        var blobId = await recording.AddBlobAsync(
            Encoding.UTF8.GetBytes(request.Text),
            ContentKind.Plain,
            ct
        );
        var thought = new Thought
        {
            ContentBlobId = blobId,
            Kind = kind,
            LinksTo = linksTo,
        };
        return await AddAsync(recording, new NewEvent(ActorKind.Human, thought), ct);
    }

    private static async Task<ControlAnswer> PipeAsync(
        Recording recording,
        ControlRequest request,
        CancellationToken ct
    )
    {
        if (request.Piped is not { } json)
            return ControlAnswer.No("There is no event.");
        var piped = PipedEvent.Read(json);
        if (piped.Errors.Count > 0)
            return ControlAnswer.No(string.Join("; ", piped.Errors));
        if (recording.IsPaused)
            return ControlAnswer.No("The recording is paused.");
        // Every later event would be put behind one from the future.
        if (piped.TsMs is { } tsMs && !recording.HasTime(tsMs))
            return ControlAnswer.No(
                $"ts_ms {tsMs} is not between the recording's start, {recording.Manifest.CreatedAtMs}, and now."
            );
        await recording.FlushAsync(ct);
        if (piped.EventId is { } eventId && Has(recording, eventId))
            return ControlAnswer.No($"event_id {eventId} is in this recording already.");
        return piped.Edit is { } edit && recording.MeetEdit is { } meet
            ? await MeetAsync(recording, edit, meet, ct)
            : await AddAsync(recording, await piped.ToEventAsync(recording, ct), ct);
    }

    // The bytes are searched first: to read every event takes long.
    private static bool Has(Recording recording, Guid eventId)
    {
        var name = Encoding.UTF8.GetBytes(eventId.ToString());
        return SpooledEvents
            .All(recording.Files)
            .Where(spooled => spooled.Json.AsSpan().IndexOf(name) >= 0)
            .Any(spooled => EventCatalog.Contract.Read(spooled.Json).EventId == eventId);
    }

    private static async Task<ControlAnswer> MeetAsync(
        Recording recording,
        ToldEdit edit,
        Func<ToldEdit, CancellationToken, Task<TraceEvent?>> meet,
        CancellationToken ct
    )
    {
        if (await meet(edit, ct) is not { } recorded)
            return ControlAnswer.No(
                $"{edit.Edit.FilePath} was not saved with that content; the recorder tells saves itself."
            );
        await recording.CompleteAsync(recorded.Seq, edit, ct);
        return ControlAnswer.Of(recorded);
    }

    private static async Task<ControlAnswer> AddAsync(
        Recording recording,
        NewEvent added,
        CancellationToken ct
    )
    {
        var lost = recording.LostEvents;
        var traceEvent = await recording.AddAsync(added, ct);
        await recording.FlushAsync(ct);
        return recording.LostEvents == lost
            ? ControlAnswer.Of(traceEvent)
            : ControlAnswer.No("The recording is full, or this is too large for it; it was not kept.");
    }

    private static async Task<ControlAnswer> PauseAsync(Recording recording, bool pause, CancellationToken ct)
    {
        try
        {
            await (pause ? recording.PauseAsync(ct) : recording.ResumeAsync(ct));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            var state = pause ? "It is not paused, and goes on being recorded" : "It stays paused";
            return ControlAnswer.No($"{state}: {refused.Message}");
        }
        await recording.FlushAsync(ct);
        return new ControlAnswer { Ok = true };
    }

    private static async Task<ControlAnswer> DropAsync(
        Recording recording,
        ControlRequest request,
        CancellationToken ct
    ) =>
        request.Choice is { } choice
            ? new ControlAnswer { Ok = true, Dropped = await recording.DropAsync(choice, ct) }
            : ControlAnswer.No("There is nothing said to drop.");
}
