using Datacurve.Cli.Spool;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Capture.Provenance;

/// <summary>
/// Brings together what an editor tells of a save and what the recorder sees of it on the disk, whichever
/// comes first. A log with both would not replay, so one stands in it: the recorder's, with what the editor
/// alone knows. Thread-safe.
/// </summary>
internal sealed class PipedEdits(TimeProvider time)
{
    // Longer than the recorder waits for a file to be quiet.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private const int RecentMax = 100;

    private readonly Lock _gate = new();
    private readonly List<ToldEdit> _told = [];
    private readonly Queue<TraceEvent> _recent = [];

    /// <summary>Waits for the recorder's own edit of the same file to the same content.</summary>
    /// <returns>That edit; null where none came.</returns>
    public async Task<TraceEvent?> MeetAsync(ToldEdit told, CancellationToken ct)
    {
        lock (_gate)
        {
            if (_recent.LastOrDefault(told.IsOf) is { } recorded)
                return recorded;
            _told.Add(told);
        }
        try
        {
            return await told.Met.WaitAsync(Patience, time, ct);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            lock (_gate)
                _told.Remove(told);
        }
    }

    /// <summary>The edit with what an editor told of it; as it is where none did.</summary>
    public (FileEdit Edit, ActorKind Actor) Complete(FileEdit edit, ActorKind actor)
    {
        lock (_gate)
            return _told.Find(told => told.IsOf(edit)) is { } told
                ? (told.Complete(edit), told.Actor)
                : (edit, actor);
    }

    /// <summary>Tells an editor that waits for it, now or later.</summary>
    public void Recorded(TraceEvent recorded)
    {
        lock (_gate)
        {
            _recent.Enqueue(recorded);
            if (_recent.Count > RecentMax)
                _recent.Dequeue();
            foreach (var told in _told.Where(told => told.IsOf(recorded)))
                told.Meet(recorded);
        }
    }
}
