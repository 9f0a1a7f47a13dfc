using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datacurve.Core.Qa;

/// <summary>The judge's verdict on the reasoning of one trace.</summary>
public sealed record JudgeResult
{
    /// <summary>What the name of every version of the heuristic judge begins with.</summary>
    public const string HeuristicPrefix = "heuristic-";

    public required string Model { get; init; }
    public string RubricVersion { get; set; } = "1.0";

    /// <summary>Whether the log was measured, and nobody read what it says.</summary>
    [JsonIgnore]
    public bool IsHeuristic => Model.StartsWith(HeuristicPrefix, StringComparison.Ordinal);
    public required Scores Scores { get; init; }

    /// <summary>
    /// The equal-weight mean of the six scores, one decimal; computed here, never the model's.
    /// </summary>
    [Range(0.0, Scores.Max)]
    public required double Overall { get; init; }
    public BlobId? RationaleBlobId { get; init; }
    public IReadOnlyList<JudgeFlag> Flags { get; set; } = [];

    /// <summary>Each dimension with its reasons, in the order of <see cref="Scores"/>.</summary>
    public IReadOnlyList<DimensionVerdict> Dimensions { get; set; } = [];

    /// <summary>How many answers were taken; the scores are their medians.</summary>
    public int Samples { get; set; } = 1;

    /// <summary>The exact packet that the judge saw.</summary>
    public BlobId? PacketBlobId { get; init; }

    /// <summary>The model's raw answers, one blob each, malformed ones too.</summary>
    public IReadOnlyList<BlobId> AnswerBlobIds { get; set; } = [];

    /// <summary>
    /// The heuristic judge's scores beside a model's, as a cross-check; null where it is the judge, or is
    /// refused.
    /// </summary>
    public Scores? CrossCheck { get; init; }
}

/// <summary>Six scores, each 0.0 to 5.0.</summary>
public sealed record Scores
{
    public const double Max = 5.0;

    [Range(0.0, Max)]
    public required double RootCauseIdentification { get; init; }

    [Range(0.0, Max)]
    public required double PlanQuality { get; init; }

    [Range(0.0, Max)]
    public required double ExperimentIterateLoop { get; init; }

    [Range(0.0, Max)]
    public required double UseOfSignalsTestsLogs { get; init; }

    [Range(0.0, Max)]
    public required double MinimalityOfFix { get; init; }

    [Range(0.0, Max)]
    public required double Clarity { get; init; }

    /// <summary>The equal-weight mean, rounded half up to one decimal.</summary>
    public double Overall()
    {
        double[] all =
        [
            RootCauseIdentification,
            PlanQuality,
            ExperimentIterateLoop,
            UseOfSignalsTestsLogs,
            MinimalityOfFix,
            Clarity,
        ];
        return (double)Math.Round(all.Sum(score => (decimal)score) / 6, 1, MidpointRounding.AwayFromZero);
    }
}

/// <summary>
/// One dimension: the median score, how far the samples lie apart (largest minus smallest), how sure the
/// judge is (0 to 1), why, and the events it cites, all of which exist.
/// </summary>
public sealed record DimensionVerdict(
    string Dimension,
    [property: Range(0.0, Scores.Max)] double Score,
    [property: Range(0.0, Scores.Max)] double Spread,
    [property: Range(0.0, 1.0)] double Confidence,
    string Rationale,
    IReadOnlyList<Guid> CitedEventIds
);

[JsonConverter(typeof(JsonStringEnumConverter<JudgeFlag>))]
public enum JudgeFlag
{
    [JsonStringEnumMemberName("hallucination_risk")]
    HallucinationRisk,

    [JsonStringEnumMemberName("missing_steps")]
    MissingSteps,

    [JsonStringEnumMemberName("unsafe_suggestion")]
    UnsafeSuggestion,

    [JsonStringEnumMemberName("incomplete_fix")]
    IncompleteFix,

    [JsonStringEnumMemberName("exemplary_trace")]
    ExemplaryTrace,

    /// <summary>Recorded text tried to steer the judge.</summary>
    [JsonStringEnumMemberName("prompt_injection")]
    PromptInjection,
}
