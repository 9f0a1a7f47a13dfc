using System.Text;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Qa;
using Datacurve.Core.Traces;
using Datacurve.Server.Blobs;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// Has a language model read the packet and score it, with the heuristic judge's scores beside, unless the
/// developer refuses those. Where the developer does not allow a model, the heuristic judge stands in and
/// nothing leaves the machine.
/// </summary>
/// <remarks>
/// Of several samples each score is the median, the mean of the middle two where their number is even; a
/// flag holds where more than half of the samples set it. What QA or the log proves outranks the model: a
/// fix that fails its tests is incomplete and never exemplary, and a passage that spoke to the judge is
/// always flagged.
/// </remarks>
internal sealed class ModelJudge(
    ModelEndpoint endpoint,
    JudgeOptions options,
    HttpMessageHandler network,
    IBlobStore blobs,
    EventCatalog catalog,
    TimeProvider time,
    ILogger<ModelJudge> logger
) : IJudge
{
    private readonly HeuristicJudge heuristic = new(blobs, catalog);
    private readonly ModelCaller caller = new(endpoint, options, network, blobs, time, logger);

    public string? ModelFor(ConsentFlags consent) =>
        consent.AllowLlmJudge ? endpoint.Model : heuristic.ModelFor(consent);

    public async Task<JudgeResult> JudgeAsync(JudgeSubject subject, CancellationToken ct)
    {
        var consent = subject.Trace.Consent;
        var trace = await TraceReading.ReadAsync(subject, blobs, catalog, ct);
        if (!consent.AllowLlmJudge)
        {
            Log.JudgeWithoutConsent(logger, subject.Trace.TraceId);
            return await heuristic.JudgeAsync(trace, ct);
        }

        var measured = consent.AllowHeuristicJudge ? await heuristic.JudgeAsync(trace, ct) : null;
        var packet = JudgePacket.Build(trace, options.TokenBudget);
        var packetBlobId = await blobs.PutAsync(Encoding.UTF8.GetBytes(packet.Text), ct);
        var answers = new List<ModelAnswer>();
        var kept = new List<BlobId>();
        for (var sample = 0; sample < options.Samples; sample++)
            answers.Add(await caller.AskAsync(packet, kept, ct));

        var events = trace.Events.Select(read => read.Event.EventId).OfType<Guid>().ToHashSet();
        var dimensions = Rubric.Current.Dimensions.Select(
            (dimension, index) =>
                Combine(dimension.Name, [.. answers.Select(answer => answer.Verdicts[index])], events)
        );
        return await ResultAsync(trace, measured, [.. dimensions], answers, events, packetBlobId, kept, ct);
    }

    private async Task<JudgeResult> ResultAsync(
        TraceReading trace,
        JudgeResult? measured,
        IReadOnlyList<DimensionVerdict> dimensions,
        List<ModelAnswer> answers,
        HashSet<Guid> events,
        BlobId packetBlobId,
        List<BlobId> kept,
        CancellationToken ct
    )
    {
        var scores = Verdicts.ScoresOf(dimensions);
        return new JudgeResult
        {
            Model = endpoint.Model,
            RubricVersion = Rubric.CurrentVersion,
            Scores = scores,
            Overall = scores.Overall(),
            RationaleBlobId = await Verdicts.KeepRationaleAsync(blobs, endpoint.Model, dimensions, ct),
            Flags = Flags(trace, answers, events),
            Dimensions = dimensions,
            Samples = answers.Count,
            PacketBlobId = packetBlobId,
            AnswerBlobIds = kept,
            CrossCheck = measured?.Scores,
        };
    }

    /// <summary>
    /// The reasons are those of the sample whose score is nearest to the median, the first of equals.
    /// </summary>
    private static DimensionVerdict Combine(
        string dimension,
        IReadOnlyList<ModelVerdict> samples,
        HashSet<Guid> events
    )
    {
        var median = Measure.Round(Median([.. samples.Select(sample => sample.Score)]));
        var nearest = samples.MinBy(sample => Math.Abs(sample.Score - median))!;
        var cited = samples.SelectMany(sample => sample.Cites).Select(Existing).OfType<Guid>().Distinct();
        return new DimensionVerdict(
            dimension,
            median,
            Measure.Round(samples.Max(sample => sample.Score) - samples.Min(sample => sample.Score)),
            Median([.. samples.Select(sample => sample.Confidence)]),
            nearest.Rationale,
            [.. cited]
        );

        Guid? Existing(string cite) => Guid.TryParse(cite, out var id) && events.Contains(id) ? id : null;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private static List<JudgeFlag> Flags(TraceReading trace, List<ModelAnswer> answers, HashSet<Guid> events)
    {
        var flags = Enum.GetValues<JudgeFlag>()
            .Where(flag => 2 * answers.Count(answer => answer.Flags.Contains(flag)) > answers.Count)
            .ToHashSet();
        var cites = answers.SelectMany(answer => answer.Verdicts).SelectMany(verdict => verdict.Cites);
        if (cites.Any(cite => !Guid.TryParse(cite, out var id) || !events.Contains(id)))
            flags.Add(JudgeFlag.HallucinationRisk);
        if (Verdicts.IsIncomplete(trace.Subject))
            flags.Add(JudgeFlag.IncompleteFix);
        if (trace.Injected)
            flags.Add(JudgeFlag.PromptInjection);
        if (!trace.Subject.Tests.FinalPassed || flags.Count > 1)
            flags.Remove(JudgeFlag.ExemplaryTrace);
        return [.. flags.Order()];
    }
}
