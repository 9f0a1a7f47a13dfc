using System.Text;
using System.Text.Json;
using Datacurve.Cli.Client;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Rendering;

/// <summary>
/// Prints one trace for people. An event is its summary and the texts it refers to, whatever its type;
/// one that this version does not know shows as its JSON.
/// </summary>
internal sealed class TraceView(Printer printer, ServiceClient client, bool full)
{
    private const int LineColumns = 100;

    /// <summary>A longer patch, thought or snapshot shows this many of its first lines.</summary>
    private const int TextLinesMax = 40;

    /// <summary>Of longer output the last ones: a run says at its end what failed.</summary>
    private const int OutputLinesMax = 12;
    private const int TextBytesMax = 64 << 10;
    private const int TextIndent = 34;

    public async Task PrintAsync(TraceDocument trace, CancellationToken ct)
    {
        PrintHeader(trace);
        printer.Line();
        // A recording is opened on the service when it is sent, long after it began.
        var beganMs = trace.Events is [var first, ..] ? first.GetProperty("ts_ms").GetInt64() : 0;
        foreach (var json in trace.Events)
            await PrintEventAsync(json, beganMs, ct);
        if (trace.ReadQa() is { } qa)
        {
            printer.Line();
            new QaView(printer).Print(qa);
        }
    }

    private void PrintHeader(TraceDocument trace)
    {
        var opened = DateTimeOffset.FromUnixTimeMilliseconds(trace.CreatedAtMs);
        printer.Labelled("trace", $"{trace.TraceId}, {trace.Status.ToString().ToLowerInvariant()}");
        printer.Labelled("opened", $"{opened:yyyy-MM-dd HH:mm:ss} UTC");
        printer.Labelled("repo", $"{trace.Repo.RepoId} at {trace.Repo.CommitBase}");
        printer.Labelled("bug", trace.Task.BugReport.Title);
        printer.Labelled("by", $"{trace.Developer.DeveloperId}, {trace.Environment.Ide.Name}");
        printer.Labelled("events", $"{trace.Events.Count}");
    }

    private async Task PrintEventAsync(JsonElement json, long beganMs, CancellationToken ct)
    {
        var type = json.GetProperty("type").GetString() ?? "";
        var sinceMs = json.GetProperty("ts_ms").GetInt64() - beganMs;
        var traceEvent = Read(json, type);
        printer.Line(
            new Piece($"{json.GetProperty("seq").GetInt64(), 5} {sinceMs / 1000.0, 9:0.000}s ", Tone.Faint),
            $"{InertText.Line(type), -16}  ",
            InertText.Line(
                traceEvent?.Payload.Summary ?? json.GetProperty("payload").GetRawText(),
                LineColumns
            )
        );
        if (traceEvent is null)
            return;
        foreach (var (_, blobId) in EventCatalog.Contract.BlobReferences(traceEvent))
            await PrintTextAsync(blobId, traceEvent.Payload, ct);
    }

    private static TraceEvent? Read(JsonElement json, string type) =>
        EventCatalog.Contract.Payloads.ContainsKey(type) ? EventCatalog.Contract.Read(json) : null;

    private async Task PrintTextAsync(BlobId blobId, EventPayload payload, CancellationToken ct)
    {
        var content = await client.ReadBlobAsync(blobId, TextBytesMax, ct);
        if (content is null)
        {
            printer.Block($"{blobId} is not there", TextIndent, Tone.Bad);
            return;
        }
        var lines = Encoding.UTF8.GetString(content).TrimEnd().Split('\n');
        if (payload is TerminalOutput or TestRun)
            PrintEnd(lines);
        else
            PrintStart(payload is FileEdit && !full ? WithoutPreamble(lines) : lines);
        if (content.Length == TextBytesMax)
            printer.Block($"… cut at {TextBytesMax} bytes: {blobId}", TextIndent, Tone.Faint);
    }

    private void PrintStart(string[] lines)
    {
        var shown = full ? lines.Length : Math.Min(lines.Length, TextLinesMax);
        Print(string.Join('\n', lines[..shown]));
        if (shown < lines.Length)
            Print($"… {Quantity.Of(lines.Length - shown, "more line")} (--full)");
    }

    private void PrintEnd(string[] lines)
    {
        var first = full ? 0 : Math.Max(0, lines.Length - OutputLinesMax);
        if (first > 0)
            Print($"… {Quantity.Of(first, "line")} before these (--full)");
        Print(string.Join('\n', lines[first..]));
    }

    private void Print(string text) => printer.Block(text, TextIndent, Tone.Faint);

    /// <summary>The patch from its first hunk on: the line above it names the file.</summary>
    private static string[] WithoutPreamble(string[] patch)
    {
        var hunk = Array.FindIndex(patch, line => line.StartsWith("@@ ", StringComparison.Ordinal));
        return hunk < 0 ? patch : patch[hunk..];
    }
}
