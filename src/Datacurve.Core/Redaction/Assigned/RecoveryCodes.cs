using System.Buffers;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Assigned;

/// <summary>
/// The codes in a line that says what they are: those that stand in for a second factor, usually a list.
/// </summary>
internal static class RecoveryCodes
{
    private const int CodesMax = 40;
    private const int GapMax = 40;
    private const int GroupCharsMin = 4;
    private const int CharsMin = 8;
    private const int CharsMax = 24;
    private static readonly SearchValues<char> Openers = SearchValues.Create(":=[");
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef-");

    /// <param name="text">The piece.</param>
    /// <param name="end">Where the words that announce the codes end.</param>
    /// <param name="found">Takes what is found.</param>
    public static void Find(ReadOnlySpan<char> text, int end, List<Found> found)
    {
        // "backup code" may be code that makes backups: a list or a value begins with one of these signs.
        var reach = text[end..Math.Min(text.Length, end + GapMax)];
        var (last, count) = (end + reach.IndexOfAny(Openers), 0);
        if (last < end)
            return;
        for (var at = last; at < text.Length && at - last < GapMax && count < CodesMax; at++)
        {
            if (!IsOfCode(text[at]))
                continue;
            var start = at;
            while (at < text.Length && IsOfCode(text[at]))
                at++;
            var code = text[start..at].TrimEnd('-');
            if (IsCode(code))
                found.Add(
                    new Found(start, start + code.Length, Assignments.SecretRule, "secret", Rank.Context)
                );
            else if (count > 0 && !Placeholder.IsIn(code) && code.ContainsAnyInRange('A', 'z'))
                return;
            count += IsCode(code) || Placeholder.IsIn(code) ? 1 : 0;
            last = at;
        }
    }

    private static bool IsOfCode(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';

    // Eight characters and more, in one group or in several of at least four: what dates have not.
    private static bool IsCode(ReadOnlySpan<char> code)
    {
        if (code.Length is < CharsMin or > CharsMax || !code.ContainsAnyInRange('0', '9'))
            return false;
        foreach (var range in code.Split('-'))
            if (code[range].Length < GroupCharsMin)
                return false;
        return !code.Contains('_')
            && !code.StartsWith("0x")
            && (!code.ContainsAnyExcept(HexDigits) || code.Contains('-') || !Words.AreMost(code))
            && !Examples.IsExample(code);
    }
}
