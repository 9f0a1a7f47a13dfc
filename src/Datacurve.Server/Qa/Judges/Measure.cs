using System.Globalization;
using Datacurve.Core.Qa;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// One fact with its weight: <see cref="Value"/> is 0 to 1, and the weights of a dimension add up to 1.
/// </summary>
internal sealed record Measure(string Says, double Weight, double Value, params IEnumerable<Guid?> Cites)
{
    /// <summary>
    /// Five times the weighted sum, times <paramref name="factor"/>, rounded to one decimal.
    /// </summary>
    public static DimensionVerdict Verdict(
        string dimension,
        double confidence,
        IReadOnlyList<Measure> measures,
        double factor = 1,
        string? factorReason = null
    )
    {
        var sum = measures.Sum(measure => measure.Weight * Math.Clamp(measure.Value, 0, 1));
        var reasons = measures.Select(measure =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{measure.Says}: {measure.Value:0.##} of weight {measure.Weight:0.##}"
            )
        );
        var rationale =
            string.Join("; ", reasons) + (factor < 1 ? $"; times {factor:0.##}, {factorReason}" : "") + ".";
        return new DimensionVerdict(
            dimension,
            Round(sum * Scores.Max * factor),
            Spread: 0,
            confidence,
            rationale,
            [
                .. measures
                    .Where(measure => measure.Value > 0)
                    .SelectMany(measure => measure.Cites)
                    .OfType<Guid>()
                    .Distinct(),
            ]
        );
    }

    /// <summary>One decimal, half up, within 0 to 5.</summary>
    public static double Round(double score) =>
        Math.Clamp((double)Math.Round((decimal)score, 1, MidpointRounding.AwayFromZero), 0, Scores.Max);

    /// <summary>Process measures do not understand what they count, so they are never very sure.</summary>
    public static double Confidence(int facts) =>
        facts switch
        {
            0 => 0.3,
            1 or 2 => 0.5,
            _ => 0.6,
        };
}
