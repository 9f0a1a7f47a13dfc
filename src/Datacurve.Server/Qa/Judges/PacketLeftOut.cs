using System.Text;
using Datacurve.Core;

namespace Datacurve.Server.Qa.Judges;

/// <summary>Says of each kind what a packet does not show: how many, how much, and which seqs.</summary>
internal static class PacketLeftOut
{
    private const int RangesMax = 12;

    /// <summary>
    /// One line per kind and reason, all together at most <paramref name="charsMax"/> characters.
    /// </summary>
    public static IReadOnlyList<string> List(IReadOnlyList<PacketPiece> pieces, int charsMax)
    {
        var lines = new List<string>();
        foreach (
            var kind in pieces
                .GroupBy(piece => piece.Kind)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
        )
        {
            var hidden = kind.Where(piece => !piece.IsShown).ToList();
            if (hidden.Count > 0)
                lines.Add($"{kind.Key}: {hidden.Count} not shown{Seqs(hidden)}");

            var cut = kind.Where(piece => piece.IsCut).ToList();
            var chars = cut.Sum(piece => (long)piece.Body.Length - piece.BodyCharsMax);
            if (cut.Count > 0)
                lines.Add(
                    $"{kind.Key}: {cut.Count} cut, by {Quantity.Of(chars, "character")} in total{Seqs(cut)}"
                );

            foreach (
                var absence in kind.Where(piece => piece.Absence is not null).GroupBy(piece => piece.Absence)
            )
                lines.Add($"{kind.Key}: {absence.Count()} with content {absence.Key}{Seqs([.. absence])}");
        }

        return Bounded(lines, charsMax);
    }

    private static List<string> Bounded(List<string> lines, int charsMax)
    {
        const string more = "and more";
        var used = more.Length + 1;
        var kept = lines.TakeWhile(line => (used += line.Length + 1) <= charsMax).ToList();
        if (kept.Count < lines.Count)
            kept.Add(more);
        return kept;
    }

    /// <summary>Consecutive seqs as ranges.</summary>
    private static string Seqs(List<PacketPiece> pieces)
    {
        var seqs = pieces.Where(piece => piece.Seq is not null).Select(piece => piece.Seq!.Value).ToList();
        if (seqs.Count == 0)
            return "";

        var ranges = new List<(long First, long Last)>();
        foreach (var seq in seqs)
            if (ranges.Count > 0 && ranges[^1].Last + 1 == seq)
                ranges[^1] = (ranges[^1].First, seq);
            else
                ranges.Add((seq, seq));

        var text = new StringBuilder(" (seq ");
        text.AppendJoin(
            ", ",
            ranges
                .Take(RangesMax)
                .Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}")
        );
        if (ranges.Count > RangesMax)
            text.Append($" and {ranges.Count - RangesMax} more ranges up to {ranges[^1].Last}");
        return text.Append(')').ToString();
    }
}
