using System.Text;
using System.Text.Json;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Spool;

/// <summary>Which events a developer means: some by seq, or all that name a file.</summary>
internal sealed record EventChoice
{
    /// <summary>The first and last seq, both meant.</summary>
    public long? SeqFirst { get; init; }
    public long? SeqLast { get; init; }

    /// <summary>An event's id.</summary>
    public string? EventId { get; init; }

    /// <summary>A path from the repository's root, with forward slashes.</summary>
    public string? FilePath { get; init; }
}

/// <summary>What was dropped.</summary>
internal sealed record DropReport
{
    public required IReadOnlyList<long> Seqs { get; init; }
    public required int Blobs { get; init; }

    /// <summary>
    /// Later edits of a file of which an edit was dropped: the lines around theirs may be what was dropped.
    /// </summary>
    public IReadOnlyList<long> MayStillShow { get; init; } = [];
}

/// <summary>
/// Decides which events a choice means. A file is named by an event whose payload or blob holds its path, or
/// its name as a word; and what hangs on a chosen event (the output of a command) goes with it.
/// </summary>
internal sealed class ChosenEvents(RecordingFolder files, EventChoice choice)
{
    // Of chosen commands: their ids, and what ties their output to them.
    private readonly HashSet<string> _commands = [];

    /// <summary>Whether the event is meant. Asked in the order of seq.</summary>
    public bool Contains(SpooledEvent spooled)
    {
        var traceEvent = EventCatalog.Contract.Read(spooled.Json);
        if (
            traceEvent.Payload is RecordingGap
            || !(IsMeant(traceEvent, spooled) || HangsOnChosen(traceEvent))
        )
            return false;
        if (traceEvent.Payload is TerminalCommand)
        {
            _commands.Add(traceEvent.EventId.ToString()!);
            if (traceEvent.Context?.CorrelationId is { } correlation)
                _commands.Add(correlation);
        }
        return true;
    }

    private bool IsMeant(TraceEvent traceEvent, SpooledEvent spooled) =>
        (choice.SeqFirst <= traceEvent.Seq && traceEvent.Seq <= choice.SeqLast)
        || (choice.EventId is { } id && traceEvent.EventId?.ToString() == id)
        || (choice.FilePath is { } path && Names(spooled, path));

    // An edit that a command made is a change of its own, and stays unless it is meant itself.
    private bool HangsOnChosen(TraceEvent traceEvent) =>
        traceEvent is { Context: { } context, Payload: not (FileEdit or FileSnapshot) }
        && (
            (context.ParentEventId is { } parent && _commands.Contains(parent))
            || (context.CorrelationId is { } correlation && _commands.Contains(correlation))
        );

    private bool Names(SpooledEvent spooled, string path)
    {
        using var json = JsonDocument.Parse(spooled.Json);
        return Texts(json.RootElement.GetProperty("payload")).Any(text => Names(text, path))
            || spooled.Blobs().Any(blobId => Names(TextOf(blobId), path));
    }

    private string TextOf(BlobId blobId) => Encoding.UTF8.GetString(files.Blobs.Read(blobId) ?? []);

    private static bool Names(string text, string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        for (var at = 0; (at = text.IndexOf(name, at, StringComparison.Ordinal)) >= 0; at += name.Length)
        {
            var before = at > 0 ? text[at - 1] : ' ';
            var after = at + name.Length < text.Length ? text[at + name.Length] : ' ';
            if (!IsOfWord(before) && !IsOfWord(after))
                return true;
        }
        return false;
    }

    private static bool IsOfWord(char character) =>
        char.IsLetterOrDigit(character) || character is '_' or '-';

    private static IEnumerable<string> Texts(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.String => [json.GetString()!],
            JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
            JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Texts(member.Value)),
            _ => [],
        };
}
