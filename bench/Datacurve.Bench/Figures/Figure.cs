using System.Text.Json.Serialization;

namespace Datacurve.Bench.Figures;

/// <summary>
/// One line of the table: what was measured, its baseline in the same run, and what it has to reach.
/// </summary>
internal sealed record Figure
{
    public required string Name { get; init; }
    public required string Unit { get; init; }
    public required double Measured { get; init; }

    /// <summary>Null where the figure is held to an absolute bound.</summary>
    public double? Baseline { get; init; }

    /// <summary>Measured over baseline; the median over the rounds, so that a machine that slows down as a
    /// whole changes it little.</summary>
    public double? Ratio { get; init; }

    /// <summary>The least and the most of the rounds' ratios.</summary>
    public double[]? RatioRange { get; init; }

    /// <summary>What the ratio, or else the measured value, is compared with.</summary>
    public required double Target { get; init; }

    /// <summary>Whether less is better.</summary>
    public bool AtMost { get; init; }

    /// <summary>What stood in the way of a reader's first question: cores used, tails, sizes.</summary>
    public string? Note { get; init; }

    public bool Reached => AtMost ? (Ratio ?? Measured) <= Target : (Ratio ?? Measured) >= Target;

    /// <summary>Whether rounds of the same run fell on both sides of the target.</summary>
    public bool Unclear => RatioRange is [var least, var most] && least < Target && Target < most;

    /// <summary>A figure from the interleaved rounds of both sides.</summary>
    public static Figure Of(
        string name,
        string unit,
        IReadOnlyList<(double Measured, double Baseline)> rounds,
        double target,
        bool atMost = false
    ) =>
        new()
        {
            Name = name,
            Unit = unit,
            Measured = Median(rounds.Select(round => round.Measured)),
            Baseline = Median(rounds.Select(round => round.Baseline)),
            Ratio = Median(rounds.Select(round => round.Measured / round.Baseline)),
            RatioRange =
            [
                rounds.Min(round => round.Measured / round.Baseline),
                rounds.Max(round => round.Measured / round.Baseline),
            ],
            Target = target,
            AtMost = atMost,
        };

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

[JsonSerializable(typeof(Figure))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class FigureJson : JsonSerializerContext;
