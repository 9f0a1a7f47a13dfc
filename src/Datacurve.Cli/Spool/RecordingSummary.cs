using System.Text.Json;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Spool;

/// <summary>How a recording stands, read from its folder without holding it.</summary>
internal sealed record RecordingSummary
{
    public required string RecordingId { get; init; }
    public required string RepositoryRoot { get; init; }
    public required string Title { get; init; }
    public required long CreatedAtMs { get; init; }

    /// <summary>
    /// <c>recording</c>, <c>paused</c>, <c>stopped</c>, <c>finalized</c> or <c>damaged</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>The process that holds it, or null.</summary>
    public int? Pid { get; init; }
    public required long Events { get; init; }
    public required IReadOnlyDictionary<string, long> EventsByType { get; init; }
    public required int Blobs { get; init; }
    public required long Bytes { get; init; }

    /// <summary>How many events the service has acknowledged.</summary>
    public required long EventsSent { get; init; }
    public string? Service { get; init; }
    public string? TraceId { get; init; }

    /// <summary>What is damaged or was refused, as files a person can look at.</summary>
    public required IReadOnlyList<string> SetAside { get; init; }
    public required string Folder { get; init; }

    /// <summary>How many events could not be kept, so far as the trace says it.</summary>
    public long EventsMissing { get; init; }

    /// <summary>What the recorder warned of, each with its time, the oldest first.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Of one that is damaged: why nothing else can be said of it.</summary>
    public string? Damage { get; init; }

    /// <summary>
    /// All recordings, the newest first, and then those that are too damaged to say when they began.
    /// </summary>
    public static IReadOnlyList<RecordingSummary> All(RecordingStore store) =>
        [
            .. store.List().Select(entry => OfAny(entry.Files, entry.Manifest)),
            .. store.Damaged().Select(entry => OfDamaged(entry.Files, manifest: null, entry.Damage)),
        ];

    public static RecordingSummary Of(RecordingFolder files, RecordingManifest manifest)
    {
        var shipment = files.ReadShipment();
        var places = new List<EventPlace>();
        var missing = 0L;
        foreach (var spooled in SpooledEvents.All(files))
        {
            places.Add(spooled.Place);
            if (
                SetAsideEvents.IsGapOf(spooled)
                && EventCatalog.Contract.Read(spooled.Json).Payload
                    is RecordingGap { Reason: GapReason.Full, Events: { } events }
            )
                missing += events;
        }
        var holder = RecordingLock.IsTaken(files.LockPath) ? RecordingLock.HolderOf(files.LockPath) : null;
        return new RecordingSummary
        {
            RecordingId = manifest.RecordingId,
            RepositoryRoot = manifest.RepositoryRoot,
            Title = manifest.ReadTrace().Task.BugReport.Title,
            CreatedAtMs = manifest.CreatedAtMs,
            State = StateOf(manifest, shipment, holder),
            Pid = holder?.Pid,
            Events = places.Count,
            EventsByType = places
                .CountBy(place => place.Type)
                .ToDictionary(type => type.Key, type => (long)type.Value),
            Blobs = files.Blobs.All().Count(),
            Bytes = SegmentFolder.Bytes(files.Segments) + files.Blobs.Bytes(),
            EventsSent = places.Count(place => place.Seq <= shipment.SeqSent),
            Service = shipment.Service,
            TraceId = shipment.TraceId,
            SetAside = Directory.Exists(files.SetAside)
                ? [.. Directory.EnumerateFiles(files.SetAside).Order()]
                : [],
            Folder = files.Path,
            EventsMissing = missing,
            Warnings = files.Warnings.All(),
        };
    }

    private static RecordingSummary OfAny(RecordingFolder files, RecordingManifest manifest)
    {
        try
        {
            return Of(files, manifest);
        }
        catch (Exception e)
            when (e is RecordingException or JsonException or IOException or UnauthorizedAccessException)
        {
            return OfDamaged(files, manifest, e.Message);
        }
    }

    private static RecordingSummary OfDamaged(
        RecordingFolder files,
        RecordingManifest? manifest,
        string damage
    ) =>
        new()
        {
            RecordingId = manifest?.RecordingId ?? Path.GetFileName(files.Path),
            RepositoryRoot = manifest?.RepositoryRoot ?? "",
            Title = "",
            CreatedAtMs = manifest?.CreatedAtMs ?? 0,
            State = "damaged",
            Events = 0,
            EventsByType = new Dictionary<string, long>(),
            Blobs = 0,
            Bytes = 0,
            EventsSent = 0,
            SetAside = [],
            Folder = files.Path,
            Damage = damage,
        };

    private static string StateOf(RecordingManifest manifest, Shipment shipment, Holder? holder) =>
        shipment.IsFinalized ? "finalized"
        : manifest.IsPaused ? "paused"
        : holder?.Socket is not null ? "recording"
        : "stopped";
}
