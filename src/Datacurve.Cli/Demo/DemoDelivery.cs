using Datacurve.Cli.Client;
using Datacurve.Cli.Commands;
using Datacurve.Cli.Rendering;
using Datacurve.Cli.Reviewing;
using Datacurve.Cli.Spool;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Demo;

/// <summary>What became of a recording.</summary>
internal sealed record Delivery
{
    public required string TraceId { get; init; }

    /// <summary>Every event of the recording, in order.</summary>
    public required IReadOnlyList<TraceEvent> Recorded { get; init; }

    /// <summary>How many events the push sent, and how many it sent when it was repeated.</summary>
    public required long Sent { get; init; }
    public required long SentAgain { get; init; }
}

/// <summary>
/// Looks through a recording, sends it and finalizes it: what <c>datacurve review</c>, <c>push</c> and
/// <c>finalize</c> do, by their own code.
/// </summary>
internal sealed class DemoDelivery(ServiceClient client, Printer printer)
{
    /// <param name="held">The recording, ended.</param>
    /// <param name="session">What was played.</param>
    /// <param name="ct">Stops it; what was sent stays sent.</param>
    /// <exception cref="ServiceException">The service is not there, or refused something.</exception>
    public async Task<Delivery> DeliverAsync(Recording held, DemoSession session, CancellationToken ct)
    {
        await held.ChangeTraceAsync(session.Describe, ct);
        Show(Review.Of(held.Files, held.Manifest));

        // One that is gone is told at once; a push would wait for it to come back.
        await client.HealthAsync(ct);
        var options = new ShipperOptions();
        var sent = await PushCommand.SendAsync(held, client, options, printer, ct);
        PushCommand.Print(sent, client.Url, printer);
        ForgetThatItWasSent(held);
        var again = await PushCommand.SendAsync(held, client, options, printer, ct);
        printer.Labelled(
            "again",
            $"{Quantity.Of(again.Events, "event")}, as after a crash before the answer was noted"
        );

        var range = $"{held.Trace.Repo.CommitBase}..HEAD";
        var traceId = await FinalizeCommand.FinalizeAsync(held, client, range, pr: null, printer, ct);
        List<TraceEvent> recorded =
        [
            .. SpooledEvents.All(held.Files).Select(spooled => EventCatalog.Contract.Read(spooled.Json)),
        ];
        foreach (var added in recorded.Skip((int)again.Events))
            printer.Labelled("finalize", $"adds event {added.Seq}, {added.Payload.Summary}");
        return new Delivery
        {
            TraceId = traceId,
            Recorded = recorded,
            Sent = sent.Events,
            SentAgain = again.Events,
        };
    }

    private void Show(Review review) =>
        printer.Labelled(
            "review",
            $"{Quantity.Of(review.Recording.Events, "event")}, {Sizes.Text(review.Recording.Bytes)} with "
                + $"{Quantity.Of(review.Recording.Blobs, "blob")}; redacted: {ReviewText.Rules(review.Redacted)}"
        );

    private static void ForgetThatItWasSent(Recording held) =>
        held.Files.WriteShipment(held.Files.ReadShipment() with { SeqSent = 0 });
}
