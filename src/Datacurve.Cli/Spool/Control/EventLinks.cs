using System.Globalization;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Spool.Control;

/// <summary>Finds events that a developer names by seq or by the beginning of their id.</summary>
internal sealed class EventLinks(RecordingFolder files)
{
    private readonly List<TraceEvent> _events =
    [
        .. SpooledEvents.All(files).Select(spooled => EventCatalog.Contract.Read(spooled.Json)),
    ];

    /// <summary>The id of the event that was named.</summary>
    /// <exception cref="RecordingException">There is none, or the beginning fits several.</exception>
    public string Resolve(string named)
    {
        var found = long.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            ? _events.Where(e => e.Seq == seq).ToList()
            : _events.Where(e => e.EventId.ToString()!.StartsWith(named, StringComparison.Ordinal)).ToList();
        return found.Count switch
        {
            1 => found[0].EventId.ToString()!,
            0 => throw new RecordingException($"There is no event {named}. `datacurve review` lists them."),
            _ => throw new RecordingException($"{named} fits {found.Count} events; write more of it."),
        };
    }

    /// <summary>The command that was typed last, or nothing.</summary>
    public IReadOnlyList<string> LastCommand() =>
        _events.LastOrDefault(e => e.Payload is TerminalCommand) is { EventId: { } eventId }
            ? [eventId.ToString()]
            : [];
}
