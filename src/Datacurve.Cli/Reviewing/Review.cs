using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Datacurve.Cli.Spool;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Reviewing;

/// <summary>Everything that a push would send, as a developer looks through it.</summary>
internal sealed record Review
{
    public required RecordingSummary Recording { get; init; }

    /// <summary>The body that opens the trace.</summary>
    public required JsonElement Opening { get; init; }
    public required IReadOnlyList<ReviewedEvent> Events { get; init; }

    /// <summary>Blobs that open the trace, such as the snapshot of the base.</summary>
    public required IReadOnlyList<ReviewedBlob> Artifacts { get; init; }

    /// <summary>What redaction changed in all of it, by rule.</summary>
    public required IReadOnlyDictionary<string, long> Redacted { get; init; }

    public static Review Of(RecordingFolder files, RecordingManifest manifest)
    {
        var shipment = files.ReadShipment();
        var redactions = Redactions.Read(files);
        var events = SpooledEvents
            .All(files)
            .Select(spooled => ReviewedEvent.Of(spooled, files, redactions, shipment.SeqSent))
            .ToList();
        return new Review
        {
            Recording = RecordingSummary.Of(files, manifest),
            Opening = shipment.Opening ?? manifest.Trace,
            Events = events,
            Artifacts =
            [
                .. manifest.ArtifactBlobs().Select(blobId => ReviewedBlob.Of("artifact", blobId, files)),
            ],
            Redacted = Redactions.Sum(events.Select(reviewed => reviewed.Redacted)),
        };
    }
}

/// <summary>A blob as a review shows it.</summary>
internal sealed record ReviewedBlob(string Member, string BlobId, long Bytes)
{
    /// <summary>What it holds, where that is text and was asked for.</summary>
    public string? Text { get; init; }

    /// <summary>What it holds, where that is not text and was asked for.</summary>
    public byte[]? Base64 { get; init; }

    public static ReviewedBlob Of(string member, BlobId blobId, RecordingFolder files) =>
        new(member, blobId.ToString(), files.Blobs.LengthOf(blobId));

    public ReviewedBlob WithContent(RecordingFolder files)
    {
        var content = files.Blobs.Read(Core.BlobId.Parse(BlobId));
        return content is null || Utf8.IsValid(content)
            ? this with
            {
                Text = content is null ? null : Encoding.UTF8.GetString(content),
            }
            : this with
            {
                Base64 = content,
            };
    }
}

/// <summary>One event as a review shows it; its text is not inert.</summary>
internal sealed record ReviewedEvent
{
    // A diff or an output of more is for a pager, which --json feeds.
    private const int TextBytesMax = 1 << 20;

    public required long Seq { get; init; }
    public required long TsMs { get; init; }
    public required string Type { get; init; }
    public required string? EventId { get; init; }
    public required string Summary { get; init; }
    public required IReadOnlyList<ReviewedBlob> Blobs { get; init; }

    /// <summary>The event and its blobs.</summary>
    public required long Bytes { get; init; }
    public required bool IsSent { get; init; }
    public required IReadOnlyDictionary<string, long> Redacted { get; init; }

    /// <summary>All of it, as it is sent.</summary>
    public required JsonElement Event { get; init; }

    public static ReviewedEvent Of(
        SpooledEvent spooled,
        RecordingFolder files,
        Redactions redactions,
        long seqSent
    )
    {
        var traceEvent = EventCatalog.Contract.Read(spooled.Json);
        var references = EventCatalog.Contract.BlobReferences(traceEvent).ToList();
        var blobs = references.Select(named => ReviewedBlob.Of(named.Member, named.BlobId, files)).ToList();
        return new ReviewedEvent
        {
            Seq = spooled.Seq,
            TsMs = spooled.Place.TsMs,
            Type = spooled.Place.Type,
            EventId = traceEvent.EventId?.ToString(),
            Summary = traceEvent.Payload.Summary,
            Blobs = blobs,
            Bytes = spooled.Json.Length + blobs.Sum(blob => blob.Bytes),
            IsSent = spooled.Seq <= seqSent,
            Redacted = redactions.OfEvent(spooled.Seq),
            Event = JsonElement.Parse(spooled.Json),
        };
    }

    /// <summary>The texts of its blobs, cut where they are long, and all that it says. Not inert.</summary>
    public string Text(RecordingFolder files)
    {
        var text = new StringBuilder();
        foreach (var blob in Blobs)
        {
            text.Append($"{blob.Member} ({Quantity.Of(blob.Bytes, "byte")})\n");
            if (files.Blobs.Read(Core.BlobId.Parse(blob.BlobId)) is not { } content)
            {
                text.Append("(not kept)\n");
                continue;
            }
            text.Append(
                content.AsSpan().Contains((byte)0)
                    ? "(binary)"
                    : Encoding.UTF8.GetString(content.AsSpan(0, Math.Min(content.Length, TextBytesMax)))
            );
            text.Append(content.Length > TextBytesMax ? "\n(cut)\n" : "\n");
        }
        text.Append(ReviewText.Json(Event));
        return text.ToString();
    }
}
