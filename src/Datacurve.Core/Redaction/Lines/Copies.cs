using System.Buffers;
using Datacurve.Core.Redaction.Values;

namespace Datacurve.Core.Redaction.Lines;

/// <summary>
/// What was found to be a secret by where it stands is one wherever else it stands on its line: behind the
/// command that printed it, in the message that quotes it.
/// </summary>
internal static class Copies
{
    private const int CharsMin = 8;
    private const int MixedCharsMin = 16;
    private static readonly SearchValues<char> WordChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
    );

    /// <param name="text">The piece.</param>
    /// <param name="found">What was found in it; takes the copies.</param>
    public static void Find(ReadOnlySpan<char> text, List<Found> found)
    {
        // Each value is looked for once, however often it stands there.
        var starts = found.Select(one => one.Start).ToHashSet();
        var looked = new HashSet<string>().GetAlternateLookup<ReadOnlySpan<char>>();
        for (int i = 0, count = found.Count; i < count; i++)
        {
            var one = found[i];
            var secret = text[one.Start..one.End];
            if (one.Rank == Rank.Personal || !IsDistinct(secret) || !looked.Add(secret))
                continue;
            for (var at = 0; text[at..].IndexOf(secret) is >= 0 and var next; at += next + secret.Length)
            {
                var (start, end) = (at + next, at + next + secret.Length);
                if (IsWhole(text, start, end) && starts.Add(start))
                    found.Add(one with { Start = start, End = end });
            }
        }
    }

    // Words are chosen for secrets, and stand elsewhere as words.
    private static bool IsDistinct(ReadOnlySpan<char> secret) =>
        secret.Length >= CharsMin
        && (
            secret.ContainsAnyInRange('0', '9')
            || secret.Length >= MixedCharsMin && LetterCase.IsMixed(secret)
        );

    private static bool IsWhole(ReadOnlySpan<char> text, int start, int end) =>
        (start == 0 || !WordChars.Contains(text[start - 1]))
        && (end == text.Length || !WordChars.Contains(text[end]));
}
