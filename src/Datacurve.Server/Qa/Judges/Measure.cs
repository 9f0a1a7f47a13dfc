using System.Globalization;
using Datacurve.Core.Qa;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// One fact with its weight: <see cref="Value"/> is 0 to 1, and the weights of a dimension add up to 1.
/// <see cref="Seen"/> says in a few words what was found or is missing, and at which seq.
/// </summary>
internal sealed record Measure(
    string Says,
    double Weight,
    double Value,
    string Seen,
    params IEnumerable<Guid?> Cites
)
{
    /// <summary>A list in a rationale names this many, then says how many more there are.</summary>
    private const int ListedMax = 5;

    /// <summary>Level 5 of every dimension asks for what only a reader can see.</summary>
    public const double ScoreMax = 4;

    public double Value { get; } = Math.Clamp(Value, 0, 1);

    /// <summary>
    /// <see cref="ScoreMax"/> times the weighted sum, times <paramref name="factor"/>, rounded to one decimal.
    /// </summary>
    public static DimensionVerdict Verdict(
        string dimension,
        double confidence,
        IReadOnlyList<Measure> measures,
        double factor = 1,
        string? factorReason = null
    )
    {
        var sum = measures.Sum(measure => measure.Weight * measure.Value);
        var rationale = string.Join(' ', measures.Select(measure => measure.Sentence()));
        if (factor < 1)
            rationale += string.Create(
                CultureInfo.InvariantCulture,
                $" All of it times {factor:0.##}, {factorReason}."
            );
        return new DimensionVerdict(
            dimension,
            Round(sum * ScoreMax * factor),
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

    /// <summary>"seq 4", "seq 4, 9 and 12", "seq 4, 9, 12, 15, 20 and 3 more".</summary>
    public static string Seqs(IEnumerable<long> seqs) => $"seq {Listed(seqs.Select(seq => $"{seq}"))}";

    public static string Listed(IEnumerable<string> names)
    {
        var all = names.ToList();
        var more = all.Count - ListedMax;
        return more > 0 ? $"{string.Join(", ", all.Take(ListedMax))} and {more} more"
            : all.Count > 1 ? $"{string.Join(", ", all.SkipLast(1))} and {all[^1]}"
            : string.Concat(all);
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

    /// <summary>Less where words are counted that may as well be empty or wrong.</summary>
    public static double ConfidenceInText(int facts) => facts == 0 ? 0.3 : 0.4;

    private string Sentence() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{char.ToUpperInvariant(Says[0])}{Says[1..]} ({Weight * Value:0.##} of {Weight:0.##}): {Seen}."
        );
}
