using System.Globalization;
using Datacurve.Bench.Figures;

namespace Datacurve.Bench;

/// <summary>The figures as a person reads them.</summary>
internal static class Table
{
    public static async Task WriteAsync(IReadOnlyList<Figure> figures, TextWriter output)
    {
        string[] titles = ["figure", "measured", "baseline", "unit", "ratio", "target", "reached", ""];
        string[][] lines = [titles, .. figures.Select(Cells)];
        var widths = Enumerable
            .Range(0, titles.Length - 1)
            .Select(column => lines.Max(line => line[column].Length))
            .ToArray();
        foreach (var line in lines)
        {
            var cells = widths.Select(
                (width, column) =>
                    column is 1 or 2 or 4 or 5 ? line[column].PadLeft(width) : line[column].PadRight(width)
            );
            await output.WriteLineAsync($"{string.Join("  ", cells)}  {line[^1]}".TrimEnd());
        }
    }

    private static string[] Cells(Figure figure) =>
        [
            figure.Name,
            Number(figure.Measured),
            figure.Baseline is { } baseline ? Number(baseline) : "",
            figure.Unit,
            (figure.Ratio is { } ratio ? Ratio(ratio) : "")
                + (figure.RatioRange is [var least, var most] ? $" ({Ratio(least)} to {Ratio(most)})" : ""),
            (figure.AtMost ? "≤ " : "≥ ")
                + (figure.Ratio is null ? Number(figure.Target) : Ratio(figure.Target)),
            (figure.Reached ? "yes" : "no") + (figure.Unclear ? ", unclear" : ""),
            figure.Note ?? "",
        ];

    private static string Number(double value) =>
        value.ToString(
            Math.Abs(value) switch
            {
                >= 100 => "#,##0",
                >= 10 => "0.0",
                _ => "0.00",
            },
            CultureInfo.InvariantCulture
        );

    private static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture) + "×";
}
