using System.Text;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Spool;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Demo;

/// <summary>
/// Follows what a recorder puts on disk, and prints a line for each event as it gets there.
/// </summary>
internal sealed class SpoolWatch(RecordingFolder files, Printer printer)
{
    private const int PreviewColumns = 84;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly List<TraceEvent> _seen = [];

    /// <summary>How many events were seen.</summary>
    public int Count => _seen.Count;

    /// <summary>Waits until the events behind the first so many are as asked.</summary>
    /// <param name="after">How many events to pass over.</param>
    /// <param name="what">What is waited for, for the message.</param>
    /// <exception cref="DemoException">They do not come.</exception>
    public async Task UntilAsync(
        int after,
        string what,
        Func<IEnumerable<EventPayload>, bool> isThere,
        CancellationToken ct
    )
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            ReadNew();
            if (isThere(_seen.Skip(after).Select(seen => seen.Payload)))
                return;
            if (TimeProvider.System.GetElapsedTime(started) > ChildProcess.TimeMax)
                throw new DemoException($"The recorder did not record {what}.");
            await Task.Delay(Pause, ct);
        }
    }

    /// <summary>Takes in what is on disk by now.</summary>
    public void ReadNew()
    {
        var last = _seen.Count > 0 ? _seen[^1].Seq : 0;
        foreach (var spooled in SpooledEvents.All(files).Where(spooled => spooled.Seq > last))
        {
            var read = EventCatalog.Contract.Read(spooled.Json);
            _seen.Add(read);
            Print(read);
        }
    }

    private void Print(TraceEvent read)
    {
        var preview = Preview(read.Payload);
        var line = preview.Length == 0 ? read.Payload.Summary : $"{read.Payload.Summary}: {preview}";
        printer.Line(
            new Piece($"{read.Seq, 4}  ", Tone.Faint),
            $"{read.Type, -16}  ",
            InertText.Line(line, PreviewColumns)
        );
    }

    private string Preview(EventPayload payload) =>
        payload switch
        {
            Thought thought => Text(thought.ContentBlobId),
            FileEdit edit => Changes(Text(edit.PatchBlobId)),
            TerminalOutput output => Line(Text(output.ChunkBlobId)),
            _ => "",
        };

    private string Text(BlobId blobId) => Encoding.UTF8.GetString(files.Blobs.Read(blobId) ?? []);

    // The outcome of a test run is in its last line, that of a short script in its first.
    private static string Line(string output)
    {
        var lines = output.Trim().Split('\n');
        return lines.Length > 5 ? lines[^1] : lines[0];
    }

    private static string Changes(string patch)
    {
        var body = patch.Split('\n').SkipWhile(line => !line.StartsWith("@@", StringComparison.Ordinal));
        var lines = body.ToList();
        return $"+{lines.Count(line => line.StartsWith('+'))} -{lines.Count(line => line.StartsWith('-'))}";
    }
}
