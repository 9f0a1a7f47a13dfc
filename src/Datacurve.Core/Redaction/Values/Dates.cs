using System.Globalization;

namespace Datacurve.Core.Redaction.Values;

/// <summary>Tells days and months as ISO 8601 writes them.</summary>
internal static class Dates
{
    private const int DayChars = 10;
    private const int MonthChars = 7;

    /// <summary>Whether a text begins with a day: <c>2026-06-01</c>.</summary>
    public static bool AreAtStart(ReadOnlySpan<char> text) =>
        text.Length >= DayChars && Is(text[..DayChars], "yyyy-MM-dd");

    /// <summary>Whether a name ends in a day or a month behind a hyphen, as versions of things do.</summary>
    public static bool AreAtEnd(ReadOnlySpan<char> name) =>
        name.Length > DayChars + 1
        && (
            name[^(DayChars + 1)] == '-' && Is(name[^DayChars..], "yyyy-MM-dd")
            || name[^(MonthChars + 1)] == '-' && Is(name[^MonthChars..], "yyyy-MM")
        );

    private static bool Is(ReadOnlySpan<char> text, string format) =>
        text[4] == '-'
        && DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
